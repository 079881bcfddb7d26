import { openCsvBytes } from '../csv-bytes.js';
import { type Dialect, isFault, parseRecord } from '../csv-fields.js';
import { takeApart } from '../csv-rows.js';
import { sniffDelimiter } from '../delimiter.js';
import type { ForeignEncoding } from '../encoding.js';
import { InventoryError } from '../errors.js';
import type { RowProblem } from '../phone.js';
import { detectLineEnd, readRecords } from '../records.js';
import { byteProblems, faultProblem } from '../row-faults.js';

/** One row of a {@link Table}. */
export interface TableRow {
  /** Counted from 1. */
  readonly line: number;
  readonly fields: readonly string[];
  /** Why there are no values, without a word of what stands there: it could be a password. */
  readonly problem?: RowProblem;
}

/** A CSV that another system wrote, in whatever columns. */
export interface Table {
  readonly file: string;
  readonly first: TableRow;
  /** The others. */
  readonly rows: readonly TableRow[];
  /** What it was found to be in, if not in UTF-8. */
  readonly encoding: ForeignEncoding | undefined;
}

/**
 * Reads a CSV whole, with the same framing, encodings and quoting as an inventory.
 * @param path `-` is stdin
 * @throws InventoryError if it can't be read, is no CSV or is empty
 */
export async function readTable(path: string): Promise<Table> {
  const { bytes, head, encoding } = await openCsvBytes(path);
  try {
    const lineEnd = detectLineEnd(head);
    const rows: TableRow[] = [];
    let known: Dialect | undefined;
    /** The dialect, from the first record that is asked about. */
    const dialectBy = (record: Uint8Array): Dialect => {
      known ??= { lineEnd, delimiter: sniffDelimiter(record, lineEnd) };
      return known;
    };
    const check = (record: Uint8Array) => {
      const fields = parseRecord(record, dialectBy(record));
      return isFault(fields) ? fields : undefined;
    };
    for await (const batch of readRecords(bytes, lineEnd, check)) {
      const { start, next } = batch.records[0] ?? { start: 0, next: 0 };
      const dialect = dialectBy(batch.bytes.subarray(start, next));
      for (const { fields, line, damaged } of takeApart(batch, 0, dialect)) {
        if (isFault(fields)) rows.push({ line, fields: [], problem: faultProblem(fields, [], line) });
        else if (damaged) rows.push({ line, fields: [], ...damage(damaged, line) });
        else rows.push({ line, fields });
      }
    }
    const [first, ...others] = rows;
    if (first === undefined) throw new InventoryError('is empty', { file: bytes.name });
    if (first.problem) {
      throw new InventoryError(`the first row: ${first.problem.problem}`, {
        file: bytes.name,
        line: first.line,
        hint: 'is it the CSV that was exported?',
      });
    }
    return { file: bytes.name, first, rows: others, encoding };
  } finally {
    await bytes.close();
  }
}

function damage(bytes: Uint8Array, line: number): Pick<TableRow, 'problem'> {
  const [found] = byteProblems(bytes, line);
  return found ? { problem: { row: line, problem: found.problem } } : {};
}

/** The columns of a table by their names in lower case; of two of one name the first. */
export function columnsOf({ fields }: TableRow): ReadonlyMap<string, number> {
  const columns = new Map<string, number>();
  for (const [index, header] of fields.entries()) {
    const name = header.trim().toLowerCase();
    if (name !== '' && !columns.has(name)) columns.set(name, index);
  }
  return columns;
}

/** A row with more or fewer values than columns, without the values. */
export function widthOf({ line, fields }: TableRow, width: number): RowProblem | undefined {
  if (fields.length === width) return undefined;
  return {
    row: line,
    problem: `the row has ${fields.length} values, the file ${width} columns`,
    hint: 'a value with the delimiter in it stands in quotes; export the file again',
  };
}
