import { squash } from './squash.js';

const FARTHEST = 2;
const MOST = 3;

/** Edits (insert, delete, replace, swap neighbours) that make `a` out of `b`; `limit + 1` for anything beyond `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1] ? 0 : 1;
      let best = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + same,
      );
      if (row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]) {
        best = Math.min(best, (before[column - 2] ?? 0) + 1);
      }
      current.push(best);
    }
    before = previous;
    previous = current;
  }
  return previous[b.length] ?? limit + 1;
}

/**
 * The candidates that `word` is probably a slip of: at most two edits away (one, for words of four letters and fewer),
 * without regard to case, blanks, `-` and `_`; the nearest first, three at most.
 */
export function near(word: string, candidates: Iterable<string>): string[] {
  const wanted = squash(word);
  if (wanted === '' || wanted.length > 64) return [];
  const limit = wanted.length <= 4 ? 1 : FARTHEST;
  const found: { candidate: string; edits: number }[] = [];
  for (const candidate of candidates) {
    const edits = distance(wanted, squash(candidate), limit);
    if (edits <= limit) found.push({ candidate, edits });
  }
  found.sort((a, b) => a.edits - b.edits);
  return [...new Set(found.map(({ candidate }) => candidate))].slice(0, MOST);
}

/** `a`, `a or b`, `a, b or c`. */
export function alternatives(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
