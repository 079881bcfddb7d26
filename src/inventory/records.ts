import { isUtf8 } from 'node:buffer';
import type { ByteSource } from './byte-source.js';
import type { CsvFault, Dialect, RecordSpan } from './csv-fields.js';
import { InventoryError } from './errors.js';

/** The longest record, in bytes. */
export const LONGEST_RECORD = 1024 * 1024;

/** So many rows with a quote that never closes make a file hopeless; each may cost a look at {@link LONGEST_RECORD} bytes. */
const MOST_OPEN_QUOTES = 1000;

const CHUNK = 16 * 1024;

const QUOTE = 0x22;
const COMMENT = 0x23;
const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const BLANK = 0x20;

/** A record as it lies in the file, not taken apart yet. */
export interface RawRecord extends RecordSpan {
  /** The line on which it begins, counted from 1. */
  readonly line: number;
  /** Whether it holds a NUL or bytes that are not UTF-8. */
  damaged: boolean;
  /** If it can't be taken apart, why; reading goes on with the line after its first. */
  readonly fault?: CsvFault;
}

/** Some records and the bytes that they lie in; both are good until the next batch is asked for. */
export interface RecordBatch {
  readonly bytes: Buffer;
  readonly records: readonly RawRecord[];
}

/** Says what is wrong with the bytes of one record; undefined if nothing is. */
export type RecordCheck = (record: Uint8Array) => CsvFault | undefined;

/**
 * The line end of a file, from the first that it has outside quotes: `\r` if that stands alone. A `\r` before `\n` is
 * trimmed with the blanks.
 */
export function detectLineEnd(head: Uint8Array): Dialect['lineEnd'] {
  let inQuotes = false;
  const comment = head[0] === COMMENT;
  for (let at = 0; at < head.length; at++) {
    const byte = head[at];
    if (byte === QUOTE && !comment) inQuotes = !inQuotes;
    if (inQuotes) continue;
    if (byte === NEWLINE) return '\n';
    if (byte === RETURN) return head[at + 1] === NEWLINE ? '\n' : '\r';
  }
  return '\n';
}

/** Cuts bytes into records: knows lines, quotes and comments, but not what separates values. */
class Framer {
  bytes = Buffer.allocUnsafe(CHUNK);
  filled = 0;
  records: RawRecord[] = [];
  readonly #lineEnd: number;
  readonly #check: RecordCheck;
  readonly #file: string;
  #at = 0;
  #line = 1;
  #openQuotes = 0;
  /** Whether the rest of a line that is too long is being passed over. */
  #skipping = false;

  constructor(lineEnd: Dialect['lineEnd'], check: RecordCheck, file: string) {
    this.#lineEnd = lineEnd === '\r' ? RETURN : NEWLINE;
    this.#check = check;
    this.#file = file;
  }

  /** Makes room for more bytes behind those that are not used up yet. */
  prepare(): void {
    this.records = [];
    const rest = this.filled - this.#at;
    if (this.#at > 0) this.bytes.copyWithin(0, this.#at, this.filled);
    this.#at = 0;
    this.filled = rest;
    if (rest < CHUNK >> 1 && this.bytes.length > CHUNK) {
      this.bytes = Buffer.from(this.bytes.subarray(0, CHUNK));
    }
    // Doubling keeps the work linear for a record that must be looked at again with every piece of it.
    if (rest > this.bytes.length >> 1) {
      const larger = Buffer.allocUnsafe(this.bytes.length * 2);
      this.bytes.copy(larger, 0, 0, rest);
      this.bytes = larger;
    }
  }

  skipByteOrderMark(): void {
    if (this.bytes[0] === 0xef && this.bytes[1] === 0xbb && this.bytes[2] === 0xbf && this.filled >= 3) this.#at = 3;
  }

  /** Finds all records that are complete; at the end of the file also the last, whose line has no end. */
  frame(atEnd: boolean): void {
    const view = this.bytes.subarray(0, this.filled);
    const begin = this.#at;
    let quote = -1;
    while (this.#at < view.length) {
      const start = this.#at;
      let end = view.indexOf(this.#lineEnd, start);
      if (end === -1) {
        if (!atEnd) {
          this.#passOver(view);
          break;
        }
        end = view.length;
      }
      const next = Math.min(end + 1, view.length);
      if (this.#skipping) {
        this.#skipping = false;
        this.#advance(next);
        continue;
      }
      if (view[start] === COMMENT || isBlank(view, start, end)) {
        this.#advance(next);
        continue;
      }
      if (end - start > LONGEST_RECORD) {
        this.#fault(start, next, { kind: 'too-long', index: 0 });
        continue;
      }
      if (quote !== Number.POSITIVE_INFINITY && quote < start) {
        quote = view.indexOf(QUOTE, start);
        if (quote === -1) quote = Number.POSITIVE_INFINITY;
      }
      if (quote >= end || !isOdd(view, quote, end)) {
        this.records.push({ line: this.#line, start, next, damaged: false });
        this.#advance(next);
        continue;
      }
      if (!this.#quotedLines(view, start, end, next, atEnd)) break;
    }
    this.#markDamage(view, begin);
  }

  #advance(next: number): void {
    this.#at = next;
    this.#line++;
  }

  #fault(start: number, next: number, fault: CsvFault): void {
    this.records.push({ line: this.#line, start, next, damaged: false, fault });
    this.#advance(next);
  }

  /** Drops a line whose end is not in sight and that is too long already; its rest goes when it comes. */
  #passOver(view: Buffer): void {
    if (!this.#skipping) {
      if (view.length - this.#at <= LONGEST_RECORD) return;
      this.records.push({
        line: this.#line,
        start: this.#at,
        next: this.#at,
        damaged: false,
        fault: { kind: 'too-long', index: 0 },
      });
      this.#skipping = true;
    }
    this.#at = view.length;
  }

  /**
   * Takes the record whose first line ends within quotes. A value may go on over lines as long as the quotes close;
   * if they don't, only the first line is lost, not what follows it.
   * @returns false if more bytes are needed to tell
   */
  #quotedLines(view: Buffer, start: number, firstEnd: number, firstNext: number, atEnd: boolean): boolean {
    let lines = 1;
    let at = firstNext;
    let open = true;
    while (open && at < view.length && at - start <= LONGEST_RECORD) {
      let end = view.indexOf(this.#lineEnd, at);
      if (end === -1) {
        if (!atEnd) break;
        end = view.length;
      }
      if (isOdd(view, at, end)) open = false;
      at = Math.min(end + 1, view.length);
      lines++;
    }
    if (open && !atEnd && view.length - start <= LONGEST_RECORD) return false;
    if (!open && at - start <= LONGEST_RECORD && this.#check(view.subarray(start, at)) === undefined) {
      this.records.push({ line: this.#line, start, next: at, damaged: false });
      this.#at = at;
      this.#line += lines;
      return true;
    }
    if (++this.#openQuotes > MOST_OPEN_QUOTES) {
      throw new InventoryError(`more than ${MOST_OPEN_QUOTES} rows have a quote (") that never closes`, {
        file: this.#file,
        line: this.#line,
        hint: 'write a " within a value twice, and the whole value in quotes; or is it a file without quotes?',
      });
    }
    const fault = this.#check(view.subarray(start, firstEnd)) ?? { kind: 'not-closed', index: 0 };
    this.#fault(start, firstNext, fault);
    return true;
  }

  #markDamage(view: Buffer, begin: number): void {
    const used = view.subarray(begin, this.#at);
    if (isUtf8(used) && !used.includes(0)) return;
    for (const record of this.records) {
      const bytes = view.subarray(record.start, record.next);
      record.damaged = bytes.includes(0) || !isUtf8(bytes);
    }
  }
}

function isOdd(bytes: Uint8Array, from: number, to: number): boolean {
  let odd = false;
  for (let at = from; at < to; at++) if (bytes[at] === QUOTE) odd = !odd;
  return odd;
}

function isBlank(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const byte = bytes[at];
    if (byte !== BLANK && byte !== RETURN && byte !== TAB && byte !== NEWLINE) return false;
  }
  return true;
}

/**
 * Reads a file from its beginning as records, in memory that does not grow with the file. Blank lines and lines that
 * begin with `#` are left out, but counted.
 * @param check tells a record with quotes that goes over several lines from a quote that was never closed
 * @throws InventoryError if the file changes meanwhile, can't be read, or is full of open quotes
 */
export async function* readRecords(
  source: ByteSource,
  lineEnd: Dialect['lineEnd'],
  check: RecordCheck,
): AsyncGenerator<RecordBatch, void, undefined> {
  const framer = new Framer(lineEnd, check, source.name);
  let position = 0;
  for (let first = true, atEnd = false; !atEnd; first = false) {
    framer.prepare();
    const read = await source.read(framer.bytes, framer.filled, position);
    position += read;
    atEnd = read < framer.bytes.length - framer.filled;
    framer.filled += read;
    if (first) framer.skipByteOrderMark();
    framer.frame(atEnd);
    if (framer.records.length > 0) yield { bytes: framer.bytes, records: framer.records };
  }
}
