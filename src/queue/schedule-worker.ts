import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { BULL } from './bull.js';
import { type DueEnd, type DueOptions, seeToDue } from './due.js';
import { isReply } from './errors.js';
import { type DueJob, SCHEDULES } from './schedules.js';

export interface ScheduleWorkerOptions extends DueOptions {
  /** A connection of its own, as it waits on it. */
  readonly redis: Redis;
  readonly onEnd: (job: DueJob, end: Exclude<DueEnd, undefined>) => void;
  readonly onError: (error: Error) => void;
}

/** Sees to what is due, whichever worker is the first to take it. */
export class ScheduleWorker {
  readonly #worker: Worker<DueJob>;

  constructor({ redis, onEnd, onError, ...options }: ScheduleWorkerOptions) {
    const process = async ({ data, opts, timestamp }: Job<DueJob>): Promise<void> => {
      // BullMQ keeps there when it is due.
      const end = await seeToDue(options, data, opts.prevMillis ?? timestamp, Date.now());
      if (end) onEnd(data, end);
    };
    this.#worker = new Worker<DueJob>(SCHEDULES, process, {
      ...BULL,
      connection: redis,
      prefix: options.store.keys.cron,
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    });
    this.#worker
      // A connection that was lost comes back, and whoever opened it says so.
      .on('error', (error) => {
        if (isReply(error)) onError(error);
      })
      .on('failed', (job, error) => onError(new Error(`schedule ${job?.data.name ?? '?'}: ${error.message}`)));
  }

  /** Takes no more; resolves when the one in hand has ended. */
  async close(): Promise<void> {
    await this.#worker.close();
  }
}
