import type { Failure } from './failure.js';
import { printable, type Terminal } from './terminal.js';

/** One clear line on stderr, and what to try below it. */
export function explain({ message, hint, details }: Failure, terminal: Terminal): void {
  terminal.say(`phonectl: ${printable(message)}`);
  for (const line of details) terminal.say(`  ${printable(line)}`);
  if (hint) terminal.say(`  try: ${printable(hint)}`);
}
