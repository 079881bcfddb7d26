import type { Config } from '@oclif/core/interfaces';
import { usageError } from '../failure.js';
import { shellLine } from '../output/shell.js';
import { SendCommand } from '../send-command.js';
import type { Task } from '../task.js';

/** A command has so many words at most: `mwi resend`. */
const MOST_WORDS = 2;

/**
 * What a command line that sends would do, checked as the command itself does, without doing it.
 * @throws Failure if it is none that sends, or if something is wrong with it
 */
export async function taskOf(line: readonly string[], config: Config): Promise<Task> {
  const example = 'schedule add NAME --cron "0 3 * * 0" -- resync --registered --yes';
  if (line.length === 0) throw usageError('there is no command to be sent', example);
  for (let words = Math.min(MOST_WORDS, line.length); words > 0; words--) {
    const found = config.findCommand(line.slice(0, words).join(':'));
    if (!found) continue;
    const Command = await found.load();
    if (!(Command.prototype instanceof SendCommand)) {
      throw usageError(`${line.slice(0, words).join(' ')}: this command sends nothing to phones`, example);
    }
    const command: unknown = Reflect.construct(Command, [line.slice(words), config]);
    if (command instanceof SendCommand) return command.task();
  }
  throw usageError(`${shellLine(line.slice(0, MOST_WORDS))}: there is no such command`, example);
}
