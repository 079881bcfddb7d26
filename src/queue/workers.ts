import type { RunStore } from './store.js';

/** A worker that has told of itself. */
export interface WorkerRecord {
  readonly server: string;
  readonly host: string;
  readonly pid: number;
  /** Of phonectl. */
  readonly version: string;
  /** When it began, and when it told of itself last, milliseconds since 1970. */
  readonly since: number;
  readonly at: number;
}

/** How often a worker tells of itself, milliseconds. */
export const HEARTBEAT_MS = 5000;

/** Who has been silent for longer is taken for gone, milliseconds. */
const SILENT_MS = 3 * HEARTBEAT_MS;

/** Which servers have workers: what a row may name, and who is there just now. */
export class Workers {
  readonly #store: RunStore;

  constructor(store: RunStore) {
    this.#store = store;
  }

  async tell(record: WorkerRecord): Promise<void> {
    await this.#store.redis.hset(this.#store.keys.workers, record.server, JSON.stringify(record));
  }

  /** All that there have been, by server: the last one of each. */
  async all(): Promise<ReadonlyMap<string, WorkerRecord>> {
    const found = await this.#store.redis.hgetall(this.#store.keys.workers);
    return new Map(Object.entries(found).map(([server, text]) => [server, JSON.parse(text) as WorkerRecord]));
  }
}

/** Whether a worker has told of itself lately. */
export function isThere({ at }: WorkerRecord, now: number): boolean {
  return now - at < SILENT_MS;
}
