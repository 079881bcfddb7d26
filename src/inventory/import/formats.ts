import { InventoryError } from '../errors.js';
import { phoneFiles, readPhoneFile } from './files.js';
import type { Found } from './found.js';
import { readFreePbx } from './freepbx.js';
import { readFusionPbx } from './fusionpbx.js';
import { type Settings, settingsText } from './settings.js';
import { readSnom } from './snom.js';
import { readTable, type Table } from './table.js';
import { readYealink } from './yealink.js';

export const IMPORT_FORMATS = ['fusionpbx', 'freepbx', 'snom', 'yealink'] as const;

export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** All that files of another system hold, and which of them were not in UTF-8. */
export interface Imported {
  readonly found: readonly Found[];
  readonly files: number;
  readonly encodings: readonly { readonly file: string; readonly encoding: string }[];
}

/**
 * Reads files of another system.
 * @param paths for a PBX one or more CSV exports, `-` is stdin; for phones their files, or folders of them
 * @throws InventoryError if nothing can be made of a file; of several files of phones each says so by itself, as what is wrong
 */
export function importFiles(format: ImportFormat, paths: readonly string[]): Promise<Imported> {
  switch (format) {
    case 'fusionpbx':
      return fromTables(paths, readFusionPbx);
    case 'freepbx':
      return fromTables(paths, readFreePbx);
    case 'snom':
      return fromPhones(paths, /\.(?:xml|html?|txt|cfg)$/i, readSnom);
    case 'yealink':
      return fromPhones(paths, /\.cfg$/i, readYealink);
  }
}

async function fromTables(paths: readonly string[], read: (tables: readonly Table[]) => Found[]): Promise<Imported> {
  const tables: Table[] = [];
  for (const path of paths) tables.push(await readTable(path));
  const encodings = tables.flatMap(({ file, encoding }) => (encoding ? [{ file, encoding }] : []));
  return { found: read(tables), files: tables.length, encodings };
}

async function fromPhones(
  paths: readonly string[],
  endings: RegExp,
  read: (settings: Settings) => Found[],
): Promise<Imported> {
  const files = await phoneFiles(paths, endings);
  const found: Found[] = [];
  const encodings: { file: string; encoding: string }[] = [];
  for (const { path, isFound } of files) {
    try {
      const settings = settingsText(await readPhoneFile(path), path);
      found.push(...read(settings));
      if (settings.encoding) encodings.push({ file: path, encoding: settings.encoding });
    } catch (error) {
      if (!(error instanceof InventoryError) || (files.length === 1 && !isFound)) throw error;
      found.push(wrongFile(error, path));
    }
  }
  return { found, files: files.length, encodings };
}

function wrongFile(error: InventoryError, file: string): Found {
  const { line, hint, problem } = error;
  return {
    kind: 'wrong',
    file,
    problem: { problem, ...(line !== undefined && { row: line }), ...(hint !== undefined && { hint }) },
  };
}
