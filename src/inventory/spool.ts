import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { InventoryError, systemCode, systemProblem } from './errors.js';
import { show } from './show.js';

/** What a stream held, in a file that nobody else can read and that goes when it is closed. */
export interface Spool {
  readonly handle: FileHandle;
  /** Safe to call twice. */
  close(): Promise<void>;
}

class PrivateFile implements Spool {
  readonly handle: FileHandle;
  readonly #directory: string;
  #closed: Promise<void> | undefined;

  private constructor(handle: FileHandle, directory: string) {
    this.handle = handle;
    this.#directory = directory;
  }

  static async create(): Promise<PrivateFile> {
    const directory = await mkdtemp(join(tmpdir(), 'phonectl-'));
    try {
      const file = new PrivateFile(await open(join(directory, 'stdin'), 'wx+', 0o600), directory);
      // An open file without a name is gone with the process, however that ends. Windows keeps the name until `close`.
      await file.#remove();
      return file;
    } catch (error) {
      await rm(directory, { recursive: true, force: true }).catch(() => undefined);
      throw error;
    }
  }

  #remove(): Promise<void> {
    return rm(this.#directory, { recursive: true, force: true }).catch(() => undefined);
  }

  close(): Promise<void> {
    this.#closed ??= this.handle.close().finally(() => this.#remove());
    return this.#closed;
  }
}

function isBytes(chunk: unknown): chunk is Uint8Array {
  return chunk instanceof Uint8Array;
}

async function writeFully(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written);
    written += bytesWritten;
  }
}

function notKept(error: unknown, file: string): InventoryError {
  const code = systemCode(error);
  const why = code === 'ENOENT' ? 'there is no such directory' : systemProblem(error, 'it can not be written to');
  return new InventoryError(`can't be kept in the directory for temporary files, ${show(tmpdir())}: ${why}`, {
    file,
    hint: 'set TMPDIR to a directory with room that you may write to, or name a file instead',
    cause: error,
  });
}

/**
 * Takes a stream to its end and keeps it in a private temporary file (mode 0600, without a name where the system can).
 * @param name how errors name the stream
 * @throws InventoryError if the stream fails or there is no room for it
 */
export async function spool(stream: Readable, name: string): Promise<Spool> {
  let file: PrivateFile;
  try {
    file = await PrivateFile.create();
  } catch (error) {
    throw notKept(error, name);
  }
  try {
    const chunks: AsyncIterable<unknown> = stream;
    for await (const chunk of chunks) {
      const bytes = isBytes(chunk) ? chunk : Buffer.from(String(chunk));
      try {
        await writeFully(file.handle, bytes);
      } catch (error) {
        throw notKept(error, name);
      }
    }
    return file;
  } catch (error) {
    await file.close();
    if (error instanceof InventoryError) throw error;
    throw new InventoryError(systemProblem(error, 'broke off before its end'), { file: name, cause: error });
  }
}
