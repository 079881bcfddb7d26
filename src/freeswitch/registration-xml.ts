import { Buffer } from 'node:buffer';
import { AnswerFault, OtherAnswer } from './errors.js';
import { type Registration, toRegistration } from './registration.js';
import { lineElement, openElement } from './xml-line.js';

const LF = 10;

/** More than any phone can send: contact and agent are cut at 2 KB, the rest had to fit into a SIP message. Bytes. */
const MAX_LINE_BYTES = 256 * 1024;

/** What the lines of the answer are about, in this order; `list` and `registration` take turns. */
type Place = 'start' | 'profile' | 'list' | 'registration' | 'tail' | 'end';

interface OpenElement {
  readonly name: string;
  readonly lines: string[];
  length: number;
}

/**
 * Reads the answer to `sofia xmlstatus profile P reg` in pieces, in flat memory and linear time. mod_sofia writes one element
 * a line, and escapes contact and agent only (`show_reg_callback_xml`, mod_sofia.c); a Call-ID with markup in it stands there
 * as it is. So this reads lines, not XML: whatever a phone has sent, one registration can't be read at worst.
 */
export class RegistrationReader {
  readonly #profile: string;
  readonly #onUnreadable: (problem: string) => void;
  #place: Place = 'start';
  /** The beginning of a line whose end has not come. */
  #begun: Buffer[] = [];
  #begunBytes = 0;
  #fields = new Map<string, string>();
  /** An element that goes on in the next line: headers that a phone has folded keep their line ends. */
  #open: OpenElement | undefined;
  /** What is wrong with the registration at hand, or with the lines between two of them. */
  #problem: string | undefined;
  #registrations: Registration[] = [];

  constructor(profile: string, onUnreadable: (problem: string) => void) {
    this.#profile = profile;
    this.#onUnreadable = onUnreadable;
  }

  /**
   * The registrations that these bytes complete.
   * @throws AnswerFault if this is not such an answer
   */
  push(bytes: Buffer): Registration[] {
    this.#registrations = [];
    let start = 0;
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
      this.#line(this.#complete(bytes, start, end));
      start = end + 1;
    }
    if (start < bytes.length) this.#keep(bytes.subarray(start));
    return this.#registrations;
  }

  /** @throws AnswerFault if the answer is not over */
  end(): void {
    if (this.#place === 'start') this.#framing(Buffer.concat(this.#begun).toString());
    if (this.#place !== 'end' || this.#begunBytes > 0) throw new AnswerFault('it breaks off');
  }

  /** The line that ends here; it may have begun in earlier pieces. */
  #complete(bytes: Buffer, start: number, end: number): string {
    if (this.#begunBytes === 0) return bytes.toString('utf8', start, end);
    const line = Buffer.concat([...this.#begun, bytes.subarray(start, end)]);
    this.#begun = [];
    this.#begunBytes = 0;
    return line.toString();
  }

  #keep(bytes: Buffer): void {
    this.#begun.push(bytes);
    this.#begunBytes += bytes.length;
    if (this.#begunBytes > MAX_LINE_BYTES) throw new AnswerFault(`a line of more than ${MAX_LINE_BYTES} bytes`);
  }

  #line(line: string): void {
    if (this.#place === 'registration' || this.#place === 'list') this.#listed(line);
    else this.#framing(line);
  }

  #framing(line: string): void {
    const text = line.trim();
    if (this.#place === 'start' && text.startsWith('<?xml ')) this.#place = 'profile';
    else if (this.#place === 'profile' && text === '<registrations>') this.#place = 'list';
    else if (this.#place === 'tail' && text === '</profile>') this.#place = 'end';
    else if (this.#place !== 'profile' || text !== '<profile>') {
      throw new OtherAnswer('it is not a list of registrations', line);
    }
  }

  #listed(line: string): void {
    const text = line.trim();
    if (text === '<registration>') {
      this.#leave('registration');
    } else if (text === '</registrations>') {
      this.#leave('tail');
    } else if (text === '</registration>') {
      if (this.#place === 'registration' && this.#open === undefined) this.#take();
      else this.#problem ??= 'the end of a registration in the wrong place';
      this.#leave('list');
    } else {
      this.#part(line);
    }
  }

  /** Goes on to the next registration or out of the list, and says so if what lies behind could not be read. */
  #leave(next: Place): void {
    if (this.#place === 'registration') this.#problem ??= 'a registration without an end';
    if (this.#problem !== undefined) this.#onUnreadable(this.#problem);
    this.#problem = undefined;
    this.#fields.clear();
    this.#open = undefined;
    this.#place = next;
  }

  /** A line of a registration: an element, or a part of one. */
  #part(line: string): void {
    const text = this.#open ? this.#goOn(this.#open, line) : line;
    if (text === undefined) return;
    this.#open = undefined;
    const element = lineElement(text);
    const opened = element ? undefined : openElement(text);
    if (element) this.#element(...element);
    else if (opened !== undefined) this.#open = { name: opened, lines: [line], length: line.length };
    else this.#problem ??= 'a line that is no element';
  }

  /** The element with this further line, if it is complete now. */
  #goOn(open: OpenElement, line: string): string | undefined {
    open.lines.push(line);
    open.length += line.length + 1;
    if (open.length > MAX_LINE_BYTES) {
      this.#problem ??= 'an element without an end';
      this.#open = undefined;
      return undefined;
    }
    return line.endsWith(`</${open.name}>`) ? open.lines.join('\n') : undefined;
  }

  #element(name: string, value: string): void {
    if (this.#place === 'list') this.#problem ??= 'an element outside of a registration';
    else if (this.#fields.has(name)) this.#problem ??= `two elements ${name}`;
    else this.#fields.set(name, value);
  }

  /** The registration at hand is complete. */
  #take(): void {
    this.#place = 'list';
    if (this.#problem !== undefined) return;
    try {
      this.#registrations.push(toRegistration(this.#fields, this.#profile));
    } catch (error) {
      if (!(error instanceof AnswerFault)) throw error;
      this.#problem = error.message;
    }
  }
}
