/** `1 row is wrong`, `2 rows are wrong`. */
export function wrongRows(count: number): string {
  return `${plural(count, 'row')} ${count === 1 ? 'is' : 'are'} wrong`;
}

/** `1 phone`, `2 phones`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
