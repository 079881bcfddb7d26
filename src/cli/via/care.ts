import { setTimeout as wait } from 'node:timers/promises';
import { RunLists } from '../../queue/lists.js';
import { isThere, Workers } from '../../queue/workers.js';
import type { OpenQueue } from './open-queue.js';

/** How often it is looked at whether somebody goes on with the run, milliseconds. */
const CARE_MS = 2000;

/** Looks that a run goes on until the signal is aborted, and says which servers it waits for. */
export async function care(
  queue: OpenQueue,
  run: string,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<void> {
  const caring = new Care(queue, run, say);
  while (!signal.aborted) {
    await wait(CARE_MS, undefined, { signal }).catch(() => {});
    if (!signal.aborted) await caring.look().catch(() => {});
  }
}

class Care {
  readonly #queue: OpenQueue;
  readonly #run: string;
  readonly #lists: RunLists;
  readonly #workers: Workers;
  readonly #say: (line: string) => void;
  /** The servers of which it was said that their workers are gone. */
  readonly #said = new Set<string>();
  /** Of which servers it was said last that they are being listed. */
  #listing = '';

  constructor(queue: OpenQueue, run: string, say: (line: string) => void) {
    this.#queue = queue;
    this.#run = run;
    this.#say = say;
    this.#lists = new RunLists(queue.store);
    this.#workers = new Workers(queue.store);
  }

  async look(): Promise<void> {
    const { store, queues } = this.#queue;
    const missing = (await this.#lists.missing(this.#run)).map(({ server }) => server);
    const names = missing.join(', ');
    if (missing.length > 0 && names !== this.#listing) this.#say(`note: still to be listed: ${names}`);
    this.#listing = names;
    await this.#warn(missing, 'the run waits a minute for its list');
    await this.#lists.leaveOutAbsent(this.#run);
    await queues.releaseLists(this.#run);
    await this.#lists.open(this.#run);
    await store.advance(this.#run);
    await queues.release(this.#run);
    const due = new Set((await store.due(this.#run)).map(({ server }) => server));
    if (missing.length === 0) await this.#warn([...due], 'its phones wait for it');
  }

  async #warn(servers: readonly string[], what: string): Promise<void> {
    const there = await this.#workers.all();
    for (const server of servers) {
      const worker = there.get(server);
      const isGone = !worker || !isThere(worker, Date.now());
      if (isGone && !this.#said.has(server)) this.#say(`warning: the worker of ${server} does not answer; ${what}`);
      if (isGone) this.#said.add(server);
      else this.#said.delete(server);
    }
  }
}
