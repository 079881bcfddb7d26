import { wrap } from '../output/wrap.js';

const WIDTH = 78;

/** Text as man(7) takes it for just these characters, wherever it stands. */
export function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replace(/[-'`^~"]/g, (character) => NAMES[character] ?? character)
    .replace(
      /[^\n -~]/gu,
      (character) => `\\[u${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`,
    );
}

// Plain ones are made typographic by some formatters, and could not be copied into a shell.
const NAMES: Readonly<Record<string, string>> = {
  '-': '\\-',
  "'": '\\(aq',
  '`': '\\(ga',
  '^': '\\(ha',
  '~': '\\(ti',
  '"': '\\(dq',
};

export function bold(text: string): string {
  return `\\fB${escaped(text)}\\fR`;
}

export function italic(text: string): string {
  return `\\fI${escaped(text)}\\fR`;
}

/** Running text: each sentence on lines of its own, what stands between backquotes in bold. */
export function prose(text: string): string {
  const parts = text.split(/`([^`]+)`/);
  const marked = parts.map((part, index) => (index % 2 === 1 ? bold(part) : escaped(part))).join('');
  const sentences = marked.replace(/(?<=[.:!?][)]?) +(?=[A-Z])/g, '\n').split('\n');
  const lines = sentences.flatMap((sentence) => wrap(sentence, '', '', WIDTH).trimEnd().split('\n'));
  return lines.map(lineOf).join('\n');
}

/** Lines that stand as they are, in a typewriter's face. */
export function example(lines: readonly string[]): string {
  return ['.EX', ...lines.map((line) => lineOf(escaped(line))), '.EE'].join('\n');
}

export function section(heading: string): string {
  return `.SH ${escaped(heading)}`;
}

export function subsection(heading: string): string {
  return `.SS ${escaped(heading)}`;
}

/** A term, and what there is to say of it, indented. Both are roff already. */
export function item(term: string, text: string): string {
  return `.TP\n${lineOf(term)}\n${text}`;
}

/** No line of text may look like a request. */
function lineOf(line: string): string {
  return line.startsWith('.') ? `\\&${line}` : line;
}
