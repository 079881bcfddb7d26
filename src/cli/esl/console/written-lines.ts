import { Buffer } from 'node:buffer';

/** A line of its own that ends a body. */
export const END = '.';

/**
 * Gathers the lines of an event, or of an order to a call, as somebody types or pastes them, and tells when it is complete: once
 * the body is as long as its content-length, at a line with a single dot, or at once if the body begins with an empty line, as
 * there is none then. What is wrong with it is found out when it is read.
 */
export class WrittenLines {
  /** What the next line is. */
  part: 'headers' | 'body' = 'headers';
  #text: string;
  /** As far as it can be believed, bytes. */
  #length: number | undefined;
  #bodyBytes = 0;

  /** @param first `sendevent NAME`, `sendmsg UUID` */
  constructor(first: string) {
    this.#text = `${first}\n`;
  }

  /** All of it so far. */
  get text(): string {
    return this.#text;
  }

  /** How long the body should be, bytes; undefined if nothing says so, or what says so is wrong. */
  get length(): number | undefined {
    return this.#length;
  }

  /**
   * Takes in the next line, without its line end.
   * @returns `complete`; or `too-long` at the line that shows that the content-length is wrong, so that it can't say where the body
   * ends: else the rest of it would be taken for commands
   */
  add(line: string): 'complete' | 'too-long' | undefined {
    return this.part === 'headers' ? this.#addHeader(line) : this.#addBody(line);
  }

  #addHeader(line: string): 'complete' | undefined {
    this.#text += `${line}\n`;
    if (line.trim() === '') {
      this.part = 'body';
      return this.#length === 0 ? 'complete' : undefined;
    }
    const length = /^\s*content-length\s*:\s*(\d+)\s*$/i.exec(line)?.[1];
    if (length !== undefined) this.#length = Number(length);
    return undefined;
  }

  #addBody(line: string): 'complete' | 'too-long' | undefined {
    if (line.replace(/\r$/, '') === END) return 'complete';
    const isFirst = this.#bodyBytes === 0;
    if (isFirst && this.#length === undefined && line.trim() === '') return 'complete';
    this.#text += `${line}\n`;
    this.#bodyBytes += Buffer.byteLength(line) + 1;
    if (this.#length === undefined) return undefined;
    // Whether its last line end belongs to it, the length says.
    const over = this.#bodyBytes - this.#length;
    if (over === 0 || over === 1) return 'complete';
    if (over < 0) return undefined;
    // A carriage return before it is none of the body.
    if (over === 2 && line.endsWith('\r')) return 'complete';
    this.#length = undefined;
    return 'too-long';
  }
}
