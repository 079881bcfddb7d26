const STAR = 0x2a;
const ANY = 0x3f;
const BACKSLASH = 0x5c;

/** A pattern in pieces: the code units of one character each, `*` and `?` as marks. */
type Piece = number | '*' | '?';

function pieces(pattern: string): Piece[] {
  const found: Piece[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const unit = pattern.charCodeAt(at);
    const next = pattern.charCodeAt(at + 1);
    if (unit === STAR) {
      if (found.at(-1) !== '*') found.push('*');
    } else if (unit === ANY) {
      found.push('?');
    } else if (unit === BACKSLASH && (next === STAR || next === ANY || next === BACKSLASH)) {
      found.push(next);
      at++;
    } else {
      found.push(unit);
    }
  }
  return found;
}

/** The number of code units of the character at `at`. */
function width(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  const next = text.charCodeAt(at + 1);
  return unit >= 0xd800 && unit <= 0xdbff && next >= 0xdc00 && next <= 0xdfff ? 2 : 1;
}

function fits(pattern: readonly Piece[], text: string): boolean {
  let piece = 0;
  let at = 0;
  let star = -1;
  let afterStar = 0;
  while (at < text.length) {
    const wanted = pattern[piece];
    if (wanted === '*') {
      star = piece++;
      afterStar = at;
    } else if (wanted === '?') {
      piece++;
      at += width(text, at);
    } else if (wanted === text.charCodeAt(at)) {
      piece++;
      at++;
    } else if (star !== -1) {
      piece = star + 1;
      afterStar += width(text, afterStar);
      at = afterStar;
    } else {
      return false;
    }
  }
  while (pattern[piece] === '*') piece++;
  return piece === pattern.length;
}

/**
 * A test for whole texts, without regard to case: `*` is any number of characters, `?` is one; `\*`, `\?` and `\\` are
 * the characters themselves. Only the last `*` is ever tried again, so that the time is at worst the product of both
 * lengths, whatever the pattern.
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  const lower = pattern.toLowerCase();
  const parts = pieces(lower);
  if (parts.every((part) => typeof part === 'number')) {
    const exact = String.fromCharCode(...parts);
    return (text) => text.toLowerCase() === exact;
  }
  return (text) => fits(parts, text.toLowerCase());
}
