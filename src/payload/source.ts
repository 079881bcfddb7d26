import { headerFault } from '../esl/index.js';
import { TemplateError, type TemplateProblem } from './errors.js';
import { ruleFor } from './rules.js';

/** A template file taken apart, before anything in it is compiled. Lines are counted from 1. */
export interface TemplateSource {
  readonly event: string;
  readonly headers: readonly { readonly name: string; readonly value: string; readonly line: number }[];
  /** Without the line end that closes the file; undefined if there is none. */
  readonly body: { readonly text: string; readonly line: number } | undefined;
  /** The comments above the first header, one line. */
  readonly description: string;
}

const FIRST_LINE = /^sendevent[ \t]+([A-Za-z_]+)[ \t]*$/;
/** One whole comment and nothing after it: what follows is not to vanish with it. */
const COMMENT = /^\{\{!(?:--((?:(?!--\}\}).)*)--|((?:(?!\}\}).)*))\}\}$/s;
const HEADER = /^([^:{}]+):(.*)$/s;

/** The lines of a file, whichever ends they have. */
export function linesOf(text: string): string[] {
  return text
    .replace(/^\ufeff/, '')
    .replace(/\r\n?/g, '\n')
    .split('\n');
}

/**
 * Takes a template apart into its event, its header lines and its body. Every header line is a template of its own, so
 * that no value can ever add a line, a header or a command, whatever it holds and whatever construct surrounds it.
 * @throws TemplateError
 */
export function parseSource(template: string, text: string): TemplateSource {
  return readSource(text, (problem) => {
    throw TemplateError.of(template, problem);
  });
}

/** The same, with each problem reported and passed over. The event is empty if there is none. */
export function readSource(text: string, report: (problem: TemplateProblem) => void): TemplateSource {
  const lines = linesOf(text);
  const event = FIRST_LINE.exec(lines[0] ?? '')?.[1];
  if (event === undefined) {
    const problem = 'the first line is not "sendevent EVENT"';
    report({ line: 1, column: 1, problem, hint: 'for example: sendevent NOTIFY' });
  }
  const headers: Header[] = [];
  const comments: string[] = [];
  let index = 1;
  // Of lines that belong together, such as a body that lacks the empty line before it, the first is told.
  let isAstray = false;
  for (; index < lines.length && lines[index]?.trim() !== ''; index++) {
    const line = lines[index] ?? '';
    const comment = COMMENT.exec(line.trim());
    const header = comment ? undefined : HEADER.exec(line);
    if (!comment && !header && !isAstray) report(notAHeader(line, index + 1, event));
    isAstray = !comment && !header;
    if (comment && headers.length === 0) comments.push((comment[1] ?? comment[2] ?? '').trim());
    if (header) readHeader(header, index + 1, headers, report);
  }
  const bodyLines = lines.slice(index + 1);
  if (bodyLines.at(-1) === '') bodyLines.pop();
  const body = bodyLines.length > 0 ? { text: bodyLines.join('\n'), line: index + 2 } : undefined;
  return { event: event ?? '', headers, body, description: comments.join(' ') };
}

type Header = TemplateSource['headers'][number];

function readHeader(
  [, name = '', rest = '']: RegExpExecArray,
  line: number,
  headers: Header[],
  report: (problem: TemplateProblem) => void,
): void {
  const value = rest.trim();
  const fault = headerFault(name, value.includes('{{') ? 'x' : value);
  if (fault !== undefined) report({ line, column: 1, problem: `header ${name}: ${fault}`, hint: 'take this line out' });
  const twin = headers.find((other) => other.name.toLowerCase() === name.toLowerCase());
  if (twin)
    report({ line, column: 1, problem: `header ${name} is there already, in line ${twin.line}`, hint: 'keep one' });
  else headers.push({ name, value, line });
}

function notAHeader(text: string, line: number, event = ''): TemplateProblem {
  let hint =
    'a block ({{#if …}}) has to begin and end within one value; a header whose value comes out empty is left out';
  const [, name = '', value = ''] = /^\s*([\w-]+)\s+(\S.*)$/.exec(text) ?? [];
  const isHeader = ruleFor(event)?.reads.some((read) => read.toLowerCase() === name.toLowerCase());
  if (/^\s*\{\{!/.test(text)) hint = 'above the body a comment is one line, and nothing else is in that line';
  else if (isHeader) hint = `a colon is missing: ${name}: ${value}`;
  else if (!/\{\{/.test(text) && !text.includes(':')) hint = 'the body begins below an empty line';
  return {
    line,
    column: 1,
    problem: `"${text.slice(0, 60)}" is not "name: value" with a name that is written out`,
    hint,
  };
}
