import { formatCounts } from '../progress.js';
import { printable, type Terminal } from '../terminal.js';
import type { Preview, Reporter, RunTail, Wait } from './reporter.js';

/**
 * A dry run for people and for `diff`: on stdout the commands, byte for byte as they would be written, one after the
 * other; on stderr whose they are and what is left out.
 */
export class BytesReporter implements Reporter {
  readonly #terminal: Terminal;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  begin(): undefined {}

  phone({ outcome, bytes }: Preview): Wait {
    const who = `${outcome.aor || `row ${outcome.row}`}${outcome.vendor ? ` (${outcome.vendor})` : ''}`;
    const what = outcome.reason ? `${outcome.outcome}: ${printable(outcome.reason)}` : outcome.outcome;
    if (!bytes || this.#terminal.showsProgress) {
      void this.#terminal.flush();
      this.#terminal.say(`# ${printable(who)}: ${what}`);
    }
    if (!bytes) return undefined;
    const text = bytes.toString();
    // A body without a line end would run into what follows; into a file or a pipe it goes as it is.
    if (!this.#terminal.stdout.isTTY) return this.#terminal.write(text);
    const lines = text.split('\n').map(printable).join('\n');
    return this.#terminal.write(lines.endsWith('\n') ? lines : `${lines}\n`);
  }

  end({ counts }: RunTail): Wait {
    void this.#terminal.flush();
    this.#terminal.say(`dry run, nothing was sent: ${formatCounts(counts)}`);
    return undefined;
  }
}
