import { type FileHandle, open, readdir } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { isatty } from 'node:tty';
import { InventoryError, systemCode, systemProblem } from './errors.js';
import { alternatives, near } from './near.js';
import { show } from './show.js';
import { type Spool, spool } from './spool.js';

const PIECE_BYTES = 64 * 1024;

/** Bytes that can be read again from the start. */
export interface ByteSource {
  /** How errors name it. */
  readonly name: string;
  /**
   * Fills `target` from `offset` on with what stands at `position`; less only at the end of the file.
   * @throws InventoryError if it can't be read, or is not the file any more that it was when it was opened
   */
  read(target: Buffer, offset: number, position: number): Promise<number>;
  /** Writes them all to a file, if they came by a pipe. */
  copyTo?(file: FileHandle): Promise<void>;
  /** Safe to call twice. */
  close(): Promise<void>;
}

/** A file through one descriptor, so that it stays the same file if somebody puts another in its place. */
class FileBytes implements ByteSource {
  readonly name: string;
  readonly #handle: FileHandle;
  readonly #opened: { readonly size: bigint; readonly mtimeNs: bigint };
  #closed: Promise<void> | undefined;

  constructor(name: string, handle: FileHandle, opened: { size: bigint; mtimeNs: bigint }) {
    this.name = name;
    this.#handle = handle;
    this.#opened = opened;
  }

  async read(target: Buffer, offset: number, position: number): Promise<number> {
    const read = await readFully(this.#handle, target, offset, position, this.name);
    const { size, mtimeNs } = await this.#stat();
    if (size !== this.#opened.size || mtimeNs !== this.#opened.mtimeNs) {
      throw new InventoryError('changed while it was being read', {
        file: this.name,
        hint: 'try again with a copy that nothing writes to',
      });
    }
    return read;
  }

  async #stat(): Promise<{ size: bigint; mtimeNs: bigint }> {
    try {
      return await this.#handle.stat({ bigint: true });
    } catch (error) {
      throw new InventoryError(systemProblem(error, 'can not be read'), { file: this.name, cause: error });
    }
  }

  close(): Promise<void> {
    this.#closed ??= this.#handle.close();
    return this.#closed;
  }
}

/** Bytes that are kept in a temporary file of our own. */
class KeptBytes implements ByteSource {
  readonly name: string;
  readonly #spool: Spool;

  constructor(name: string, spooled: Spool) {
    this.name = name;
    this.#spool = spooled;
  }

  read(target: Buffer, offset: number, position: number): Promise<number> {
    return readFully(this.#spool.handle, target, offset, position, this.name);
  }

  close(): Promise<void> {
    return this.#spool.close();
  }
}

/** What came through a pipe. */
class PipedBytes extends KeptBytes {
  async copyTo(file: FileHandle): Promise<void> {
    for await (const piece of piecesOf(this)) await file.appendFile(piece);
  }
}

/** Bytes that are there already. */
export function inMemory(name: string, bytes: Buffer): ByteSource {
  return {
    name,
    read: (target, offset, position) => Promise.resolve(bytes.copy(target, offset, Math.min(position, bytes.length))),
    close: () => Promise.resolve(),
  };
}

/** All bytes of a source, from its beginning; each piece is good until the next one is asked for. @throws InventoryError */
export async function* piecesOf(source: ByteSource): AsyncGenerator<Buffer, void, undefined> {
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  for (let at = 0; ; at += PIECE_BYTES) {
    const read = await source.read(piece, 0, at);
    if (read > 0) yield piece.subarray(0, read);
    if (read < PIECE_BYTES) return;
  }
}

/**
 * Keeps other bytes in place of a source's, and closes that.
 * @throws InventoryError if the stream fails, or can't be kept
 */
export async function inPlaceOf(source: ByteSource, bytes: Readable): Promise<ByteSource> {
  const spooled = await spool(bytes, source.name);
  await source.close();
  return source.copyTo ? new PipedBytes(source.name, spooled) : new KeptBytes(source.name, spooled);
}

async function readFully(
  handle: FileHandle,
  target: Buffer,
  offset: number,
  position: number,
  file: string,
): Promise<number> {
  let read = 0;
  while (offset + read < target.length) {
    try {
      const { bytesRead } = await handle.read(target, offset + read, target.length - offset - read, position + read);
      if (bytesRead === 0) break;
      read += bytesRead;
    } catch (error) {
      throw new InventoryError(systemProblem(error, 'can not be read'), { file, cause: error });
    }
  }
  return read;
}

function nothingPiped(file: string): InventoryError {
  return new InventoryError('nothing is piped in', {
    file,
    hint: 'pipe a CSV into it (phonectl … -i - < phones.csv), or name a file',
  });
}

/**
 * Takes all that comes on stdin.
 * @throws InventoryError if it is a terminal, fails, or can't be kept
 */
export async function openStdin(stdin: Readable & { isTTY?: boolean }): Promise<ByteSource> {
  const name = 'stdin';
  if (stdin.isTTY === true) throw nothingPiped(name);
  return new PipedBytes(name, await spool(stdin, name));
}

/**
 * Opens a file. Pipes with a name (`<(command)`, `/dev/stdin`) are taken whole first.
 * @throws InventoryError that says why it can't be read
 */
export async function openFile(path: string): Promise<ByteSource> {
  let handle: FileHandle;
  try {
    handle = await open(path, 'r');
  } catch (error) {
    throw await notOpened(path, error);
  }
  try {
    const stat = await handle.stat({ bigint: true });
    if (stat.isDirectory()) {
      throw new InventoryError('is a directory', { file: path, hint: 'name a CSV file in it' });
    }
    if (stat.isFile()) return new FileBytes(path, handle, stat);
    if (isatty(handle.fd)) throw nothingPiped(path);
    if (stat.isCharacterDevice() && path !== '/dev/null') {
      throw new InventoryError('is a device, which may never end', { file: path, hint: 'name a CSV file' });
    }
    const stream = handle.createReadStream({ autoClose: false });
    const spooled = await spool(stream, path);
    await handle.close();
    return new PipedBytes(path, spooled);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Why a file could not be opened, with files that are near if there is none of this name. */
export async function notOpened(path: string, error: unknown): Promise<InventoryError> {
  const problem = path === '' ? 'the name of the file is empty' : systemProblem(error, 'can not be opened');
  const hint = systemCode(error) === 'ENOENT' ? await similarFiles(path) : undefined;
  return new InventoryError(problem, { file: path, cause: error, ...(hint === undefined ? {} : { hint }) });
}

async function similarFiles(path: string): Promise<string | undefined> {
  try {
    const close = near(basename(path), await readdir(dirname(path)));
    return close.length === 0 ? undefined : `did you mean ${alternatives(close.map((name) => show(name)))}?`;
  } catch {
    return undefined;
  }
}
