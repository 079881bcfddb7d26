import { setTimeout as wait } from 'node:timers/promises';
import { RunLists } from '../../queue/lists.js';
import { Onward } from '../../queue/onward.js';
import { Workers } from '../../queue/workers.js';
import type { OpenQueue } from './open-queue.js';

/** How often it is looked at whether somebody goes on with the run, milliseconds. */
const CARE_MS = 2000;

export interface CareListeners {
  readonly note: (line: string) => void;
  /** Hears what keeps the run from going on. */
  readonly warn: (line: string) => void;
  /** Hears that the queue has lost the run. */
  readonly onGone: () => void;
}

/** Looks that a run goes on until the signal is aborted, and says which servers it waits for. */
export async function care(
  queue: OpenQueue,
  run: string,
  signal: AbortSignal,
  listeners: CareListeners,
): Promise<void> {
  const caring = new Care(queue, run, listeners);
  while (!signal.aborted) {
    await wait(CARE_MS, undefined, { signal }).catch(() => {});
    if (!signal.aborted) await caring.look().catch(() => {});
  }
}

class Care {
  readonly #queue: OpenQueue;
  readonly #run: string;
  readonly #lists: RunLists;
  readonly #onward: Onward;
  readonly #workers: Workers;
  readonly #listeners: CareListeners;
  /** The servers of which it was said that their workers are gone. */
  #silent: readonly string[] = [];
  /** Of which servers it was said last that they are being listed. */
  #listing = '';

  constructor(queue: OpenQueue, run: string, listeners: CareListeners) {
    this.#queue = queue;
    this.#run = run;
    this.#listeners = listeners;
    this.#workers = new Workers(queue.store);
    this.#lists = new RunLists(queue.store, this.#workers);
    this.#onward = new Onward(queue.store, queue.queues, this.#lists);
  }

  async look(): Promise<void> {
    const { store, queues } = this.#queue;
    if (!(await store.has(this.#run))) return this.#listeners.onGone();
    const unlisted = (await this.#lists.missing(this.#run)).map(({ server }) => server);
    const names = unlisted.join(', ');
    if (names !== '' && names !== this.#listing) this.#listeners.note(`note: still to be listed: ${names}`);
    this.#listing = names;
    if (names !== '') {
      await this.#warn(unlisted, 'the run waits a minute for its list');
      await queues.releaseLists(this.#run);
    }
    await this.#onward.look(this.#run);
    const due = await queues.release(this.#run);
    if (names === '') await this.#warn(due, 'its phones wait for it');
  }

  async #warn(servers: readonly string[], what: string): Promise<void> {
    const silent = await this.#workers.silent(servers);
    for (const server of silent) {
      if (this.#silent.includes(server)) continue;
      this.#listeners.warn(`warning: the worker of ${server} does not answer; ${what}`);
    }
    this.#silent = silent;
  }
}
