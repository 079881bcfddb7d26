import { stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { hostProblem } from './aor.js';
import type { ByteSource } from './byte-source.js';
import { type CanonicalColumn, type Column, type Header, readHeader } from './columns.js';
import { headOf, openCsvBytes, peekBytes } from './csv-bytes.js';
import { type CsvFault, type Dialect, isFault, parseRecord } from './csv-fields.js';
import { takeApart } from './csv-rows.js';
import { declaredDelimiter, parseDelimiter, sniffDelimiter } from './delimiter.js';
import type { ForeignEncoding } from './encoding.js';
import { InventoryError } from './errors.js';
import type { Entry, PhoneSource } from './phone.js';
import { detectLineEnd, type RawRecord, readRecords } from './records.js';
import { RowReader } from './row.js';
import { show } from './show.js';

export interface InventoryOptions {
  /** The path of a CSV file; `-` is stdin. */
  readonly path: string;
  /** What `-` reads; by default that of the process. Pass it in tests. */
  readonly stdin?: Readable & { isTTY?: boolean };
  /** What `--delimiter` says: a character, or `comma`, `semicolon`, `tab`, `pipe`. Found out by default. */
  readonly delimiter?: string;
  /** What `--map` says: canonical (or own) column to the header of the file. */
  readonly map?: Readonly<Record<string, string>>;
  /** More headers for columns that have a meaning. */
  readonly aliases?: ReadonlyMap<string, CanonicalColumn>;
  /** The domain of rows that name none. */
  readonly defaultDomain?: string;
}

/** Phones from a CSV. Its columns are known as soon as it is open. */
export interface CsvInventory extends PhoneSource {
  /** The columns as the file names them and as templates and `--where` call them (`Raum-Nr.` is `raum_nr`). */
  readonly header: readonly Column[];
  readonly delimiter: string;
}

/** How a file is written, and where its phones begin. */
interface Opening {
  readonly header: Header;
  readonly dialect: Dialect;
  /** The records before the first phone. */
  readonly skip: number;
}

/** The first row as it stands there, not yet understood. */
interface FirstRow extends Omit<Opening, 'header'> {
  readonly headers: readonly string[];
  readonly place: { readonly file: string; readonly line: number };
}

class CsvSource implements CsvInventory {
  readonly name: string;
  readonly delimiter: string;
  readonly header: readonly Column[];
  readonly copyTo: PhoneSource['copyTo'];
  readonly encoding: ForeignEncoding | undefined;
  readonly #bytes: ByteSource;
  readonly #opening: Opening;
  readonly #rows: RowReader;
  readonly #columns: readonly string[];

  constructor(bytes: ByteSource, opening: Opening, defaultDomain: string, encoding: ForeignEncoding | undefined) {
    this.encoding = encoding;
    this.name = bytes.name;
    this.delimiter = opening.dialect.delimiter;
    this.header = opening.header.columns;
    this.copyTo = bytes.copyTo && ((file) => bytes.copyTo?.(file) ?? Promise.resolve());
    this.#bytes = bytes;
    this.#opening = opening;
    this.#rows = new RowReader(opening.header, defaultDomain);
    this.#columns = opening.header.columns.map(({ name }) => name);
  }

  columns(): readonly string[] {
    return this.#columns;
  }

  async *entries(): AsyncGenerator<Entry, void, undefined> {
    const { dialect, skip } = this.#opening;
    let left = skip;
    const check = (record: Uint8Array) => faultOf(parseRecord(record, dialect));
    for await (const batch of readRecords(this.#bytes, dialect.lineEnd, check)) {
      for (const { fields, line, damaged } of takeApart(batch, left, dialect)) {
        const entry = isFault(fields) ? this.#rows.fault(fields, line) : this.#rows.read(fields, line, damaged);
        if (entry !== undefined) yield entry;
      }
      left = Math.max(0, left - batch.records.length);
    }
  }

  close(): Promise<void> {
    return this.#bytes.close();
  }
}

function faultOf(row: readonly string[] | CsvFault): CsvFault | undefined {
  return isFault(row) ? row : undefined;
}

/** The records at the beginning of a file, as many as the header may need; their bytes are copies. */
async function firstRecords(
  bytes: ByteSource,
  lineEnd: Dialect['lineEnd'],
  forced: string | undefined,
): Promise<{ record: RawRecord; bytes: Buffer }[]> {
  const found: { record: RawRecord; bytes: Buffer }[] = [];
  const check = (record: Uint8Array) => {
    const delimiter = forced ?? sniffDelimiter(record, lineEnd);
    return faultOf(parseRecord(record, { delimiter, lineEnd }));
  };
  for await (const batch of readRecords(bytes, lineEnd, check)) {
    for (const record of batch.records) {
      found.push({ record, bytes: Buffer.from(batch.bytes.subarray(record.start, record.next)) });
      if (found.length === 2) return found;
    }
  }
  return found;
}

async function readOpening(bytes: ByteSource, head: Buffer, options: InventoryOptions): Promise<Opening> {
  const { headers, place, dialect, skip } = await readFirstRow(bytes, head, options.delimiter);
  return { header: readHeader(headers, options.map ?? {}, place, options.aliases), dialect, skip };
}

async function readFirstRow(bytes: ByteSource, head: Buffer, wanted: string | undefined): Promise<FirstRow> {
  const file = bytes.name;
  const forced = wanted === undefined ? undefined : parseDelimiter(wanted, file);
  if (head.length === 0) {
    throw new InventoryError('is empty', {
      file,
      hint: 'it needs a row of column names, such as "user,domain", and phones',
    });
  }
  const marked = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
  const lineEnd = detectLineEnd(marked ? head.subarray(3) : head);
  const records = await firstRecords(bytes, lineEnd, forced);
  const declared = records[0] === undefined ? undefined : declaredDelimiter(records[0].bytes.toString());
  const skip = declared === undefined ? 1 : 2;
  const first = records[skip - 1];
  if (first === undefined) {
    throw new InventoryError('has no row of column names, only blank lines and comments', {
      file,
      hint: 'put a row such as "user,domain" first, without # before it',
    });
  }
  const place = { file, line: first.record.line };
  if (first.record.damaged) {
    throw new InventoryError('the row of column names holds a NUL or bytes that are not UTF-8', {
      ...place,
      hint: 'is it a CSV in UTF-8?',
    });
  }
  const delimiter = forced ?? declared ?? sniffDelimiter(first.bytes, lineEnd);
  const fields = first.record.fault ?? parseRecord(first.bytes, { delimiter, lineEnd });
  if (isFault(fields)) {
    throw new InventoryError(
      fields.kind === 'too-long'
        ? 'the first row is longer than 1 MiB'
        : 'the quotes (") in the row of column names are wrong',
      { ...place, hint: fields.kind === 'too-long' ? 'is it a CSV at all?' : 'put no name in quotes, or close them' },
    );
  }
  return { headers: fields.map((field) => field.trim()), place, dialect: { delimiter, lineEnd }, skip };
}

function checkDefaultDomain(domain: string, file: string): void {
  const wrong = domain === '' ? undefined : hostProblem(domain);
  if (wrong === undefined) return;
  const { problem, hint } = wrong;
  throw new InventoryError(`the domain "${show(domain)}" for rows without one ${problem}`, {
    file,
    ...(hint === undefined ? {} : { hint }),
  });
}

/**
 * Opens a CSV of phones and reads its header. The first line that is not blank and no `#` comment names the columns;
 * values are never cast; the file is read as a stream, each time `entries()` is called. Close it when done.
 * @throws InventoryError for all that is wrong with the file as a whole, here and while entries are read
 */
export async function openInventory(options: InventoryOptions): Promise<CsvInventory> {
  const defaultDomain = options.defaultDomain ?? '';
  checkDefaultDomain(defaultDomain, options.path === '-' ? 'stdin' : options.path);
  const { bytes, head, encoding } = await openCsvBytes(options.path, options.stdin);
  try {
    return new CsvSource(bytes, await readOpening(bytes, head, options), defaultDomain, encoding);
  } catch (error) {
    await bytes.close();
    throw error;
  }
}

/**
 * The names of a file's columns as the file has them, whatever they mean, from its beginning alone: at once, however long it
 * is. None for what is no file, a pipe for instance, which would have to be waited for.
 * @throws InventoryError if it can't be read, or is no CSV
 */
export async function peekHeaders(path: string, delimiter?: string): Promise<readonly string[]> {
  if (!(await stat(path)).isFile()) return [];
  const bytes = await peekBytes(path);
  const { headers } = await readFirstRow(bytes, await headOf(bytes), delimiter);
  return headers;
}
