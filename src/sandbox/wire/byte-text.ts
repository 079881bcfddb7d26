import { Buffer } from 'node:buffer';

/**
 * Text that may hold bytes which are not UTF-8, without loss: such a byte B (0x80 to 0xFF) becomes the lone surrogate
 * U+DC00 + B, and back. FreeSWITCH keeps header values and bodies as the bytes it was sent; this keeps them as strings.
 */
const REPLACEMENT = '\ufffd';
const LONE_BYTE = /[\udc80-\udcff]/u;

/** The text of these bytes; bytes that are not UTF-8 are kept as lone surrogates. */
export function decodeBytes(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.includes(REPLACEMENT) ? decodeSlowly(bytes) : text;
}

/** The bytes of a text from {@link decodeBytes}: the very bytes it was decoded from. */
export function encodeBytes(text: string): Buffer {
  if (!LONE_BYTE.test(text)) return Buffer.from(text);
  const parts: Buffer[] = [];
  for (const part of text.split(/([\udc80-\udcff])/u)) {
    parts.push(part.length === 1 && LONE_BYTE.test(part) ? Buffer.of(part.charCodeAt(0) & 0xff) : Buffer.from(part));
  }
  return Buffer.concat(parts);
}

/** How many bytes {@link encodeBytes} gives. */
export function byteLength(text: string): number {
  return LONE_BYTE.test(text) ? encodeBytes(text).length : Buffer.byteLength(text);
}

/** At most `limit` bytes of a text, as a C buffer of that size keeps it: cut in the middle of a character, too. */
export function cutBytes(text: string, limit: number): string {
  if (text.length * 3 <= limit || byteLength(text) <= limit) return text;
  return decodeBytes(encodeBytes(text).subarray(0, limit));
}

function decodeSlowly(bytes: Buffer): string {
  let text = '';
  let valid = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      text += bytes.toString('utf8', valid, at) + String.fromCharCode(0xdc00 + (bytes[at] ?? 0));
      valid = at + 1;
    }
    at += length || 1;
  }
  return text + bytes.toString('utf8', valid);
}

/** The length of the UTF-8 sequence that begins at `at`, or 0 if the byte there begins none. */
function sequenceLength(bytes: Buffer, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length =
    first >= 0xc2 && first < 0xe0 ? 2 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xf0 && first < 0xf5 ? 4 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  for (let i = 1; i < length; i++) if (((bytes[at + i] ?? 0) & 0xc0) !== 0x80) return 0;
  const second = bytes[at + 1] ?? 0;
  const overlong = (first === 0xe0 && second < 0xa0) || (first === 0xf0 && second < 0x90);
  const outside = (first === 0xed && second > 0x9f) || (first === 0xf4 && second > 0x8f);
  return overlong || outside ? 0 : length;
}
