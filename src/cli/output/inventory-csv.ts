import { stringify } from 'csv-stringify/sync';
import { markFormula } from '../../inventory/formula.js';

/**
 * Rows of an inventory as CSV. Cells that a spreadsheet would compute are marked, and our own reader takes the mark away
 * again.
 */
export function inventoryCsv(rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(markFormula));
  // In quotes as well: what would be a comment at the beginning of a line, and blanks that a reader would trim.
  return stringify(cells, { quoted_match: /^#|\s/ });
}
