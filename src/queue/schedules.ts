import { Queue } from 'bullmq';
import type { Entry } from '../inventory/phone.js';
import type { RunRecord } from '../run/journal/record.js';
import { BULL } from './bull.js';
import type { Timing } from './cron.js';
import { QueueError } from './errors.js';
import { RECORD_DUE, RECORD_MISSED } from './schedule-scripts.js';
import type { RunStore } from './store.js';
import type { Work } from './work.js';

/** The queue of what is due. */
export const SCHEDULES = 'schedules';

/** A run as it is handed over each time: what is still to be known is when, and its name. */
export type TimelessWork = Omit<Work, 'head'> & { readonly head: Omit<RunRecord, 'run' | 'started'> };

/** What is sent when it is due. JSON. */
export interface Schedule extends Timing {
  readonly name: string;
  /** Tells it from one of the same name before it. */
  readonly id: string;
  /** How late it may be, milliseconds; later it is missed. */
  readonly graceMs: number;
  /** ISO 8601. */
  readonly added: string;
  readonly work: TimelessWork;
  /** The phones, where the user has named them; else those that are registered when it is due. */
  readonly phones: readonly Entry[];
}

/** What has become of a schedule so far; times are milliseconds since 1970. */
export interface ScheduleState {
  /** The last due time that has been seen to. */
  readonly seen: number;
  readonly last: { readonly run: string; readonly due: number } | undefined;
  readonly missed: { readonly count: number; readonly due: number; readonly reason: string } | undefined;
}

/** A job of the queue: what is due. */
export interface DueJob {
  readonly name: string;
  readonly id: string;
}

/** What is sent by the clock: in Redis, with a job scheduler of BullMQ for each. */
export class Schedules {
  readonly #store: RunStore;
  readonly #queue: Queue<DueJob>;

  constructor(store: RunStore) {
    this.#store = store;
    this.#queue = new Queue<DueJob>(SCHEDULES, { ...BULL, connection: store.redis, prefix: store.keys.cron });
    // Each command says itself what went wrong with it.
    this.#queue.on('error', () => {});
  }

  /** @throws QueueError if there is one of that name */
  async add(schedule: Schedule): Promise<void> {
    const { redis, keys } = this.#store;
    const { name, id, cron, tz } = schedule;
    if ((await redis.hsetnx(keys.schedules, name, JSON.stringify(schedule))) === 0) {
      const hint = `another name; or first: phonectl schedule remove ${name}`;
      throw new QueueError(`there is a schedule "${name}" already`, hint, 'argument');
    }
    try {
      await redis.del(keys.schedule(name));
      const opts = {
        removeOnComplete: true,
        removeOnFail: true,
        attempts: Number.MAX_SAFE_INTEGER,
        backoff: { type: 'fixed', delay: 5000 },
      };
      await this.#queue.upsertJobScheduler(name, { pattern: cron, tz }, { name: SCHEDULES, data: { name, id }, opts });
    } catch (error) {
      await redis.hdel(keys.schedules, name);
      throw error;
    }
  }

  /** By their names. */
  async all(): Promise<Schedule[]> {
    const { redis, keys } = this.#store;
    const found = Object.values(await redis.hgetall(keys.schedules)).map((text) => JSON.parse(text) as Schedule);
    return found.sort((one, other) => (one.name < other.name ? -1 : 1));
  }

  async find(name: string): Promise<Schedule | undefined> {
    const text = await this.#store.redis.hget(this.#store.keys.schedules, name);
    return text === null ? undefined : (JSON.parse(text) as Schedule);
  }

  /** @throws QueueError if there is none of that name */
  async get(name: string): Promise<Schedule> {
    const found = await this.find(name);
    if (found) return found;
    const names = (await this.all()).map((one) => one.name);
    throw new QueueError(
      `there is no schedule "${name}" in the queue`,
      names.length > 0 ? `there are: ${names.join(', ')}` : 'phonectl schedule add makes one',
      'argument',
    );
  }

  /** From then on nothing is due; a run that is under way goes on. @throws QueueError if there is none of that name */
  async remove(name: string): Promise<void> {
    const { redis, keys } = this.#store;
    await this.get(name);
    await this.#queue.removeJobScheduler(name);
    await redis.multi().hdel(keys.schedules, name).del(keys.schedule(name)).exec();
  }

  /** When it is due next, or has been due with no worker to see to it, milliseconds since 1970. */
  async next(name: string): Promise<number | undefined> {
    return (await this.#queue.getJobScheduler(name))?.next;
  }

  async state(name: string): Promise<ScheduleState> {
    const { redis, keys } = this.#store;
    const fields = ['seen', 'lastDue', 'lastRun', 'missed', 'missedDue', 'missedWhy'] as const;
    const [seen, lastDue, lastRun, missed, missedDue, missedWhy] = await redis.hmget(keys.schedule(name), ...fields);
    return {
      seen: Number(seen ?? 0),
      last: lastRun ? { run: lastRun, due: Number(lastDue) } : undefined,
      missed: missed ? { count: Number(missed), due: Number(missedDue), reason: missedWhy ?? '' } : undefined,
    };
  }

  /** A run has been made of what was due. Once for each due time, in their order. */
  async record(name: string, due: number, run: string): Promise<void> {
    await RECORD_DUE.run(this.#store.redis, [this.#store.keys.schedule(name)], [due, run]);
  }

  /** What was due up to then was not sent. Once for each due time, in their order. */
  async recordMissed(name: string, due: number, count: number, reason: string): Promise<void> {
    await RECORD_MISSED.run(this.#store.redis, [this.#store.keys.schedule(name)], [due, count, reason]);
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }
}
