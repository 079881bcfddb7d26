/** A command as a shell takes it. */
export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(' ');
}

/** One word as a shell takes it for one. */
export function shellWord(word: string): string {
  return /^[\w./:@%+=,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
