import { constants } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { notOpened } from '../byte-source.js';
import { InventoryError, systemProblem } from '../errors.js';
import { macInName } from './settings.js';

/** More than any phone's settings have, phone book included. */
const LARGEST = 8 * 1024 * 1024;

/** A file of a phone. */
export interface PhoneFile {
  readonly path: string;
  /** Whether it was found in a folder, and not named. */
  readonly isFound: boolean;
}

/**
 * The files that are meant: those that are named, and of folders, not of folders in them, those whose name has a MAC address
 * and one of these endings.
 * @throws InventoryError if a folder can't be read, or has no such file
 */
export async function phoneFiles(paths: readonly string[], endings: RegExp): Promise<PhoneFile[]> {
  const files: PhoneFile[] = [];
  for (const path of paths) {
    const names = await namesIn(path);
    if (names === undefined) files.push({ path, isFound: false });
    else files.push(...inFolder(path, names, endings));
  }
  return files;
}

function inFolder(folder: string, names: readonly string[], endings: RegExp): PhoneFile[] {
  // What was changed at a Yealink itself lies beside its file, and is no phone of its own.
  const meant = names.filter((name) => endings.test(name) && macInName(name) !== '' && !/-local\.cfg$/i.test(name));
  if (meant.length === 0) {
    throw new InventoryError('no file in it looks like that of a phone', {
      file: folder,
      hint: 'a MAC address is in the names of such files; others are read if they are named',
    });
  }
  return meant.sort().map((name) => ({ path: join(folder, name), isFound: true }));
}

/** The files in a folder, links too; undefined if it is none. */
async function namesIn(path: string): Promise<string[] | undefined> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile() || entry.isSymbolicLink()).map(({ name }) => name);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    // What it is instead will be seen when it is opened.
    if (code === 'ENOTDIR' || code === 'ENOENT') return undefined;
    throw new InventoryError(systemProblem(error, 'can not be read'), { file: path, cause: error });
  }
}

/**
 * All bytes of a file. Nothing but a file is read, and nothing is waited for.
 * @throws InventoryError
 */
export async function readPhoneFile(path: string): Promise<Buffer> {
  let handle: FileHandle;
  try {
    // Opening a pipe that nobody writes to would take forever otherwise.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw await notOpened(path, error);
  }
  try {
    const stat = await handle.stat();
    if (stat.isDirectory()) throw new InventoryError('is a directory', { file: path });
    if (!stat.isFile()) throw new InventoryError('is no file, but a pipe, a socket or a device', { file: path });
    if (stat.size > LARGEST) {
      throw new InventoryError(`is larger than ${LARGEST / 1024 / 1024} MiB`, {
        file: path,
        hint: 'is it the file of a phone?',
      });
    }
    const bytes = Buffer.alloc(stat.size);
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, 0);
    return bytes.subarray(0, bytesRead);
  } catch (error) {
    if (error instanceof InventoryError) throw error;
    throw new InventoryError(systemProblem(error, 'can not be read'), { file: path, cause: error });
  } finally {
    await handle.close();
  }
}
