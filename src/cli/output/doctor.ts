import type { Check } from '../../run/check-up-check.js';
import { plural } from '../plural.js';
import { printable, type Terminal } from '../terminal.js';
import type { Wait } from './reporter.js';

const COLORS = { ok: 'green', warning: 'yellow', failed: 'red' } as const;

/** The width of `warning`, and of most names. */
const STATE = 9;
const NAME = 24;

/** One check as a line, and what to try in a second. */
export function writeCheck(terminal: Terminal, { name, state, detail, hint }: Check): Wait {
  const line = `${terminal.paint(COLORS[state], state.padEnd(STATE))}${printable(name).padEnd(NAME)} ${printable(detail)}\n`;
  return terminal.write(hint === null ? line : `${line}${' '.repeat(STATE)}try: ${printable(hint)}\n`);
}

/** What the checks come to. @param names of the server, and of the queue if there is one */
export function writeVerdict(terminal: Terminal, names: readonly string[], checks: readonly Check[]): Wait {
  const warnings = checks.filter(({ state }) => state === 'warning').length;
  const count = checks.filter(({ state }) => state === 'failed').length;
  const verdict = count > 0 ? "phonectl can't work with" : 'phonectl can work with';
  const faults = [count > 0 ? `${count} failed` : '', warnings > 0 ? plural(warnings, 'warning') : ''].filter(Boolean);
  return terminal.write(
    `\n${verdict} ${names.map(printable).join(' and ')}${faults.length > 0 ? `: ${faults.join(', ')}` : ''}\n`,
  );
}
