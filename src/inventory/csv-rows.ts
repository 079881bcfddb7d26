import { type CsvFault, type Dialect, parseRecords } from './csv-fields.js';
import type { RecordBatch } from './records.js';

/** So many records are taken apart at once: enough for the start of a parser not to count. */
const AT_ONCE = 128;

/** The values of one record, or why there are none. */
export interface CsvRow {
  readonly fields: readonly string[] | CsvFault;
  /** The line on which it begins, counted from 1. */
  readonly line: number;
  /** Its bytes, if they hold a NUL or are not UTF-8; good until the next batch is asked for. */
  readonly damaged: Uint8Array | undefined;
}

/**
 * Takes records apart as they are asked for: what lies ready for long is dear to the garbage collector.
 * @param skip so many records are left out
 */
export function* takeApart(
  { bytes, records }: RecordBatch,
  skip: number,
  dialect: Dialect,
): Generator<CsvRow, void, undefined> {
  for (let from = skip; from < records.length; from += AT_ONCE) {
    const some = records.slice(from, from + AT_ONCE);
    const whole = some.filter((record) => record.fault === undefined);
    const parsed = parseRecords(bytes, whole, dialect);
    let at = 0;
    for (const { fault, line, damaged, start, next } of some) {
      const fields = fault ?? parsed[at++] ?? [];
      yield { fields, line, damaged: damaged ? bytes.subarray(start, next) : undefined };
    }
  }
}
