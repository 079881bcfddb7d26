import { DelayedError, type Job, Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { RunLists } from './lists.js';
import type { RunStore } from './store.js';
import type { Slice } from './work.js';

/** How long a worker may be silent before its slice is given to another one, and how often that is looked at, milliseconds. */
const LOCK_MS = 15_000;
const STALLED_MS = 5000;

/** The names of our jobs. */
const SLICE = 'slice';
const LIST = 'list';

/** What comes to a worker: a slice, or a run whose phones are to be listed. */
type RunJob = Slice | { readonly run: string };

/**
 * Brings slices to the workers of their servers: a queue of BullMQ for each server. BullMQ delivers a job once at least; that nothing
 * is sent twice is what `RunStore` is for.
 */
export class SliceQueues {
  readonly #store: RunStore;
  readonly #lists: RunLists;
  readonly #queues = new Map<string, Queue<RunJob>>();

  constructor(store: RunStore) {
    this.#store = store;
    this.#lists = new RunLists(store);
  }

  /** Gives what is due of a run to the workers. Doing it again does no harm. @returns the servers that it is due at */
  async release(run: string): Promise<string[]> {
    const byServer = new Map<string, Slice[]>();
    for (const { slice, server } of await this.#store.due(run)) {
      byServer.set(server, [...(byServer.get(server) ?? []), slice]);
    }
    for (const [server, slices] of byServer) {
      const jobs = slices.map((slice) => ({
        name: SLICE,
        data: slice,
        opts: { jobId: `${slice.run}.${slice.number}` },
      }));
      await this.#queueOf(server).addBulk(jobs);
    }
    return [...byServer.keys()];
  }

  /** The same for a run whose phones are to be listed first, by those that have not done so. */
  async releaseLists(run: string): Promise<void> {
    for (const { server } of await this.#lists.missing(run)) {
      // Before the slices of other runs: who is registered is a matter of seconds, and the whole run waits for it.
      await this.#queueOf(server).add(LIST, { run }, { jobId: `${run}.list`, lifo: true });
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

/** What became of a slice: it is done, or it goes back to be gone on with. */
export type SliceEnd = 'done' | 'put back';

export interface SliceWorkerOptions {
  readonly store: RunStore;
  readonly server: string;
  /** A connection of its own, as it waits on it. */
  readonly redis: Redis;
  readonly carryOut: (slice: Slice) => Promise<SliceEnd>;
  /** Lists the phones that are registered at the server. */
  readonly list: (run: string) => Promise<SliceEnd>;
  /** Hears what a slice failed of; it is tried again. */
  readonly onError: (error: Error) => void;
}

/** Takes the slices of one server, one after the other. */
export class SliceWorker {
  readonly #worker: Worker<RunJob>;

  constructor({ store, server, redis, carryOut, list, onError }: SliceWorkerOptions) {
    const process = async (job: Job<RunJob>, token?: string): Promise<void> => {
      const { data } = job;
      if ((await ('number' in data ? carryOut(data) : list(data.run))) === 'done') return;
      await job.moveToDelayed(Date.now() + 1, token);
      throw new DelayedError();
    };
    this.#worker = new Worker<RunJob>(server, process, {
      connection: redis,
      prefix: store.keys.bull,
      concurrency: 1,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_MS,
      // A slice may outlive any number of workers.
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    });
    // A connection that was lost comes back, and whoever opened it says so.
    this.#worker.on('error', () => {}).on('failed', (_job, error) => onError(error));
  }

  /** Takes no more slices; resolves when the one in hand has ended. */
  async close(): Promise<void> {
    await this.#worker.close();
  }
}
