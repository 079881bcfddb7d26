import { Buffer } from 'node:buffer';
import { EslError, EslProtocolError, EslTooLargeError } from './errors.js';
import { parseHeaderBlock } from './header-block.js';
import type { Header } from './headers.js';
import { type Message, toMessage } from './message.js';

export interface DecoderLimits {
  /** Bytes of one header block. @default 65536, fs_cli's own limit (esl.c) */
  readonly maxHeaderBytes?: number;
  /** Bytes of one body that is gathered. @default 268435456, about 390,000 registrations as XML */
  readonly maxBodyBytes?: number;
}

/** Who takes what a decoder reads, in the order of the wire, while it reads. Its functions must not throw. */
export interface MessageSink {
  message(message: Message): void;
  /**
   * A message with a body begins, here still without it. Whoever is returned gets the body in pieces, and no
   * `message` follows; undefined has it gathered.
   */
  bodyOf?(head: Message): BodySink | undefined;
  /** How long a body that is gathered may be, bytes, if that is less than the decoder's own limit. */
  limitOf?(head: Message): number;
}

/** Who takes one body in pieces. Pieces are never empty. */
export interface BodySink {
  piece(bytes: Buffer): void;
  end(): void;
}

const LF = 10;
const CR = 13;
const NOTHING = Buffer.alloc(0);

/**
 * The answer to `userauth` is formatted into 512 bytes behind the 28 of its Content-Type line (`parse_command`,
 * mod_event_socket.c): 510 of them survive, and a longer one ends there, without its closing empty line.
 */
const CUT_REPLY_BYTES = 538;

/**
 * Bytes in, messages out, in whatever pieces the bytes come. No I/O. Time is linear in the bytes, memory is bounded by
 * the limits. After a `failure` the stream is out of step for good.
 */
export class Decoder {
  readonly #maxHeaderBytes: number;
  readonly #maxBodyBytes: number;
  /** The header block so far; `#scanned` bytes of it hold no empty line. */
  #block: Buffer = NOTHING;
  #scanned = 0;
  /** Set while a body is awaited. */
  #headers: readonly Header[] | undefined;
  #parts: Buffer[] = [];
  #body: BodySink | undefined;
  #missing = 0;
  #mayBeCut = false;
  #failure: EslError | undefined;

  constructor(limits: DecoderLimits = {}) {
    this.#maxHeaderBytes = limits.maxHeaderBytes ?? 64 * 1024;
    this.#maxBodyBytes = limits.maxBodyBytes ?? 256 * 1024 * 1024;
  }

  /** Whether the bytes so far end in the middle of a message. */
  get midMessage(): boolean {
    return this.#block.length > 0 || this.#headers !== undefined;
  }

  /** Why the bytes behind the messages so far can't be read: an EslTooLargeError or an EslProtocolError. */
  get failure(): EslError | undefined {
    return this.#failure;
  }

  /** Says that the next message answers `userauth`, so it may end where FreeSWITCH cut it. */
  expectCutReply(): void {
    this.#mayBeCut = true;
  }

  /**
   * The messages that these bytes complete, also those in front of bytes that can't be read: then `failure` is set, and
   * no more messages come. Never throws. The bytes may be kept until their message is complete.
   */
  push(chunk: Buffer): Message[] {
    const messages: Message[] = [];
    this.read(chunk, { message: (message) => messages.push(message) });
    return messages;
  }

  /** Like `push`, for a sink: it hears of each message at once, and may take bodies in pieces, of whatever length. */
  read(chunk: Buffer, sink: MessageSink): void {
    if (this.#failure) return;
    let rest: Buffer = chunk;
    try {
      while (rest.length > 0) {
        if (this.#body) rest = this.#passBody(rest, this.#body);
        else rest = this.#headers ? this.#gatherBody(rest, this.#headers, sink) : this.#takeHeaders(rest, sink);
      }
    } catch (error) {
      this.#failure = error instanceof EslError ? error : new EslProtocolError(String(error), { cause: error });
    }
  }

  #takeHeaders(rest: Buffer, sink: MessageSink): Buffer {
    let from = 0;
    if (this.#block.length === 0) while (rest[from] === LF || rest[from] === CR) from++;
    if (from === rest.length) return NOTHING;
    const bytes = this.#block.length > 0 ? Buffer.concat([this.#block, rest]) : rest.subarray(from);
    const end = this.#findEnd(bytes);
    if (end === undefined) {
      // A block of just the limit may still miss the end of its empty line.
      if (bytes.length > this.#maxHeaderBytes + 2) this.#headersTooLarge();
      this.#block = bytes;
      return NOTHING;
    }
    if (end.stop > this.#maxHeaderBytes) this.#headersTooLarge();
    this.#block = NOTHING;
    this.#scanned = 0;
    this.#mayBeCut = false;
    this.#begin(bytes.toString('utf8', 0, end.stop), sink);
    return bytes.subarray(end.next);
  }

  /** Where the header block stops, and where the bytes after its empty line begin. */
  #findEnd(bytes: Buffer): { stop: number; next: number } | undefined {
    const limit = this.#mayBeCut ? Math.min(bytes.length, CUT_REPLY_BYTES) : bytes.length;
    let at = bytes.indexOf(LF, this.#scanned);
    while (at >= 0 && at < limit) {
      const after = bytes[at + 1] === CR ? at + 2 : at + 1;
      if (after >= limit) break;
      if (bytes[after] === LF) return { stop: at, next: after + 1 };
      at = bytes.indexOf(LF, at + 1);
    }
    if (this.#mayBeCut && bytes.length >= CUT_REPLY_BYTES) return { stop: CUT_REPLY_BYTES, next: CUT_REPLY_BYTES };
    this.#scanned = Math.max(0, bytes.length - 2);
    return undefined;
  }

  #begin(block: string, sink: MessageSink): void {
    const headers = parseHeaderBlock(block);
    if (!headers) {
      throw new EslProtocolError(`not an event socket message: ${JSON.stringify(block.slice(0, 80))}`);
    }
    const length = this.#bodyLength(headers);
    if (length === 0) {
      sink.message(toMessage(headers, NOTHING, block));
      return;
    }
    const head = toMessage(headers, NOTHING);
    this.#body = sink.bodyOf?.(head);
    const most = Math.min(this.#maxBodyBytes, sink.limitOf?.(head) ?? Number.POSITIVE_INFINITY);
    const limit = this.#body ? Number.MAX_SAFE_INTEGER : most;
    if (length > limit) {
      throw new EslTooLargeError(`the server announces a body of ${length} bytes; the limit is ${limit}`);
    }
    this.#headers = headers;
    this.#missing = length;
  }

  #bodyLength(headers: readonly Header[]): number {
    let length: string | undefined;
    for (const [name, value] of headers) {
      if (name.length !== 14 || name.toLowerCase() !== 'content-length') continue;
      if (length !== undefined && length !== value) {
        throw new EslProtocolError(`two different Content-Lengths in one message: ${length} and ${value}`);
      }
      length = value;
    }
    if (length === undefined) return 0;
    if (!/^\d+$/.test(length)) {
      throw new EslProtocolError(`a Content-Length that is not a number: ${JSON.stringify(length.slice(0, 40))}`);
    }
    return Number(length);
  }

  #gatherBody(rest: Buffer, headers: readonly Header[], sink: MessageSink): Buffer {
    const taken = rest.subarray(0, this.#missing);
    this.#parts.push(taken);
    this.#missing -= taken.length;
    if (this.#missing === 0) {
      const [only] = this.#parts;
      const body = this.#parts.length === 1 && only ? only : Buffer.concat(this.#parts);
      this.#headers = undefined;
      this.#parts = [];
      sink.message(toMessage(headers, body));
    }
    return rest.subarray(taken.length);
  }

  #passBody(rest: Buffer, body: BodySink): Buffer {
    const taken = rest.subarray(0, this.#missing);
    this.#missing -= taken.length;
    body.piece(taken);
    if (this.#missing === 0) {
      this.#headers = undefined;
      this.#body = undefined;
      body.end();
    }
    return rest.subarray(taken.length);
  }

  #headersTooLarge(): never {
    throw new EslTooLargeError(`a header block of more than ${this.#maxHeaderBytes} bytes`);
  }
}
