import type { Hook } from '@oclif/core/hooks';
import { EXIT } from './exit-codes.js';
import { printable } from './terminal.js';

/** Says that there is no such command, which one was probably meant, and ends with 127 as shells do. */
const commandNotFound: Hook.CommandNotFound = async ({ id, config }) => {
  const typed = id.replaceAll(':', ' ');
  const words = typed.split(' ');
  const known = config.commandIDs.map((other) => other.replaceAll(':', ' '));
  const near = known.filter((other) =>
    other.split(' ').some((word) => words.includes(word) || isNear(word, words[0] ?? '')),
  );
  process.stderr.write(`phonectl: there is no command "${printable(typed.slice(0, 60))}"\n`);
  const hint = near.length > 0 ? near.slice(0, 4).join(', ') : 'phonectl --help';
  process.stderr.write(`  try: ${hint}\n`);
  process.exitCode = EXIT.noCommand;
};

export default commandNotFound;

function isNear(a: string, b: string): boolean {
  if (b.length < 3) return false;
  return a.startsWith(b) || b.startsWith(a) || [...a].sort().join('') === [...b].sort().join('');
}
