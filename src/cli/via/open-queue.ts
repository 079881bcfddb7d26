import type { QueueAddress } from '../../config/queue.js';
import { stateFolder } from '../../config/state.js';
import { RunQueues } from '../../queue/jobs.js';
import { openRedis } from '../../queue/redis.js';
import { RunStore } from '../../queue/store.js';
import { newRunId } from '../../run/journal/store.js';
import { usageError } from '../failure.js';
import { queueFor } from '../queue.js';

/** The word that means the queue of the settings or the environment. */
const OWN = 'queue';

/** A queue that runs can be handed to. */
export interface OpenQueue {
  readonly address: QueueAddress;
  readonly store: RunStore;
  readonly queues: RunQueues;
  close(): Promise<void>;
}

export interface QueueListeners {
  /** Hears that it is gone, and will be tried again. */
  readonly onLost?: (reason: string) => void;
  readonly onBack?: () => void;
}

/**
 * The queue that is meant, without connecting to it.
 * @param given what a flag says, if anything: its URL, or the word that means the user's own
 * @param flag that flag, for messages
 * @throws ConfigError, Failure
 */
export async function queueAddress(given: string | undefined, flag: '--via' | '--queue'): Promise<QueueAddress> {
  const address = await queueFor({ queue: given === OWN ? undefined : given }, flag);
  if (!address) {
    throw usageError('no queue is named', `${flag} redis://HOST, PHONECTL_QUEUE, or queue: in the settings`);
  }
  return address;
}

/** The name of a new run, which nobody else has: neither in the queue nor among the journals here. */
export async function nameRun({ store }: OpenQueue, began: Date): Promise<string> {
  for (;;) {
    const run = newRunId(began, stateFolder(process.env));
    if (await store.reserve(run, began)) return run;
  }
}

/** @throws QueueError if it can't be reached */
export async function openQueue(address: QueueAddress, listeners: QueueListeners = {}): Promise<OpenQueue> {
  const redis = await openRedis(address, listeners);
  const store = new RunStore(redis, address.prefix);
  const queues = new RunQueues(store);
  return {
    address,
    store,
    queues,
    close: async () => {
      await queues.close();
      redis.disconnect();
    },
  };
}

/** Opens a queue for as long as the function is under way. @param via as `--via` says it @throws QueueError, ConfigError, Failure */
export async function withQueue<T>(via: string | undefined, use: (queue: OpenQueue) => Promise<T>): Promise<T> {
  const queue = await openQueue(await queueAddress(via, '--via'));
  try {
    return await use(queue);
  } finally {
    await queue.close();
  }
}
