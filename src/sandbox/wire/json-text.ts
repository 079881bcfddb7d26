/** A JSON string. Bytes that are not UTF-8 go out as they are; `JSON.stringify` would escape what stands for them. */
export function jsonText(text: string): string {
  const parts = text.split(/([\udc80-\udcff])/u);
  return `"${parts.map((part, index) => (index % 2 ? part : JSON.stringify(part).slice(1, -1))).join('')}"`;
}
