import type { Readable } from 'node:stream';
import { type ByteSource, inMemory, openFile, openStdin } from './byte-source.js';
import { type ForeignEncoding, foreignEncoding } from './encoding.js';
import { inUtf8, isWindows1252 } from './transcode.js';

const HEAD = 64 * 1024;

/** A CSV in UTF-8, whatever it was in. */
export interface CsvBytes {
  readonly bytes: ByteSource;
  /** The beginning of it, or all of it. */
  readonly head: Buffer;
  /** What it was found to be in, if not in UTF-8. */
  readonly encoding: ForeignEncoding | undefined;
}

/**
 * Opens a CSV. Close its bytes when done.
 * @param path `-` is stdin
 * @throws InventoryError if it can't be read or is no CSV
 */
export async function openCsvBytes(path: string, stdin?: Readable & { isTTY?: boolean }): Promise<CsvBytes> {
  let bytes = path === '-' ? await openStdin(stdin ?? process.stdin) : await openFile(path);
  try {
    let head = await headOf(bytes);
    const encoding = await encodingOf(bytes, head);
    if (encoding !== undefined) {
      bytes = await inUtf8(bytes, encoding);
      head = await headOf(bytes);
    }
    return { bytes, head, encoding };
  } catch (error) {
    await bytes.close();
    throw error;
  }
}

/**
 * The beginning of a CSV in UTF-8, without a look at the rest.
 * @throws InventoryError
 */
export async function peekBytes(path: string): Promise<ByteSource> {
  const file = await openFile(path);
  try {
    const head = await headOf(file);
    const encoding = foreignEncoding(head, head.length < HEAD, path);
    // A character cut in two at the end of what was read is left out.
    return inMemory(path, encoding ? Buffer.from(new TextDecoder(encoding).decode(head, { stream: true })) : head);
  } finally {
    await file.close();
  }
}

export async function headOf(bytes: ByteSource): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(HEAD);
  return buffer.subarray(0, await bytes.read(buffer, 0, 0));
}

/** What a file has to be read as; undefined for UTF-8. @throws InventoryError if it is no CSV */
async function encodingOf(bytes: ByteSource, head: Buffer): Promise<ForeignEncoding | undefined> {
  const encoding = foreignEncoding(head, head.length < HEAD, bytes.name);
  // Where there is UTF-8 beside it, each row says what is wrong with it.
  return encoding === 'Windows-1252' && !(await isWindows1252(bytes)) ? undefined : encoding;
}
