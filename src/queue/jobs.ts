import { DelayedError, type Job, Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { BULL } from './bull.js';
import { RunLists } from './lists.js';
import type { RunStore } from './store.js';

/** How long a worker may be silent before what it has in hand is given to another one, and how often that is looked at, milliseconds. */
const LOCK_MS = 15_000;
const STALLED_MS = 5000;

/** How many runs a worker carries out side by side: a lamp must not wait until a fleet has restarted. */
const RUNS_AT_ONCE = 8;

/** What a server has to do of a batch of a run: all slices of it that are for the server. */
export interface Share {
  readonly run: string;
  /** Counted from 0. */
  readonly batch: number;
}

/** What comes to a worker: its share of a batch, or a run whose phones are to be listed. */
type RunJob = Share | { readonly run: string };

/**
 * Brings runs to the workers of their servers: a queue of BullMQ for each server, and a job for its share of each batch, so that of several
 * workers of a server one at a time is at a run. BullMQ delivers a job once at least; that nothing is sent twice is what `RunStore` is for.
 */
export class RunQueues {
  readonly #store: RunStore;
  readonly #lists: RunLists;
  readonly #queues = new Map<string, Queue<RunJob>>();

  constructor(store: RunStore) {
    this.#store = store;
    this.#lists = new RunLists(store);
  }

  /** Gives what is due of a run to the workers. Doing it again does no harm. @returns the servers that it is due at */
  async release(run: string): Promise<readonly string[]> {
    const { batch, servers } = await this.#store.due(run);
    await Promise.all(
      servers.map((server) => this.#queueOf(server).add('share', { run, batch }, { jobId: `${run}.${batch}` })),
    );
    return servers;
  }

  /** The same for a run whose phones are to be listed first, by those that have not done so. */
  async releaseLists(run: string): Promise<void> {
    for (const { server } of await this.#lists.missing(run)) {
      // Before what there is of other runs: who is registered is a matter of seconds, and the whole run waits for it.
      await this.#queueOf(server).add('list', { run }, { jobId: `${run}.list`, lifo: true });
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }

  #queueOf(server: string): Queue<RunJob> {
    const known = this.#queues.get(server);
    if (known) return known;
    const { redis, keys } = this.#store;
    const queue = new Queue<RunJob>(server, {
      ...BULL,
      connection: redis,
      prefix: keys.bull,
      defaultJobOptions: {
        removeOnComplete: true,
        removeOnFail: true,
        // What goes wrong with a slice becomes the outcomes of its phones; what is left is Redis itself.
        attempts: Number.MAX_SAFE_INTEGER,
        backoff: { type: 'fixed', delay: 5000 },
      },
    });
    // Each command says itself what went wrong with it.
    queue.on('error', () => {});
    this.#queues.set(server, queue);
    return queue;
  }
}

/** What became of something that came to a worker: it is done, or it goes back to be gone on with. */
export type JobEnd = 'done' | 'put back';

export interface RunWorkerOptions {
  readonly store: RunStore;
  readonly server: string;
  /** A connection of its own, as it waits on it. */
  readonly redis: Redis;
  readonly carryOut: (share: Share) => Promise<JobEnd>;
  /** Lists the phones that are registered at the server. */
  readonly list: (run: string) => Promise<JobEnd>;
  /** Hears what one of them failed of; it is tried again. */
  readonly onError: (error: Error) => void;
}

/** Takes what is there for one server, of some runs at a time. */
export class RunWorker {
  readonly #worker: Worker<RunJob>;
  /** By their jobs: one that comes again, as Redis was away for longer than its lock holds, is in hand still, and is not begun twice. */
  readonly #inHand = new Map<string, Promise<JobEnd>>();

  constructor({ store, server, redis, carryOut, list, onError }: RunWorkerOptions) {
    const carry = ({ id = '', data }: Job<RunJob>): Promise<JobEnd> => {
      const known = this.#inHand.get(id);
      if (known !== undefined) return known;
      const end = ('batch' in data ? carryOut(data) : list(data.run)).finally(() => this.#inHand.delete(id));
      this.#inHand.set(id, end);
      return end;
    };
    const process = async (job: Job<RunJob>, token?: string): Promise<void> => {
      if ((await carry(job)) === 'done') return;
      await job.moveToDelayed(Date.now() + 1, token);
      throw new DelayedError();
    };
    this.#worker = new Worker<RunJob>(server, process, {
      ...BULL,
      connection: redis,
      prefix: store.keys.bull,
      concurrency: RUNS_AT_ONCE,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_MS,
      // A run may outlive any number of workers.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    });
    // A connection that was lost comes back, and whoever opened it says so.
    this.#worker.on('error', () => {}).on('failed', (_job, error) => onError(error));
  }

  /** Takes nothing more; resolves when what is in hand has ended. */
  async close(): Promise<void> {
    await this.#worker.close();
  }
}
