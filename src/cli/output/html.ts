export function renderHtml(..._args: unknown[]): string {
  return '';
}
