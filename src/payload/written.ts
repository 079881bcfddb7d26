import { Buffer } from 'node:buffer';
import type { Header } from '../esl/index.js';
import type { Payload } from './payload.js';

/** An event as a person wrote it down, read. */
export interface WrittenPayload {
  readonly payload: Payload;
  /** What was not as it should be, and was put right. */
  readonly warnings: readonly string[];
}

/** What can't be read of it; lines are counted from 1. */
export class WrittenPayloadError extends Error {
  readonly line: number;

  constructor(line: number, problem: string) {
    super(problem);
    this.name = 'WrittenPayloadError';
    this.line = line;
  }
}

/** An order to a call as a person wrote it down, read. */
export interface WrittenMessage {
  readonly uuid: string;
  readonly headers: readonly Header[];
  readonly body: string;
  readonly warnings: readonly string[];
}

/**
 * Reads an event in the form in which FreeSWITCH's documentation has them: `sendevent NAME`, header lines, an empty line, the
 * body. Blanks around a header are dropped, and so is a content-length, which follows from the body: of what stands there
 * it only tells whether the last line end belongs to it.
 * @throws WrittenPayloadError
 */
export function readPayload(text: string): WrittenPayload {
  const { word: event, headers, body, warnings } = readWritten(text, 'sendevent', 'NAME');
  return { payload: { event, headers, body }, warnings };
}

/** Reads an order to a call in the same form: `sendmsg UUID` and so on. @throws WrittenPayloadError */
export function readMessage(text: string): WrittenMessage {
  const { word: uuid, ...rest } = readWritten(text, 'sendmsg', 'UUID');
  return { uuid, ...rest };
}

interface Written {
  /** What follows the command in the first line. */
  readonly word: string;
  readonly headers: Header[];
  readonly body: string;
  readonly warnings: string[];
}

function readWritten(text: string, command: string, what: string): Written {
  const lines = new Lines(text.replace(/^\ufeff/, ''));
  let line = lines.next();
  while (line?.trim() === '') line = lines.next();
  const [first = '', word, ...more] = (line ?? '').trim().split(/\s+/);
  if (first.toLowerCase() !== command || word === undefined || more.length > 0)
    throw new WrittenPayloadError(Math.max(lines.number, 1), `it does not begin with "${command} ${what}"`);
  const headers: Header[] = [];
  let length: string | undefined;
  for (line = lines.next(); line !== undefined && line.trim() !== ''; line = lines.next()) {
    const [name, value] = readHeader(line, lines.number);
    if (name.toLowerCase() === 'content-length') length = value;
    else headers.push([name, value]);
  }
  // To FreeSWITCH a line of blanks is no empty one; the one behind it is.
  const rest = line === '' ? lines.rest : lines.rest.replace(/^\r?\n/, '');
  return { word, headers, ...readBody(rest, length) };
}

/** The lines of a text one by one, and what is left behind them as it stands. */
class Lines {
  number = 0;
  rest: string;

  constructor(text: string) {
    this.rest = text;
  }

  next(): string | undefined {
    if (this.rest === '') return undefined;
    this.number++;
    const end = this.rest.indexOf('\n');
    const line = end < 0 ? this.rest : this.rest.slice(0, end);
    this.rest = end < 0 ? '' : this.rest.slice(end + 1);
    return line.replace(/\r$/, '');
  }
}

function readHeader(line: string, number: number): Header {
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(colon, 0)).trim();
  if (name === '') throw new WrittenPayloadError(number, `${JSON.stringify(line.slice(0, 60))} is not "name: value"`);
  return [name, line.slice(colon + 1).trim()];
}

/** A file ends with a line end that nobody meant, unless its length says so. */
function readBody(rest: string, length: string | undefined): { body: string; warnings: string[] } {
  const whole = Buffer.from(rest);
  const wanted = length !== undefined && /^\d+$/.test(length) ? Number(length) : Number.NaN;
  if (wanted <= whole.length && whole.toString('utf8', wanted).trim() === '') {
    return { body: whole.toString('utf8', 0, wanted), warnings: [] };
  }
  const body = rest.trim() === '' ? '' : rest.replace(/\r?\n$/, '');
  if (length === undefined) return { body, warnings: [] };
  const bytes = Buffer.byteLength(body);
  return { body, warnings: [`content-length ${length} is wrong: the body has ${bytes} bytes, and is sent with that`] };
}
