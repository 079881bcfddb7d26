import { fellShort, type Outcome, type OutcomeWord } from '../../run/outcome.js';
import { wasSpared } from '../../run/stop-rule.js';
import { plural } from '../plural.js';
import { formatCounts, formatDuration } from '../progress.js';
import { printable, type Terminal } from '../terminal.js';
import type { Preview, Reporter, RunHead, RunTail, Sizes, Wait } from './reporter.js';

/** Up to so many phones every one is shown, of more only those that fell short, and of these as many. */
const MAX_ROWS = 50;
const MAX_CELL = 60;

const COLOR: Readonly<Record<OutcomeWord, 'green' | 'yellow' | 'red'>> = {
  planned: 'green',
  returned: 'green',
  answered: 'green',
  accepted: 'green',
  skipped: 'yellow',
  'no-answer': 'red',
  unknown: 'red',
  invalid: 'red',
  'not-sent': 'red',
  refused: 'red',
};

/** Columns for people, and a summary. */
export class TableReporter implements Reporter {
  readonly #terminal: Terminal;
  readonly #verbose: boolean;
  #head: RunHead | undefined;
  #widths: readonly number[] = [];
  #all = false;
  #rows = 0;
  #hidden = 0;

  constructor(terminal: Terminal, verbose: boolean) {
    this.#terminal = terminal;
    this.#verbose = verbose;
  }

  begin(head: RunHead, { phones, widths }: Sizes): Wait {
    this.#head = head;
    const servers = head.server.split(', ');
    // Where there is but one the summary names it.
    const server = servers.length > 1 ? Math.max(...servers.map((name) => name.length)) : 0;
    this.#all = this.#verbose || phones <= MAX_ROWS;
    // A column that nobody has anything in is not shown.
    this.#widths = [widths.aor, server, widths.vendor, widths.event].map((width) =>
      Math.min(width && Math.max(width, 6), MAX_CELL),
    );
    return undefined;
  }

  phone({ outcome }: Preview): Wait {
    if (!this.#all && !this.#isWorthARow(outcome)) return undefined;
    if (!this.#verbose && this.#rows === MAX_ROWS) {
      this.#hidden++;
      return undefined;
    }
    const header = this.#rows++ === 0 ? this.#header() : '';
    const word = outcome.reason ? `${outcome.outcome}: ${outcome.reason}` : outcome.outcome;
    const name = outcome.aor || `row ${outcome.row}`;
    const cells = [name, outcome.server, outcome.vendor ?? '-', outcome.event ?? '-'];
    const painted = this.#terminal.paint(COLOR[outcome.outcome], printable(word));
    return this.#terminal.write(`${header}${this.#cells(cells)}  ${painted}\n`);
  }

  /** Of many phones those that fell short. That a stop rule spared the rest is said once. */
  #isWorthARow(outcome: Outcome): boolean {
    return fellShort(outcome, this.#head?.evidence) && !wasSpared(outcome);
  }

  end({ counts, ms }: RunTail): Wait {
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
    if (this.#hidden > 0) {
      void this.#terminal.write(`… and ${this.#hidden} more like these; --verbose or --output csv shows all\n`);
    }
    const meaning =
      counts.accepted && this.#head?.evidence === 'accepted'
        ? ' (accepted: FreeSWITCH said +OK; no more is known)'
        : '';
    const where = printable(this.#head?.server ?? '');
    const of = this.#head?.of ?? 'phone';
    const what = all === 0 ? `no ${of}s` : `${plural(all, of)}: ${formatCounts(counts)}`;
    return this.#terminal.write(
      `${this.#rows > 0 ? '\n' : ''}${what}, in ${formatDuration(ms)} through ${where}${meaning}\n`,
    );
  }

  #header(): string {
    return `${this.#terminal.paint('grey', `${this.#cells(['AOR', 'SERVER', 'VENDOR', 'EVENT'])}  OUTCOME`)}\n`;
  }

  #cells(texts: readonly string[]): string {
    const cells = texts.map((cell, index) => padded(cell, this.#widths[index] ?? 0));
    return cells.filter(Boolean).join('  ');
  }
}

function padded(cell: string, width: number): string {
  if (width === 0) return '';
  const text = printable(cell);
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width);
}
