import type { RunStore } from './store.js';
import { TELL } from './worker-scripts.js';

/** What a worker tells of itself. */
export interface WorkerRecord {
  readonly server: string;
  readonly host: string;
  readonly pid: number;
  /** Of phonectl. */
  readonly version: string;
  /** When it began, milliseconds since 1970, by its own clock. */
  readonly since: number;
}

/** The same as those see it who plan runs. */
export interface KnownWorker extends WorkerRecord {
  /** When it told of itself last, milliseconds since 1970, by the clock of the queue. */
  readonly at: number;
  /** How long ago that was by the same clock, milliseconds. */
  readonly silentMs: number;
}

/** How often a worker tells of itself, milliseconds. */
export const HEARTBEAT_MS = 5000;

/** Who has been silent for longer is taken for gone, milliseconds. */
const SILENT_MS = 3 * HEARTBEAT_MS;

/** Within so long all workers have found a queue that was away, and have told of themselves again, milliseconds. */
const BACK_MS = HEARTBEAT_MS + 2000;

/** Which servers have workers: what a row may name, and who is there just now, by the clock of the queue, as machines may differ. */
export class Workers {
  readonly #store: RunStore;
  /** When the queue answered last, and from when on somebody's silence tells something (performance.now()). */
  #answered: number | undefined;
  #judgesFrom = 0;

  constructor(store: RunStore) {
    this.#store = store;
  }

  async tell(record: WorkerRecord): Promise<void> {
    const { redis, keys } = this.#store;
    await TELL.run(redis, [keys.workers], [record.server, JSON.stringify(record)]);
    this.#witness();
  }

  /** All that there have been, by server, in the order of their names: the last one of each. */
  async all(): Promise<ReadonlyMap<string, KnownWorker>> {
    const { redis, keys } = this.#store;
    const [[seconds = 0, micros = 0], found] = await Promise.all([redis.time(), redis.hgetall(keys.workers)]);
    const now = Number(seconds) * 1000 + Number(micros) / 1000;
    return new Map(
      Object.keys(found)
        .sort()
        .map((server) => {
          const record = JSON.parse(found[server] ?? '') as Omit<KnownWorker, 'silentMs'>;
          return [server, { ...record, silentMs: Math.max(0, Math.round(now - record.at)) }];
        }),
    );
  }

  /**
   * Those servers whose workers have not been heard of lately. Who asks or tells all the time gets none for a moment after the queue was
   * away, which is when nobody could tell it anything: a longer time without an answer.
   */
  async silent(servers: Iterable<string>): Promise<string[]> {
    const workers = await this.all();
    if (this.#witness() < this.#judgesFrom) return [];
    return [...servers].filter((server) => {
      const worker = workers.get(server);
      return !worker || !isThere(worker);
    });
  }

  /** The queue has answered: now (performance.now()). */
  #witness(): number {
    const now = performance.now();
    if (this.#answered !== undefined && now - this.#answered > BACK_MS) this.#judgesFrom = now + BACK_MS;
    this.#answered = now;
    return now;
  }

  /** From then on there is none for that server, until one tells of itself. */
  async forget(server: string): Promise<void> {
    await this.#store.redis.hdel(this.#store.keys.workers, server);
  }
}

/** Whether a worker has told of itself lately. */
export function isThere({ silentMs }: Pick<KnownWorker, 'silentMs'>): boolean {
  return silentMs < SILENT_MS;
}
