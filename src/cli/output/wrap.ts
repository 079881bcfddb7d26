/** As wide as help is. */
export const TEXT_WIDTH = 80;

/**
 * A text with lines of at most `width` characters, broken between words; a longer word stands on a line of its own.
 * `first` begins the first line and `rest` all others; both count.
 */
export function wrap(text: string, first = '', rest = first, width = TEXT_WIDTH): string {
  const lines: string[] = [];
  let line = first;
  let isEmpty = true;
  for (const word of text.split(/\s+/).filter(Boolean)) {
    if (!isEmpty && line.length + 1 + word.length > width) {
      lines.push(line);
      line = rest;
      isEmpty = true;
    }
    line += isEmpty ? word : ` ${word}`;
    isEmpty = false;
  }
  lines.push(line.trimEnd());
  return `${lines.join('\n')}\n`;
}
