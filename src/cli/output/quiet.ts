import { type EvidenceWanted, fellShort } from '../../run/outcome.js';
import { wasSpared } from '../../run/stop-rule.js';
import { formatCounts } from '../progress.js';
import { printable, type Terminal } from '../terminal.js';
import type { Preview, Reporter, RunHead, RunTail, Wait } from './reporter.js';

/** A mail with more lines is not read. */
const MAX_LINES = 50;

/** For cron: nothing if all went well; else the phones that fell short and a summary, on stderr. */
export class QuietReporter implements Reporter {
  readonly #terminal: Terminal;
  #server = '';
  #wanted: EvidenceWanted | undefined;
  #shown = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  begin({ server, evidence }: RunHead): Wait {
    this.#wanted = evidence;
    this.#server = server;
    return undefined;
  }

  phone({ outcome }: Preview): Wait {
    // That a stop rule spared the rest is said once, at the end.
    if (!fellShort(outcome, this.#wanted) || wasSpared(outcome)) return undefined;
    if (this.#shown++ >= MAX_LINES) return undefined;
    const who = outcome.aor || `row ${outcome.row}`;
    this.#terminal.say(
      `${printable(who)}: ${outcome.outcome}${outcome.reason ? `: ${printable(outcome.reason)}` : ''}`,
    );
    return undefined;
  }

  end({ counts, short }: RunTail): Wait {
    if (this.#shown > MAX_LINES) this.#terminal.say(`… and ${this.#shown - MAX_LINES} more; --output csv shows all`);
    if (short > 0)
      this.#terminal.say(`phonectl: ${short} fell short through ${printable(this.#server)}: ${formatCounts(counts)}`);
    return undefined;
  }
}
