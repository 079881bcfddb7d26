/** Where the parser gave up in a text, and why, in words for people. */
export interface SyntaxFault {
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 0, as Handlebars does. */
  readonly column: number;
  readonly problem: string;
  readonly hint?: string;
}

const WRITTEN = 'a literal {{ is written \\{{';

/** What it means where the parser finds something it does not expect, by the names of its grammar (handlebars.yy). */
const UNEXPECTED: Readonly<Record<string, { problem: string; hint: string }>> = {
  OPEN_ENDBLOCK: {
    problem: 'a block is closed that was not opened',
    hint: 'take the {{/…}} out, or open it with {{#…}}',
  },
  INVERSE: { problem: 'there is an {{else}} outside of a block', hint: '{{#if name}}…{{else}}…{{/if}}' },
  OPEN_INVERSE_CHAIN: { problem: 'there is an {{else …}} outside of a block', hint: '{{#if a}}…{{else if b}}…{{/if}}' },
  CLOSE: { problem: 'something is missing before the }}', hint: WRITTEN },
  CLOSE_UNESCAPED: { problem: 'something is missing before the }}}', hint: WRITTEN },
  INVALID: {
    problem: 'this is no name that Handlebars can read',
    hint: 'a name with other characters than letters, digits, - and _ is written [Room no.], a text in quotes',
  },
};

/** What was thrown by `parse`, for this text. */
export function syntaxFault(source: string, error: unknown): SyntaxFault {
  const { message, lineNumber, column = 0 } = error as { message: string; lineNumber?: number; column?: number };
  // Thrown by Handlebars itself, which knows the place.
  if (typeof lineNumber === 'number') return { line: lineNumber, column, problem: message.replace(/ - \d+:\d+$/, '') };
  if (error instanceof RangeError) return { line: 1, column: 0, problem: 'it is nested too deeply' };
  const [, line = '1', shown = '', caret = ''] = /error on line (\d+)[^\n]*\n([^\n]*)\n(-*)\^/.exec(message) ?? [];
  const token = /, got '(\w+)'$/.exec(message)?.[1] ?? '';
  if (token === 'EOF' || token === 'INVALID') {
    const begun = unclosedBraces(source);
    if (begun) return begun;
  }
  if (token === 'EOF') return unclosedBlock(source) ?? { line: Number(line), column: 0, problem: 'it ends too early' };
  const { problem, hint } = UNEXPECTED[token] ?? { problem: 'Handlebars can not read this', hint: WRITTEN };
  return { ...placeOf(source, shown, caret.length, Number(line)), problem, hint };
}

function unclosedBraces(source: string): SyntaxFault | undefined {
  const begun = source.lastIndexOf('{{');
  if (begun < 0 || source.includes('}}', begun)) return undefined;
  return { ...lineAndColumn(source, begun), problem: 'a {{ is not closed', hint: `close it with }}; ${WRITTEN}` };
}

/** Comments, which may hold anything, and the tags that open and close blocks. */
const TAGS = /\{\{\{?~?(?:!--[\s\S]*?--~?\}\}|([#^/])[>*]?\s*([^\s}~]*))/g;

/** The innermost block that is open at the end of a text. */
function unclosedBlock(source: string): SyntaxFault | undefined {
  const open: { name: string; index: number }[] = [];
  for (const { 1: sign, 2: name = '', index } of source.matchAll(TAGS)) {
    if (sign === '/') open.pop();
    else if (sign !== undefined && name !== '') open.push({ name, index });
  }
  const last = open.at(-1);
  if (!last) return undefined;
  const problem = `{{#${last.name}}} is not closed`;
  return { ...lineAndColumn(source, last.index), problem, hint: `its end is {{/${last.name}}}` };
}

/**
 * The parser tells the line, and shows some twenty characters on both sides of the place, without line ends: where that
 * stands in the text is the place.
 */
function placeOf(source: string, shown: string, at: number, line: number): { line: number; column: number } {
  const before = shown.slice(0, at).replace(/^\.\.\./, '');
  const after = shown.slice(at).replace(/\.\.\.$/, '');
  const flat = source.replaceAll('\n', '');
  const found = flat.indexOf(before + after);
  if (found < 0) return { line, column: 0 };
  let index = 0;
  for (let left = found + before.length; left > 0 || source[index] === '\n'; index++)
    if (source[index] !== '\n') left--;
  return lineAndColumn(source, index);
}

function lineAndColumn(source: string, index: number): { line: number; column: number } {
  const before = source.slice(0, index);
  return { line: before.split('\n').length, column: index - (before.lastIndexOf('\n') + 1) };
}
