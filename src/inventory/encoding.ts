import { isAscii, isUtf8 } from 'node:buffer';
import { InventoryError } from './errors.js';
import { show } from './show.js';

const NEWLINE = 0x0a;

/** The bytes that Windows-1252 gives no character. */
const UNDEFINED_IN_1252: ReadonlySet<number> = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);

function continues(byte: number | undefined, from = 0x80, to = 0xbf): boolean {
  return byte !== undefined && byte >= from && byte <= to;
}

/** The number of bytes of the UTF-8 character at `at`; 0 if there is none (overlong forms and surrogates are none). */
function characterLength(bytes: Uint8Array, at: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  const second = bytes[at + 1];
  if (lead >= 0xc2 && lead <= 0xdf) return continues(second) ? 2 : 0;
  if (!continues(bytes[at + 2])) return 0;
  if (lead >= 0xe0 && lead <= 0xef) {
    return continues(second, lead === 0xe0 ? 0xa0 : 0x80, lead === 0xed ? 0x9f : 0xbf) ? 3 : 0;
  }
  if (lead < 0xf0 || lead > 0xf4 || !continues(bytes[at + 3])) return 0;
  return continues(second, lead === 0xf0 ? 0x90 : 0x80, lead === 0xf4 ? 0x8f : 0xbf) ? 4 : 0;
}

interface Utf8Survey {
  /** Where the first byte is that is not UTF-8; -1 if there is none. */
  readonly firstBad: number;
  readonly anyMultibyte: boolean;
  readonly likeWindows1252: boolean;
}

function survey(bytes: Uint8Array): Utf8Survey {
  let firstBad = -1;
  let anyMultibyte = false;
  let likeWindows1252 = true;
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    if (length > 1) anyMultibyte = true;
    if (length === 0) {
      if (firstBad === -1) firstBad = at;
      if (UNDEFINED_IN_1252.has(bytes[at] ?? 0)) likeWindows1252 = false;
    }
    at += Math.max(1, length);
  }
  return { firstBad, anyMultibyte, likeWindows1252 };
}

function hex(byte: number): string {
  return `0x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/** What a byte is in Windows-1252, for hints; undefined if it is nothing there. */
function in1252(byte: number): string | undefined {
  return UNDEFINED_IN_1252.has(byte) ? undefined : new TextDecoder('windows-1252').decode(Uint8Array.of(byte));
}

/** The first byte of a record that is not UTF-8, in words; undefined if all are. */
export function badByte(bytes: Uint8Array): { readonly problem: string; readonly hint: string } | undefined {
  const { firstBad } = survey(bytes);
  if (firstBad === -1) return undefined;
  const byte = bytes[firstBad] ?? 0;
  const character = in1252(byte);
  const meant = character === undefined ? '' : `in Windows-1252 it is "${show(character)}"; `;
  return { problem: `is not in UTF-8: there is a byte ${hex(byte)}`, hint: `${meant}save the file as UTF-8` };
}

function startsWith(bytes: Buffer, ...signature: readonly number[]): boolean {
  return bytes.length >= signature.length && signature.every((byte, at) => bytes[at] === byte);
}

/** Which half of UTF-16 text in a Western script is NUL: tells its byte order where there is no byte order mark. */
function utf16WithoutMark(head: Buffer): string | undefined {
  const pairs = Math.min(head.length, 4096) >> 1;
  if (pairs < 4) return undefined;
  let even = 0;
  let odd = 0;
  for (let at = 0; at < pairs * 2; at += 2) {
    if (head[at] === 0) even++;
    if (head[at + 1] === 0) odd++;
  }
  if (odd > pairs * 0.6 && even < pairs * 0.1) return 'UTF-16LE';
  if (even > pairs * 0.6 && odd < pairs * 0.1) return 'UTF-16BE';
  return undefined;
}

function utf16(head: Buffer): string | undefined {
  if (startsWith(head, 0xff, 0xfe, 0, 0)) return 'UTF-32LE';
  if (startsWith(head, 0, 0, 0xfe, 0xff)) return 'UTF-32BE';
  if (startsWith(head, 0xff, 0xfe)) return 'UTF-16LE';
  if (startsWith(head, 0xfe, 0xff)) return 'UTF-16BE';
  return utf16WithoutMark(head);
}

/** What else than UTF-8 a CSV may be in: what Excel saves. */
export type ForeignEncoding = 'UTF-16LE' | 'UTF-16BE' | 'Windows-1252';

/** Whether whole lines can be Windows-1252 and are not UTF-8 beside it. */
export function likeWindows1252(lines: Uint8Array): boolean {
  if (isAscii(lines)) return true;
  const found = survey(lines);
  return !found.anyMultibyte && found.likeWindows1252;
}

/**
 * What a file is in, as far as its beginning tells; undefined for UTF-8. Single bytes that are not UTF-8 in a file that otherwise is
 * are left to the rows.
 * @param head the beginning of the file
 * @param complete whether that is all of it
 * @throws InventoryError if it is no CSV: a spreadsheet, gzip; or in UTF-32
 */
export function foreignEncoding(head: Buffer, complete: boolean, file: string): ForeignEncoding | undefined {
  if (startsWith(head, 0x50, 0x4b, 0x03, 0x04) || startsWith(head, 0xd0, 0xcf, 0x11, 0xe0)) {
    throw new InventoryError('is a spreadsheet or another packed document, not a CSV', {
      file,
      hint: 'open it and save the sheet as "CSV UTF-8"',
    });
  }
  if (startsWith(head, 0x1f, 0x8b)) {
    throw new InventoryError('is compressed with gzip', { file, hint: 'unpack it first: zcat FILE | phonectl … -i -' });
  }
  const wide = utf16(head);
  if (wide === 'UTF-16LE' || wide === 'UTF-16BE') return wide;
  if (wide !== undefined) {
    const hint = `save it as "CSV UTF-8", or: iconv -f ${wide} -t UTF-8 FILE > phones.csv`;
    throw new InventoryError(`is in ${wide}, not in UTF-8`, { file, hint });
  }
  // A character cut in two at the end of what was read is no fault.
  const lines = complete ? head : head.subarray(0, head.lastIndexOf(NEWLINE) + 1);
  return isUtf8(lines) || !likeWindows1252(lines) ? undefined : 'Windows-1252';
}
