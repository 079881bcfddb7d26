/** A name as names are compared: in lower case, without blanks, `-` and `_`. */
export function squash(name: string): string {
  return name.toLowerCase().replace(/[\s_-]+/gu, '');
}
