import { EXIT } from '../exit-codes.js';
import { Failure, usageError } from '../failure.js';
import { readStdin } from '../stdin.js';

const MAX_BYTES = 64 * 1024;

/** At the end, also of a command that has another one carried out (`expand`, `sched_api`). */
const DELETES_ALL = /\bsofia\s+profile\s+('[^']*'|\S+)\s+check_sync\s*$/i;

/**
 * The API command that words on the command line make, or stdin for a lone `-`.
 * @param yes carries out what would do harm by a mistake
 * @throws Failure
 */
export async function toApiCommand(words: readonly string[], yes: boolean): Promise<string> {
  const isFromStdin = words.length === 1 && words[0] === '-';
  const command = (isFromStdin ? await readStdin(MAX_BYTES) : words.join(' ')).trim();
  if (command === '') throw usageError('there is no command', 'for example: phonectl esl api status');
  if (!yes) refuseHarm(command, '--yes if you mean it');
  return command;
}

/**
 * Refuses what would do harm by a mistake.
 * @param otherwise how it is carried out all the same
 * @throws Failure
 */
export function refuseHarm(command: string, otherwise: string): void {
  const profile = DELETES_ALL.exec(command)?.[1];
  if (profile === undefined) return;
  throw new Failure(
    `"${command}" would resync nobody: without an address FreeSWITCH deletes every registration of ${profile}`,
    EXIT.input,
    { hint: `say whom: sofia profile ${profile} check_sync USER@DOMAIN; or phonectl resync; or ${otherwise}` },
  );
}
