import { Readable } from 'node:stream';
import { type ByteSource, inPlaceOf, piecesOf } from './byte-source.js';
import { type ForeignEncoding, likeWindows1252 } from './encoding.js';
import { InventoryError } from './errors.js';

const NEWLINE = 0x0a;

/** Whether a file is in Windows-1252 to its end: no line of it has a character of UTF-8, or a byte that is nothing there. */
export async function isWindows1252(source: ByteSource): Promise<boolean> {
  let begun: Buffer = Buffer.alloc(0);
  for await (const piece of piecesOf(source)) {
    const bytes = begun.length > 0 ? Buffer.concat([begun, piece]) : piece;
    // No character is cut in two where a line ends. A line without end is looked at as it comes.
    const end = bytes.lastIndexOf(NEWLINE) + 1 || bytes.length;
    if (!likeWindows1252(bytes.subarray(0, end))) return false;
    begun = Buffer.from(bytes.subarray(end));
  }
  return likeWindows1252(begun);
}

/**
 * The same bytes in UTF-8, in a temporary file of our own. The source is closed.
 * @throws InventoryError if it is not in this encoding to its end, fails, or can't be kept
 */
export function inUtf8(source: ByteSource, encoding: ForeignEncoding): Promise<ByteSource> {
  return inPlaceOf(source, Readable.from(decoded(source, encoding)));
}

async function* decoded(source: ByteSource, encoding: ForeignEncoding): AsyncGenerator<Buffer, void, undefined> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const decode = (piece?: Buffer): Buffer => {
    try {
      return Buffer.from(decoder.decode(piece, { stream: piece !== undefined }));
    } catch (cause) {
      const hint = 'is it whole? Save it as "CSV UTF-8"';
      throw new InventoryError(`begins in ${encoding}, but not all of it is`, { file: source.name, hint, cause });
    }
  };
  for await (const piece of piecesOf(source)) yield decode(piece);
  yield decode();
}
