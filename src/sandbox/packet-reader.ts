import { Buffer } from 'node:buffer';
import { Headers } from '../esl/headers.js';
import { decodeBytes } from './wire/byte-text.js';
import { atoi, sameText } from './wire/c-text.js';
import { WireEvent } from './wire/wire-event.js';

const LF = 10;
const CR = 13;
const MAX_HEAD = 10_485_760;
const MAX_BODY = 16 * 1024 * 1024;

/** One command as the server took it from the wire. */
export class Packet {
  /** The packet as an event: the whole header block is in its `Command` until the command is carried out. */
  readonly event: WireEvent;
  /** The bytes of the packet, header block and bodies, if the reader was asked to keep them. */
  readonly raw: Buffer | undefined;

  constructor(event: WireEvent, raw?: Buffer) {
    this.event = event;
    this.raw = raw;
  }

  /**
   * The command line as `parse_command` sees it: up to the first CR anywhere in the header block, or, without one, the
   * first LF. Undefined if a header took it away (`Command:` without a value).
   */
  get command(): string | undefined {
    const block = this.event.get('command');
    return block === undefined ? undefined : stripLineEnd(block);
  }

  /** The headers after the command line as mod_sofia and listeners get them, in order. */
  get headers(): Headers {
    const entries = this.event.delivered().entries();
    const command = entries.findIndex(([name]) => sameText(name, 'command'));
    return new Headers(entries.filter((_, index) => index !== command));
  }

  /** The body, cut at the first NUL as a C string is; undefined without one. */
  get body(): string | undefined {
    return this.event.body;
  }
}

/** `strip_cr` (mod_event_socket.c): the text up to its first CR, or, if it has none at all, up to its first LF. */
export function stripLineEnd(text: string): string {
  const carriageReturn = text.indexOf('\r');
  const end = carriageReturn >= 0 ? carriageReturn : text.indexOf('\n');
  return end < 0 ? text : text.slice(0, end);
}

export interface PacketReaderOptions {
  /** Keep the bytes of every packet in {@link Packet.raw}. */
  readonly keepRaw?: boolean;
  /** A body longer than this is refused, in bytes; default 16 MiB, as newer servers have it. */
  readonly maxBody?: number;
}

/**
 * The server's own reader of commands, without I/O: the same packets come out as `read_packet` (mod_event_socket.c of
 * 1.10.12) makes of these bytes, quirks included. A body of more than `maxBody` bytes stops the reader for good
 * ({@link refused}): the newer server closes the connection then without a word.
 */
export class PacketReader {
  /** The Content-Length that was refused; the connection is to be closed. */
  refused: string | undefined;
  readonly #keepRaw: boolean;
  readonly #maxBody: number;
  #head = Buffer.alloc(0);
  #headLength = 0;
  #lineFeeds = 0;
  #walk: HeaderWalk | undefined;
  #body: Buffer | undefined;
  #bodyLength = 0;
  #rawParts: Buffer[] = [];

  constructor(options: PacketReaderOptions = {}) {
    this.#keepRaw = options.keepRaw ?? false;
    this.#maxBody = options.maxBody ?? MAX_BODY;
  }

  /** Takes the next bytes of the connection, and gives the packets that they complete. */
  push(bytes: Uint8Array): Packet[] {
    const chunk = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const packets: Packet[] = [];
    let at = 0;
    while (at < chunk.length && this.refused === undefined) {
      at = this.#body ? this.#readBody(chunk, at, packets) : this.#readHead(chunk, at, packets);
    }
    return packets;
  }

  #readHead(chunk: Buffer, from: number, packets: Packet[]): number {
    let start = from;
    if (this.#headLength === 0) {
      while (start < chunk.length && (chunk[start] === LF || chunk[start] === CR)) start++;
      this.#lineFeeds = 0;
    }
    let at = start;
    const last = Math.min(chunk.length, start + MAX_HEAD - this.#headLength);
    let lineFeeds = this.#lineFeeds;
    while (at < last && lineFeeds < 2) {
      const byte = chunk[at++];
      if (byte === LF) lineFeeds++;
      else if (byte !== CR) lineFeeds = 0;
    }
    this.#lineFeeds = lineFeeds;
    if (lineFeeds < 2 && at - start + this.#headLength < MAX_HEAD) {
      this.#keepHead(chunk, start, at);
      return at;
    }
    const head = this.#takeHead(chunk, start, at);
    if (this.#keepRaw) this.#rawParts.push(Buffer.from(head));
    this.#walk = new HeaderWalk(head);
    this.#goOn(packets);
    return at;
  }

  #readBody(chunk: Buffer, from: number, packets: Packet[]): number {
    const body = this.#body;
    if (!body || !this.#walk) return chunk.length;
    const copied = chunk.copy(body, this.#bodyLength, from);
    this.#bodyLength += copied;
    if (this.#bodyLength === body.length) {
      if (this.#keepRaw) this.#rawParts.push(body);
      this.#body = undefined;
      this.#walk.event.body = cString(body);
      this.#goOn(packets);
    }
    return from + copied;
  }

  #goOn(packets: Packet[]): void {
    const walk = this.#walk;
    if (!walk) return;
    const length = walk.next();
    if (length > this.#maxBody) {
      this.refused = String(length);
    } else if (length > 0) {
      this.#body = Buffer.allocUnsafe(length);
      this.#bodyLength = 0;
    } else {
      packets.push(new Packet(walk.event, this.#keepRaw ? Buffer.concat(this.#rawParts) : undefined));
      this.#rawParts = [];
      this.#walk = undefined;
    }
  }

  #keepHead(chunk: Buffer, start: number, end: number): void {
    const needed = this.#headLength + end - start;
    if (needed > this.#head.length) {
      const grown = Buffer.allocUnsafe(Math.max(needed, this.#head.length * 2, 2048));
      this.#head.copy(grown, 0, 0, this.#headLength);
      this.#head = grown;
    }
    chunk.copy(this.#head, this.#headLength, start, end);
    this.#headLength = needed;
  }

  #takeHead(chunk: Buffer, start: number, end: number): Buffer {
    if (this.#headLength === 0) return chunk.subarray(start, end);
    this.#keepHead(chunk, start, end);
    const head = this.#head.subarray(0, this.#headLength);
    this.#head = Buffer.alloc(0);
    this.#headLength = 0;
    return head;
  }
}

/** The walk over one header block; it stops wherever a body has to be read first. */
class HeaderWalk {
  readonly event = new WireEvent();
  readonly #text: string;
  #at = 0;
  #nextReturn: number;

  constructor(head: Buffer) {
    this.#text = cString(head);
    this.#nextReturn = this.#text.indexOf('\r');
    this.event.add('Command', this.#text);
    this.#at = this.#lineAfter(this.#lineEnd());
  }

  /** Goes on to the next Content-Length that asks for a body, and gives it in bytes; 0 at the end of the block. */
  next(): number {
    const text = this.#text;
    while (this.#at < text.length) {
      const end = this.#lineEnd();
      const line = end < 0 ? text.slice(this.#at) : text.slice(this.#at, end);
      this.#at = this.#lineAfter(end);
      const colon = line.indexOf(':');
      if (colon < 0) continue;
      let value = colon + 1;
      while (line.charCodeAt(value) === 32) value++;
      const name = line.slice(0, colon);
      this.event.add(name, line.slice(value));
      if (name.length === 14 && sameText(name, 'content-length')) {
        const length = atoi(line.slice(value));
        if (length > 0) return length;
      }
    }
    return 0;
  }

  // The server looks for a CR in all that is left before it looks for a LF: one CR hides every line before it.
  #lineEnd(): number {
    if (this.#nextReturn >= 0 && this.#nextReturn < this.#at) this.#nextReturn = this.#text.indexOf('\r', this.#at);
    return this.#nextReturn >= 0 ? this.#nextReturn : this.#text.indexOf('\n', this.#at);
  }

  #lineAfter(end: number): number {
    const text = this.#text;
    if (end < 0) return text.length;
    let at = end;
    while (text.charCodeAt(at) === CR || text.charCodeAt(at) === LF) at++;
    return at;
  }
}

function cString(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return decodeBytes(end < 0 ? bytes : bytes.subarray(0, end));
}
