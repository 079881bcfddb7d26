import { headerFault } from '../esl/index.js';
import { TemplateError } from './errors.js';

/** A template file taken apart, before anything in it is compiled. Lines are counted from 1. */
export interface TemplateSource {
  readonly event: string;
  readonly headers: readonly { readonly name: string; readonly value: string; readonly line: number }[];
  /** Without the line end that closes the file; undefined if there is none. */
  readonly body: { readonly text: string; readonly line: number } | undefined;
  /** The comments of the header block, one line. */
  readonly description: string;
}

const FIRST_LINE = /^sendevent[ \t]+([A-Za-z_]+)[ \t]*$/;
/** One whole comment and nothing after it: what follows is not to vanish with it. */
const COMMENT = /^\{\{!(?:--((?:(?!--\}\}).)*)--|((?:(?!\}\}).)*))\}\}$/s;
const HEADER = /^([^:{}]+):(.*)$/s;

/**
 * Takes a template apart into its event, its header lines and its body. Every header line is a template of its own, so
 * that no value can ever add a line, a header or a command, whatever it holds and whatever construct surrounds it.
 * @throws TemplateError
 */
export function parseSource(template: string, text: string): TemplateSource {
  const lines = text
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
    .split('\n');
  const event = FIRST_LINE.exec(lines[0] ?? '')?.[1];
  if (event === undefined) {
    throw new TemplateError(template, 1, 'the first line is not "sendevent EVENT"', 'for example: sendevent NOTIFY');
  }
  const headers: { name: string; value: string; line: number }[] = [];
  const comments: string[] = [];
  let index = 1;
  for (; index < lines.length && lines[index]?.trim() !== ''; index++) {
    const line = lines[index] ?? '';
    const comment = COMMENT.exec(line.trim());
    if (comment) comments.push((comment[1] ?? comment[2] ?? '').trim());
    else headers.push(parseHeader(template, line, index + 1, headers));
  }
  const bodyLines = lines.slice(index + 1);
  if (bodyLines.at(-1) === '') bodyLines.pop();
  const body = bodyLines.length > 0 ? { text: bodyLines.join('\n'), line: index + 2 } : undefined;
  return { event, headers, body, description: comments.join(' ') };
}

function parseHeader(
  template: string,
  text: string,
  line: number,
  before: readonly { readonly name: string; readonly line: number }[],
): { name: string; value: string; line: number } {
  const [, name, rest] = HEADER.exec(text) ?? [];
  if (name === undefined || rest === undefined) {
    throw new TemplateError(
      template,
      line,
      `"${text.slice(0, 60)}" is not "name: value" with a name that is written out`,
      'a block ({{#if …}}) has to begin and end within one value; a header whose value comes out empty is left out',
    );
  }
  const value = rest.trim();
  const fault = headerFault(name, value.includes('{{') ? 'x' : value);
  if (fault !== undefined) throw new TemplateError(template, line, `header ${name}: ${fault}`, 'take this line out');
  const twin = before.find((other) => other.name.toLowerCase() === name.toLowerCase());
  if (twin) throw new TemplateError(template, line, `header ${name} is there already, in line ${twin.line}`);
  return { name, value, line };
}
