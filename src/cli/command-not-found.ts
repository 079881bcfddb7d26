import type { Hook } from '@oclif/core/hooks';
import { editDistance } from '../vendor/edit-distance.js';
import { EXIT } from './exit-codes.js';
import { printable } from './terminal.js';

/** Says that there is no such command, which one was probably meant, and ends with 127 as shells do. */
const commandNotFound: Hook.CommandNotFound = async ({ id, config }) => {
  // What begins with a hyphen may hold a secret, as fs_cli's -p does.
  const typed = id.startsWith('-') ? id.slice(0, id.startsWith('--') ? id.search(/=|$/) : 2) : id.replaceAll(':', ' ');
  const words = typed.split(' ');
  const known = config.commandIDs.map((other) => other.replaceAll(':', ' '));
  const shared = (other: string): number => other.split(' ').filter((word) => words.includes(word)).length;
  const near = known
    .filter((other) => shared(other) > 0 || other.split(' ').some((word) => isNear(word, words[0] ?? '')))
    .sort((a, b) => shared(b) - shared(a));
  process.stderr.write(`phonectl: there is no command "${printable(typed.slice(0, 60))}"\n`);
  const hint = near.length > 0 ? near.slice(0, 4).join(', ') : 'phonectl --help';
  process.stderr.write(`  try: ${hint}\n`);
  process.exitCode = EXIT.noCommand;
};

export default commandNotFound;

function isNear(known: string, text: string): boolean {
  const typed = text.slice(0, 20).toLowerCase();
  if (typed.length < 3) return false;
  return known.startsWith(typed) || editDistance(known, typed) <= (typed.length > 4 ? 2 : 1);
}
