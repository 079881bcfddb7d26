import { Workers } from '../../queue/workers.js';
import { EXIT } from '../exit-codes.js';
import { Failure, usageError } from '../failure.js';
import type { Task } from '../task.js';
import type { OpenQueue } from './open-queue.js';

/** How a server is spoken to, which through a queue its worker does: here these would have no effect. What the environment or settings say is for other runs. */
const OF_WORKER: ReadonlySet<string> = new Set(['host', 'port', 'user', 'password-file', 'timeout', 'concurrency']);

/** What can't be had through a queue. */
export function judgeVia({ flags, typed, ask, command }: Task): void {
  if (ask) throw usageError(`--via: ${command} asks the server itself`, 'run it beside the server');
  if (flags.resume !== undefined) throw usageError('--via: a run that began without a queue goes on without one');
  if (flags['retry-unknown'] && flags['failed-from'] === undefined) {
    throw usageError('--via with --retry-unknown', 'together with --failed-from RUN, those of that run are told again');
  }
  if (flags.detach && flags.journal !== undefined) {
    throw usageError('--detach with --journal: of a run that is not followed nothing is written here', 'one of them');
  }
  const idle = [...typed].find((flag) => OF_WORKER.has(flag));
  if (idle !== undefined) {
    throw usageError(
      `--via with --${idle}: the worker beside the server has its own`,
      'leave it out; phonectl worker, beside the server, takes it',
    );
  }
}

/** The workers that are meant: those of `--server`, else all that there have been. */
export async function serversOf({ flags }: Pick<Task, 'flags'>, { store, address }: OpenQueue): Promise<string[]> {
  const known = [...(await new Workers(store).all()).keys()];
  if (known.length === 0) {
    throw new Failure(`${address.name}: no worker has told of itself yet`, EXIT.connection, {
      hint: 'beside each FreeSWITCH: phonectl worker --server NAME --queue URL',
    });
  }
  const wanted = flags.server ?? known;
  return wanted.map((name) => {
    const found = known.find((one) => one.toLowerCase() === name.toLowerCase());
    if (found) return found;
    throw usageError(`--server ${name}: ${address.name} has no worker of that name`, `there are: ${known.join(', ')}`);
  });
}
