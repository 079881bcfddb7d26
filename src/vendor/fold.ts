/**
 * A name or a model without what people write differently: lower case, without blanks, hyphens, underscores, dots and
 * slashes. `Cisco-SPA`, `cisco spa` and `CISCO_SPA` fold to the same.
 */
export function foldName(text: string): string {
  return text.toLowerCase().replace(/[\s\-_./]+/g, '');
}
