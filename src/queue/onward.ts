import { expire } from './expire.js';
import type { RunQueues } from './jobs.js';
import type { RunLists } from './lists.js';
import type { RunStore } from './store.js';

/** Brings runs on: to their beginning, their next batch, their end. Whoever looks may do so, as each of these steps is taken once. */
export class Onward {
  readonly #store: RunStore;
  readonly #queues: RunQueues;
  readonly #lists: RunLists;

  constructor(store: RunStore, queues: RunQueues, lists: RunLists) {
    this.#store = store;
    this.#queues = queues;
    this.#lists = lists;
  }

  /** Begins a run whose phones are all listed, if nobody else does. */
  async begin(run: string): Promise<void> {
    await this.#lists.leaveOutAbsent(run);
    if (await this.#lists.open(run)) await this.#queues.release(run);
  }

  /** Goes on to the next batch, or to the end, if that is due. */
  async advance(run: string): Promise<void> {
    if (await this.#store.advance(run)) await this.#queues.release(run);
  }

  /** All of that, and whatever else may be due of it. */
  async look(run: string): Promise<void> {
    await expire(this.#store, run);
    await this.begin(run);
    await this.advance(run);
  }
}
