import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { InventoryError } from '../../src/inventory/errors.js';
import type { Entry, Phone, PhoneSource, RowProblem } from '../../src/inventory/phone.js';
import { type CsvInventory, type InventoryOptions, openInventory } from '../../src/inventory/read-csv.js';
import { describeProblem } from '../../src/inventory/row-problem.js';

/** The path of a file in `test/fixtures/inventories`. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/inventories/${name}`, import.meta.url));
}

export async function collect(source: PhoneSource): Promise<Entry[]> {
  const entries: Entry[] = [];
  for await (const entry of source.entries()) entries.push(entry);
  return entries;
}

export function phonesOf(entries: readonly Entry[]): Phone[] {
  return entries.flatMap((entry) => (entry.kind === 'phone' ? [entry.phone] : []));
}

export function problemsOf(entries: readonly Entry[]): RowProblem[] {
  return entries.flatMap((entry) => (entry.kind === 'problem' ? entry.problems : []));
}

/** All problems as people see them, under the name `file`. */
export function linesOf(entries: readonly Entry[]): string[] {
  return problemsOf(entries).map((problem) => describeProblem('file', problem));
}

/** Reads a whole inventory once. */
export async function readAll(
  options: InventoryOptions,
): Promise<{ entries: Entry[]; phones: Phone[]; lines: string[]; source: CsvInventory }> {
  const source = await openInventory(options);
  try {
    const entries = await collect(source);
    return { entries, phones: phonesOf(entries), lines: linesOf(entries), source };
  } finally {
    await source.close();
  }
}

/** Reads a text as if it were piped in. */
export function readText(
  text: string | Uint8Array,
  options: Omit<InventoryOptions, 'path' | 'stdin'> = {},
): ReturnType<typeof readAll> {
  return readAll({ ...options, path: '-', stdin: Readable.from([Buffer.from(text)]) });
}

/** A directory that is gone after the callback. */
export async function withDirectory<T>(use: (directory: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'phonectl-test-'));
  try {
    return await use(directory);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** A file with this content that is gone after the callback. */
export function withFile<T>(content: string | Uint8Array, use: (path: string) => Promise<T>): Promise<T> {
  return withDirectory(async (directory) => {
    const path = join(directory, 'phones.csv');
    await writeFile(path, content);
    return use(path);
  });
}

/** The InventoryError that something fails with, its message without the directory of the file. */
export async function failure(
  work: Promise<unknown>,
): Promise<{ message: string; hint: string; error: InventoryError }> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof InventoryError)) throw error;
    const message = error.message.replace(/^\S*\//, '');
    return { message, hint: error.hint ?? '', error };
  }
  throw new Error('it did not fail');
}
