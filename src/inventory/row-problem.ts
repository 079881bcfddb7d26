import type { RowProblem } from './phone.js';
import { show } from './show.js';

/** A {@link RowProblem} about a value; the value is shortened and escaped here. */
export function valueProblem(row: number, column: string, value: string, problem: string, hint?: string): RowProblem {
  const found = { row, column: show(column), value: show(value), problem };
  return hint === undefined ? found : { ...found, hint };
}

/**
 * One line for people: `phones.csv:12: mac "00:15": has 4 hexadecimal digits, a MAC address has 12 (hint)`.
 * @param problem without a row if it is about the file as a whole
 */
export function describeProblem(
  file: string,
  { row, column, value, problem, hint }: Omit<RowProblem, 'row'> & { readonly row?: number },
): string {
  const subject = [column, value === undefined || value === '' ? undefined : `"${value}"`].filter(Boolean).join(' ');
  const where = `${show(file, 200)}${row === undefined ? '' : `:${row}`}: `;
  return `${where}${subject === '' ? '' : `${subject}: `}${problem}${hint === undefined ? '' : ` (${hint})`}`;
}
