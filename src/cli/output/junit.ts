import { escapeXml } from '../../payload/escape-xml.js';
import { type EvidenceWanted, fellShort } from '../../run/outcome.js';
import { printable, type Terminal } from '../terminal.js';
import type { Preview, Reporter, RunHead, Wait } from './reporter.js';

/** JUnit's XML, as CI systems read it: one test case a phone. */
export class JunitReporter implements Reporter {
  readonly #terminal: Terminal;
  #suite = '';
  #wanted: EvidenceWanted | undefined;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  begin({ command, server, evidence }: RunHead): Wait {
    this.#wanted = evidence;
    this.#suite = escapeXml(`phonectl ${command}`);
    return this.#terminal.write(
      `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n<testsuite name="${this.#suite}" hostname="${escapeXml(printable(server))}">\n`,
    );
  }

  phone({ outcome }: Preview): Wait {
    const name = escapeXml(printable(outcome.aor || `row ${outcome.row}`));
    const seconds = ((outcome.ms ?? 0) / 1000).toFixed(3);
    const open = `<testcase classname="${this.#suite}" name="${name}" time="${seconds}"`;
    const message = escapeXml(printable(outcome.reason ? `${outcome.outcome}: ${outcome.reason}` : outcome.outcome));
    if (outcome.outcome === 'skipped')
      return this.#terminal.write(`${open}><skipped message="${message}"/></testcase>\n`);
    if (fellShort(outcome, this.#wanted))
      return this.#terminal.write(`${open}><failure message="${message}"/></testcase>\n`);
    return this.#terminal.write(`${open}/>\n`);
  }

  end(): Wait {
    return this.#terminal.write('</testsuite>\n</testsuites>\n');
  }
}
