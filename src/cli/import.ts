import { randomBytes } from 'node:crypto';
import { realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostProblem } from '../inventory/aor.js';
import { systemProblem } from '../inventory/errors.js';
import { AccountChecker, IMPORT_COLUMNS } from '../inventory/import/check.js';
import { type Imported, type ImportFormat, importFiles } from '../inventory/import/formats.js';
import type { Account } from '../inventory/import/found.js';
import type { Phone } from '../inventory/phone.js';
import { describeProblem } from '../inventory/row-problem.js';
import { show } from '../inventory/show.js';
import { vendorOf } from '../run/dialect-order.js';
import { EXIT } from './exit-codes.js';
import { Failure, usageError } from './failure.js';
import { inventoryCsv } from './output/inventory-csv.js';
import { plural, wrongRows } from './plural.js';
import { printable, type Terminal } from './terminal.js';

export interface ImportFlags {
  readonly domain?: string | undefined;
  readonly out?: string | undefined;
  readonly 'skip-invalid': boolean;
  readonly quiet: boolean;
}

/** What becomes of what was found. */
interface Sorted {
  readonly rows: string[][];
  /** Lines about what can't become a phone. */
  readonly wrong: string[];
  /** How many rows these are about. */
  wrongCount: number;
  /** Lines about what is no phone, and what is not taken over of one. */
  readonly notes: string[];
}

/** So many lines can be read. */
const MAX_LINES = 50;

/**
 * Writes an inventory of the phones that files of another system hold.
 * @throws Failure, InventoryError
 */
export async function importInventory(
  format: ImportFormat,
  paths: readonly string[],
  flags: ImportFlags,
  terminal: Terminal,
): Promise<void> {
  const { domain = '', out } = flags;
  const wrongDomain = domain === '' ? undefined : hostProblem(domain);
  if (wrongDomain) throw usageError(`--domain ${show(domain)}: ${wrongDomain.problem}`, wrongDomain.hint);
  if (out !== undefined) await keepSources(out, paths);
  const imported = await importFiles(format, paths);
  const sorted = sort(imported, domain);
  const name = imported.files === 1 ? (paths[0] ?? '') : plural(imported.files, 'file');
  judge(sorted, name, flags['skip-invalid']);
  const text = inventoryCsv([IMPORT_COLUMNS, ...sorted.rows]);
  if (out !== undefined) await replace(out, text);
  else await terminal.write(terminal.isWatched ? printableCsv(text) : text);
  await terminal.flush();
  const lines = [...(flags.quiet ? [] : notesOn(sorted, imported)), ...warningsOn(sorted)];
  for (const line of lines) terminal.say(printable(line));
}

/** @throws Failure if what is written would take the place of what is read */
async function keepSources(out: string, paths: readonly string[]): Promise<void> {
  const target = await realpath(out).catch(() => undefined);
  const isFile = target !== undefined && (await stat(target)).isFile();
  const sources = await Promise.all(paths.map((path) => realpath(path).catch(() => undefined)));
  if (isFile && sources.includes(target))
    throw usageError(`--out ${show(out, 200)} is one of the files that are read`, 'another name');
}

function sort({ found }: Imported, domain: string): Sorted {
  const checker = new AccountChecker(domain);
  const seen = new Set<string>();
  const sorted: Sorted = { rows: [], wrong: [], wrongCount: 0, notes: [] };
  for (const one of found) {
    if (one.kind === 'left-out') {
      sorted.notes.push(`${placeOf(one)}${one.reason}`);
      continue;
    }
    const entry = one.kind === 'wrong' ? { kind: 'problem' as const, problems: [one.problem] } : checker.read(one);
    if (entry.kind === 'problem') {
      sorted.wrongCount++;
      sorted.wrong.push(...entry.problems.map((problem) => describeProblem(one.file, problem)));
    } else if (one.kind === 'account') {
      take(entry.phone, one, seen, sorted);
    }
  }
  return sorted;
}

function take(phone: Phone, account: Account, seen: Set<string>, { rows, notes }: Sorted): void {
  const { aor, mac = '' } = phone.columns;
  const key = `${mac} ${aor?.toLowerCase()}`;
  if (seen.has(key)) {
    notes.push(`${placeOf(account)}${aor} is there already${mac && ', on the same device'}`);
    return;
  }
  seen.add(key);
  const made = vendorOf(phone);
  const isAmbiguous = made.kind === 'invalid';
  if (isAmbiguous) notes.push(`${placeOf(account)}${made.reason}; left empty, its User-Agent will tell`);
  rows.push(IMPORT_COLUMNS.map((column) => (column === 'vendor' && isAmbiguous ? '' : (phone.columns[column] ?? ''))));
}

function placeOf({ file, line }: { readonly file: string; readonly line?: number }): string {
  return `${show(file, 200)}${line === undefined ? '' : `:${line}`}: `;
}

/** @throws Failure if something is wrong and that is not to be passed over, or if nobody is left */
function judge({ rows, wrong, wrongCount, notes }: Sorted, name: string, skipsInvalid: boolean): void {
  if (wrongCount > 0 && !skipsInvalid) {
    throw new Failure(
      `${name}: ${wrongRows(wrongCount)}; ${plural(rows.length, 'good one')}; nothing was written`,
      EXIT.input,
      {
        details: shortened(wrong),
        hint: rows.length > 0 ? 'mend them, or take the others with --skip-invalid' : undefined,
      },
    );
  }
  if (rows.length === 0) {
    throw new Failure(`${name}: no phone is in it`, EXIT.input, { details: shortened([...wrong, ...notes]) });
  }
}

function notesOn({ notes }: Sorted, { encodings }: Imported): string[] {
  const read = encodings.map(({ file, encoding }) => `note: ${file} is not in UTF-8, and read as ${encoding}`);
  return [...read, ...shortened(notes.map((line) => `note: ${line}`))];
}

function warningsOn({ wrong }: Sorted): string[] {
  return shortened(wrong.map((line) => `warning: left out: ${line}`));
}

function shortened(lines: readonly string[]): string[] {
  const more = lines.length - MAX_LINES;
  return more > 0 ? [...lines.slice(0, MAX_LINES), `… and ${more} more`] : [...lines];
}

function printableCsv(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/**
 * Writes a file in one go: whoever reads it meanwhile sees the old one or the new one, which has its mode. What is no file
 * (`/dev/stdout`, a pipe) is written to.
 */
async function replace(path: string, text: string): Promise<void> {
  const old = await stat(path).catch(() => undefined);
  const target = old === undefined ? path : await realpath(path).catch(() => path);
  const isInPlace = old !== undefined && !old.isFile();
  const written = isInPlace ? target : `${target}.${randomBytes(4).toString('hex')}.tmp`;
  try {
    await writeFile(written, text, { flag: isInPlace ? 'w' : 'wx', ...(old && { mode: old.mode & 0o777 }) });
    if (!isInPlace) await rename(written, target);
  } catch (error) {
    if (!isInPlace) await rm(written, { force: true }).catch(() => undefined);
    throw new Failure(`${show(path, 200)}: ${systemProblem(error, 'can not be written')}`, EXIT.internal);
  }
}
