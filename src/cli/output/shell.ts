/** A command as a shell takes it. */
export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

/** What can't be shown as it is, nor typed: control characters, and those that steer how a line is shown. */
const UNSHOWABLE = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** One word as a shell takes it for one; bash, zsh and ksh where it holds what can't be shown. */
export function shellWord(word: string): string {
  if (/^[\w./:@%+=,-]+$/.test(word)) return word;
  if (word.search(UNSHOWABLE) < 0) return `'${word.replaceAll("'", "'\\''")}'`;
  const escaped = word
    .replace(/[\\']/g, '\\$&')
    .replace(UNSHOWABLE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return `$'${escaped}'`;
}
