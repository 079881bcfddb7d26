/** What spreadsheets take for the beginning of a formula, in ASCII and full width (OWASP, CSV injection); with any marks before it. */
const FORMULA = /^'*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;

/**
 * A value as a cell that no spreadsheet takes for a formula: `'=1+1`. One that has such marks already gets one more, so that
 * {@link unmarkFormula} undoes it in every case.
 */
export function markFormula(value: string): string {
  return FORMULA.test(value) ? `'${value}` : value;
}

/** The value of a cell, without the mark that keeps a spreadsheet from computing it. People write it too: `'+4930123`. */
export function unmarkFormula(cell: string): string {
  // Nearly no cell begins with one, and this is asked of each.
  return cell.charCodeAt(0) === 0x27 && FORMULA.test(cell) ? cell.slice(1) : cell;
}
