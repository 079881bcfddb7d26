import { readManifest } from '../manifest.js';
import type { Completion } from './candidate.js';
import { completionOf } from './candidates.js';
import { bashReplacement, plainWord, splitLine, type Word } from './words.js';

/**
 * Answers the three scripts beside this file, on stdout: a line that says what can be here (`words`, `open` for words of which
 * more follows, `files`, `folders`), then the words, one a line; for zsh and fish with a tab and what each is. Says nothing,
 * on no account anything on stderr, where it can't: a prompt is no place for errors.
 *
 * - `bash BREAKS LINE`: COMP_WORDBREAKS, and the line up to the cursor. Words are answered as bash inserts them, quoted.
 * - `zsh WORD...`, `fish WORD...`: the words from `phonectl` on, without quotes; the last one is the cursor's, and fish's has the
 *   quotes that were typed.
 * @param root of the package
 */
export async function main(argv: readonly string[], root: string): Promise<void> {
  try {
    const [shell = '', ...said] = argv;
    const [, ...words] = wordsOf(shell, said);
    const current = words.pop();
    if (!current) return;
    const describe = shell !== 'bash';
    const around = { manifest: await readManifest(root), root, env: process.env, describe };
    const typed = words.map(({ text }) => text);
    process.stdout.write(answer(await completionOf(typed, current.text, around), shell, current));
  } catch {
    // No state folder yet, a file that is no CSV, a template folder that is not there: nothing to offer.
  }
}

function wordsOf(shell: string, said: readonly string[]): Word[] {
  if (shell === 'bash') return splitLine(said[1] ?? '', said[0]);
  const words = said.map(plainWord);
  return shell === 'fish' ? [...words.slice(0, -1), ...splitLine(said.at(-1) ?? '')] : words;
}

function answer(completion: Completion, shell: string, current: Word): string {
  if (completion.kind !== 'words') return `${completion.kind}\n`;
  const { candidates, open } = completion;
  const lines = candidates.map(({ value, about = '' }) =>
    shell === 'bash' ? bashReplacement(current, value) : `${value}\t${about.replace(/[\p{Cc}\s]+/gu, ' ')}`,
  );
  return `${[open ? 'open' : 'words', ...lines].join('\n')}\n`;
}
