import { DelayedError, type Job, Queue, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { RunStore } from './store.js';
import type { Slice } from './work.js';

/** How long a worker may be silent before its slice is given to another one, and how often that is looked at, milliseconds. */
const LOCK_MS = 15_000;
const STALLED_MS = 5000;

/** The name of all our jobs. */
const JOB = 'slice';

/**
 * Brings slices to the workers of their servers: a queue of BullMQ for each server. BullMQ delivers a job once at least; that nothing
 * is sent twice is what `RunStore` is for.
 */
export class SliceQueues {
  readonly #store: RunStore;
  readonly #queues = new Map<string, Queue<Slice>>();

  constructor(store: RunStore) {
    this.#store = store;
  }

  /** Gives what is due of a run to the workers. Doing it again does no harm. */
  async release(run: string): Promise<void> {
    const byServer = new Map<string, Slice[]>();
    for (const { slice, server } of await this.#store.due(run)) {
      byServer.set(server, [...(byServer.get(server) ?? []), slice]);
    }
    for (const [server, slices] of byServer) {
      const jobs = slices.map((slice) => ({ name: JOB, data: slice, opts: { jobId: `${slice.run}.${slice.number}` } }));
      await this.#queueOf(server).addBulk(jobs);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()));
  }

  #queueOf(server: string): Queue<Slice> {
    const known = this.#queues.get(server);
    if (known) return known;
    const { redis, keys } = this.#store;
    const queue = new Queue<Slice>(server, {
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
  /** Hears what a slice failed of; it is tried again. */
  readonly onError: (error: Error) => void;
}

/** Takes the slices of one server, one after the other. */
export class SliceWorker {
  readonly #worker: Worker<Slice>;

  constructor({ store, server, redis, carryOut, onError }: SliceWorkerOptions) {
    const process = async (job: Job<Slice>, token?: string): Promise<void> => {
      if ((await carryOut(job.data)) === 'done') return;
      await job.moveToDelayed(Date.now() + 1, token);
      throw new DelayedError();
    };
    this.#worker = new Worker<Slice>(server, process, {
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
