import type { CodeEntry } from '../../run/codes/visit.js';
import { printable } from '../terminal.js';

/** One line about a call to a feature code. */
export function describeCall({ aor, code, event, outcome, reason }: CodeEntry, now: Date): string {
  const time = now.toTimeString().slice(0, 8);
  const what = [aor, code || '-', event ?? '-'].map(printable).join('  ');
  return `${time}  ${what}  ${outcome}${reason ? `: ${printable(reason)}` : ''}\n`;
}
