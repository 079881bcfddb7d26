import { stateFolder } from '../config/state.js';
import { readHead } from '../run/journal/reader.js';
import { findJournal } from '../run/journal/store.js';
import { EXIT } from './exit-codes.js';
import { Failure } from './failure.js';

/**
 * How a command is called to go on with a run of its own, in the folder that it was called in.
 * @throws JournalError, Failure
 */
export async function argumentsToResume(
  run: string,
  flags: { readonly 'accept-changes': boolean; readonly 'retry-unknown': boolean },
): Promise<{ command: string; argv: string[] }> {
  const path = await findJournal(stateFolder(process.env), run);
  const { command, args, cwd } = await readHead(path);
  try {
    process.chdir(cwd);
  } catch (error) {
    throw new Failure(`the run began in ${cwd}, and that can't be entered: ${(error as Error).message}`, EXIT.input);
  }
  const more = ['--resume', path, '--yes'];
  if (flags['accept-changes']) more.push('--accept-changes');
  if (flags['retry-unknown'] && !args.includes('--retry-unknown')) more.push('--retry-unknown');
  // Behind a bare -- all would be phones.
  const end = args.indexOf('--');
  const [before, after] = end < 0 ? [args, []] : [args.slice(0, end), args.slice(end)];
  return { command: command.replaceAll(' ', ':'), argv: [...before, ...more, ...after] };
}
