import type { Column } from './columns.js';
import type { CsvFault } from './csv-fields.js';
import { badByte } from './encoding.js';
import type { RowProblem } from './phone.js';
import { valueProblem } from './row-problem.js';
import { show } from './show.js';

const REPLACEMENT = '\ufffd';
const NUL = { problem: 'holds a NUL (\\0)', hint: 'remove it' };

const FAULTS: Readonly<Record<CsvFault['kind'], { readonly problem: string; readonly hint: string }>> = {
  'not-closed': {
    problem: 'a quote (") opens here and is not closed',
    hint: 'close it, or write "" for a quote within a value in quotes',
  },
  'after-closing': {
    problem: 'text follows a closing quote (")',
    hint: 'write "" for a quote within a value in quotes',
  },
  'not-quoted': {
    problem: 'a quote (") is in a value that is not in quotes',
    hint: 'put the value in quotes and write "" for each quote in it: "7"" display"',
  },
  'too-long': { problem: 'the row is longer than 1 MiB', hint: 'is it a CSV at all?' },
  unreadable: { problem: 'the row can not be taken apart', hint: 'look at its quotes' },
};

/** Why a row can't be taken apart, in words. */
export function faultProblem(fault: CsvFault, columns: readonly Column[], row: number): RowProblem {
  const found = { row, ...FAULTS[fault.kind] };
  const column = columns.find(({ index }) => index === fault.index)?.header;
  return column === undefined || fault.kind === 'too-long' ? found : { ...found, column: show(column) };
}

/** A row with too few or too many values. Which value is meant for which column is anybody's guess then. */
export function widthProblem(fields: readonly string[], width: number, row: number): RowProblem {
  const values = fields.length === 1 ? '1 value' : `${fields.length} values`;
  const columns = width === 1 ? '1 column' : `${width} columns`;
  const hint =
    fields.length > width
      ? 'put a value with the delimiter in it in quotes'
      : 'every row needs as many delimiters as the first, also where nothing is between them';
  return { row, value: show(fields.join(' | ')), problem: `the row has ${values}, the file ${columns}`, hint };
}

/** NULs and bytes that are not UTF-8 somewhere in a row. */
export function byteProblems(bytes: Uint8Array, row: number): RowProblem[] {
  const problems: RowProblem[] = [];
  if (bytes.includes(0)) problems.push({ row, ...NUL });
  const byte = badByte(bytes);
  if (byte !== undefined) problems.push({ row, ...byte });
  return problems;
}

/**
 * Finds the columns with NULs and with bytes that are not UTF-8.
 * @param bytes the row as it lies in the file
 * @returns the names of the columns that can't be judged any further
 */
export function findDamage(
  columns: readonly Column[],
  values: Readonly<Record<string, string>>,
  bytes: Uint8Array,
  row: number,
  problems: RowProblem[],
): ReadonlySet<string> {
  const damaged = new Set<string>();
  const byte = badByte(bytes);
  for (const { name, header } of columns) {
    const value = values[name] ?? '';
    const faults = [
      value.includes('\0') ? NUL : undefined,
      byte !== undefined && value.includes(REPLACEMENT) ? byte : undefined,
    ];
    for (const fault of faults) {
      if (fault === undefined) continue;
      damaged.add(name);
      problems.push(valueProblem(row, header, value, fault.problem, fault.hint));
    }
  }
  if (damaged.size === 0) problems.push(...byteProblems(bytes, row));
  return damaged;
}
