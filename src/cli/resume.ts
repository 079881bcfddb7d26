import { resolve } from 'node:path';
import { stateFolder } from '../config/state.js';
import { readHead } from '../run/journal/reader.js';
import { findJournal } from '../run/journal/store.js';
import { EXIT } from './exit-codes.js';
import { Failure } from './failure.js';
import { judgeResumable } from './resumed.js';

/**
 * How a command is called to go on with a run of its own, in the folder that it was called in.
 * @throws JournalError, Failure
 */
export async function argumentsToResume(
  run: string,
  flags: Readonly<Record<'accept-changes' | 'retry-unknown' | 'quiet' | 'verbose', boolean>>,
): Promise<{ command: string; argv: string[] }> {
  // Paths of the run start from its own folder, this one from the user's.
  const path = resolve(await findJournal(stateFolder(process.env), run));
  const head = await readHead(path);
  judgeResumable(head);
  const { command, args, cwd, source } = head;
  if (source === 'calls') {
    const hint = `start it again: phonectl ${command} ${args.join(' ')}`;
    throw new Failure(`run ${run} waited for calls; there is nothing to go on with`, EXIT.input, { hint });
  }
  try {
    process.chdir(cwd);
  } catch (error) {
    throw new Failure(`the run began in ${cwd}, and that can't be entered: ${(error as Error).message}`, EXIT.input);
  }
  const more = ['--resume', path, '--yes'];
  for (const flag of ['accept-changes', 'retry-unknown', 'quiet', 'verbose'] as const) {
    if (flags[flag] && !args.includes(`--${flag}`)) more.push(`--${flag}`);
  }
  // Behind a bare -- all would be phones.
  const end = args.indexOf('--');
  const [before, after] = end < 0 ? [args, []] : [args.slice(0, end), args.slice(end)];
  return { command: command.replaceAll(' ', ':'), argv: [...before, ...more, ...after] };
}
