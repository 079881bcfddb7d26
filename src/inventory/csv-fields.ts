import { CsvError, parse } from 'csv-parse/sync';

/** Why a record can't be taken apart, and in which of its values, counted from 0. */
export interface CsvFault {
  readonly kind: 'not-closed' | 'after-closing' | 'not-quoted' | 'too-long' | 'unreadable';
  readonly index: number;
}

/** What separates values and records. */
export interface Dialect {
  /** One character. */
  readonly delimiter: string;
  /** `\r` for files of old Macs; `\n` for all others, with or without a `\r` before it. */
  readonly lineEnd: '\n' | '\r';
}

const KINDS: Readonly<Record<string, CsvFault['kind']>> = {
  CSV_QUOTE_NOT_CLOSED: 'not-closed',
  CSV_INVALID_CLOSING_QUOTE: 'after-closing',
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: 'after-closing',
  INVALID_OPENING_QUOTE: 'not-quoted',
};

function parseAll(bytes: Uint8Array, { delimiter, lineEnd }: Dialect): string[][] {
  return parse(bytes, {
    delimiter,
    record_delimiter: lineEnd,
    // Trims what is outside quotes, and with it the \r of a \r\n.
    trim: true,
    relax_column_count: true,
  });
}

function faultOf(error: CsvError): CsvFault {
  const index = typeof error.index === 'number' ? error.index : 0;
  // Text after a closing quote and blanks is reported as a quote that opens where it must not.
  const after = error.code === 'INVALID_OPENING_QUOTE' && error.quoting === true;
  return { kind: after ? 'after-closing' : (KINDS[error.code] ?? 'unreadable'), index };
}

/** Takes one record apart. Values are strings as they are, trimmed outside quotes. */
export function parseRecord(bytes: Uint8Array, dialect: Dialect): string[] | CsvFault {
  try {
    const rows = parseAll(bytes, dialect);
    if (rows.length > 1) return { kind: 'unreadable', index: 0 };
    return rows[0] ?? [];
  } catch (error) {
    if (error instanceof CsvError) return faultOf(error);
    throw error;
  }
}

/** Where a record is within some bytes: from `start` up to `next`, its line end included. */
export interface RecordSpan {
  readonly start: number;
  readonly next: number;
}

function joined(bytes: Buffer, spans: readonly RecordSpan[]): Uint8Array {
  const runs: Buffer[] = [];
  let start = spans[0]?.start ?? 0;
  let end = start;
  for (const span of spans) {
    if (span.start !== end) {
      runs.push(bytes.subarray(start, end));
      start = span.start;
    }
    end = span.next;
  }
  runs.push(bytes.subarray(start, end));
  return runs.length === 1 && runs[0] !== undefined ? runs[0] : Buffer.concat(runs);
}

/** Parses some records, up to and with the first that is faulty. Returns how many that were. */
function parseSome(
  bytes: Buffer,
  spans: readonly RecordSpan[],
  dialect: Dialect,
  rows: (string[] | CsvFault)[],
): number {
  try {
    const read = parseAll(joined(bytes, spans), dialect);
    if (read.length === spans.length) rows.push(...read);
    else for (const span of spans) rows.push(parseRecord(bytes.subarray(span.start, span.next), dialect));
    return spans.length;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const good = typeof error.records === 'number' ? error.records : 0;
    if (good > 0) rows.push(...parseAll(joined(bytes, spans.slice(0, good)), dialect));
    rows.push(faultOf(error));
    return good + 1;
  }
}

/**
 * Takes many records apart at once, which is ten times as fast as one by one. Not too many: behind each faulty one the rest is
 * looked at again.
 * @returns as many rows as there are spans, in their order
 */
export function parseRecords(
  bytes: Buffer,
  spans: readonly RecordSpan[],
  dialect: Dialect,
): readonly (readonly string[] | CsvFault)[] {
  const rows: (string[] | CsvFault)[] = [];
  for (let from = 0; from < spans.length; ) from += parseSome(bytes, spans.slice(from), dialect, rows);
  return rows;
}

/** Tells the reason why there are no values from the values. */
export function isFault(row: readonly string[] | CsvFault): row is CsvFault {
  return 'kind' in row;
}
