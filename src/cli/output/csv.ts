import { stringify } from 'csv-stringify/sync';
import type { Outcome } from '../../run/outcome.js';
import { printable, type Terminal } from '../terminal.js';
import type { Preview, Reporter, Wait } from './reporter.js';

const COLUMNS = [
  'aor',
  'server',
  'profile',
  'vendor',
  'event',
  'outcome',
  'reason',
  'sipStatus',
  'eventUuid',
  'row',
  'ms',
] as const satisfies readonly (keyof Outcome)[];

/** Comma separated, one phone a line. A cell that a spreadsheet would take for a formula is marked as text. */
export class CsvReporter implements Reporter {
  readonly #terminal: Terminal;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  begin(): Wait {
    return this.#terminal.write(`${COLUMNS.join(',')}\n`);
  }

  phone({ outcome }: Preview): Wait {
    return this.#terminal.write(
      stringify([COLUMNS.map((column) => cellOf(outcome[column]))], { escape_formulas: true }),
    );
  }

  end(): undefined {}
}

function cellOf(value: string | number | null): string | number | null {
  return typeof value === 'string' ? printable(value) : value;
}
