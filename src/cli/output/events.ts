import { type Buffer, isUtf8 } from 'node:buffer';
import { decodeEvent, EslEventError, type EventFormat, isEvent, type Message } from '../../esl/index.js';
import { plural } from '../plural.js';
import { printable, printableLines, type Terminal } from '../terminal.js';
import { eventLine } from './event-line.js';
import { toLine } from './json.js';
import type { Wait } from './reporter.js';

/** What of an event is printed: a line for people, a JSON object a line, or what FreeSWITCH wrote. */
export type EventOutput = 'text' | 'jsonl' | EventFormat;

const LF = 10;

/** Prints events, and counts those that can't be read. */
export class EventPrinter {
  /** The format to subscribe to. */
  readonly format: EventFormat;
  readonly #terminal: Terminal;
  readonly #output: EventOutput;
  #unreadable = 0;

  constructor(output: EventOutput, terminal: Terminal) {
    this.#output = output;
    this.#terminal = terminal;
    this.format = output === 'text' ? 'plain' : output === 'jsonl' ? 'json' : output;
  }

  /** Prints what is an event; false for anything else, and for events that can't be read. */
  print(message: Message): Wait | false {
    if (!isEvent(message)) return false;
    try {
      if (this.#output === 'text') return this.#terminal.write(eventLine(decodeEvent(message), this.#terminal));
      if (this.#output === 'jsonl') return this.#printJson(message);
      // One that was too long to be kept has none.
      if (message.body.length === 0) decodeEvent(message);
      return this.#printRaw(message.body);
    } catch (error) {
      if (!(error instanceof EslEventError)) throw error;
      if (this.#unreadable++ === 0) this.#terminal.say(printable(`warning: an event can't be read: ${error.message}`));
      return false;
    }
  }

  /** Says how many events could not be read, if any. */
  end(): void {
    if (this.#unreadable > 0) this.#terminal.say(`warning: ${plural(this.#unreadable, 'event')} could not be read`);
  }

  #printJson(message: Message): Wait {
    const { body } = message;
    if (!this.#terminal.isWatched && isObjectLine(body)) return this.#terminal.writeBytes(body, '\n');
    return this.#terminal.write(`${jsonLine(message)}\n`);
  }

  /** Between two events is an empty line where they have lines themselves; a line end where each is one. */
  #printRaw(body: Buffer): Wait {
    const ends = this.#output === 'plain' ? 2 : 1;
    let has = 0;
    while (has < ends && body.at(-1 - has) === LF) has++;
    const end = '\n'.repeat(ends - has);
    if (this.#terminal.isWatched) return this.#terminal.write(printableLines(body.toString()) + end);
    return this.#terminal.writeBytes(body, end);
  }
}

/** Whether these bytes, which FreeSWITCH wrote as JSON, can stand as a line of their own as they are. */
function isObjectLine(body: Buffer): boolean {
  return body.at(0) === 0x7b && body.at(-1) === 0x7d && !body.includes(LF) && isUtf8(body);
}

/** The headers as FreeSWITCH has them, and `_body`. */
function jsonLine(message: Message): string {
  if (message.contentType === 'text/event-json') {
    try {
      const parsed: unknown = JSON.parse(message.body.toString());
      if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return toLine(parsed);
    } catch {
      // decodeEvent says what is wrong.
    }
  }
  const { headers, body } = decodeEvent(message);
  const document = headers.toObject();
  if (body !== undefined) document._body = body;
  return toLine(document);
}
