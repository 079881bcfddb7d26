import type { Connector } from '../connector.js';
import { usageError } from '../failure.js';
import type { Task } from '../task.js';
import { judgeVia, serversOf } from './meant.js';
import { withQueue } from './open-queue.js';

/**
 * The servers of the workers that are meant, for a dry run: it goes as far as can be planned without them, and opens no event socket.
 * @throws Failure, ConfigError, QueueError
 */
export async function standIns(task: Task): Promise<readonly Connector[]> {
  const { flags } = task;
  judgeVia(task);
  const what = flags.registered ? '--registered' : flags.check ? '--check' : undefined;
  if (what !== undefined) {
    const hint = flags.registered
      ? 'beside a server, without --via, or a file of phones'
      : 'without it, or without --via';
    throw usageError(`--via with --dry-run and ${what}: who is registered is known beside the servers only`, hint);
  }
  return withQueue(flags.via, async (queue) => (await serversOf(task, queue)).map(standIn));
}

function standIn(name: string): Connector {
  const open = (): never => {
    throw new Error(`a dry run, and ${name} is asked`);
  };
  return {
    name,
    aliases: [],
    host: name,
    port: 0,
    hasStockPassword: false,
    isNamed: true,
    from: { address: 'the queue', password: 'the worker' },
    setting: () => undefined,
    address: async () => name,
    open,
    openSocket: open,
    openLasting: open,
  };
}
