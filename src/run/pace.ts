import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds that never go back, and a wait; replaced in tests. */
export interface Clock {
  now(): number;
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's own. */
export const REAL_CLOCK: Clock = {
  now: () => performance.now(),
  wait: async (ms, signal) => {
    await sleep(ms, undefined, signal ? { signal } : undefined).catch(() => {});
  },
};

/** Timers are no finer; a turn may make up for so much that the last one came late. */
const GRAIN_MS = 2;

/** Node's timers take no more, milliseconds. */
const LONGEST_WAIT = 2 ** 31 - 1;

/**
 * Lets through so many a second, evenly: no burst at the start, none after a pause, however many are waiting. Those who
 * take turns get them in the order of their calls.
 */
export class Pace {
  readonly #interval: number;
  readonly #clock: Clock;
  #next = Number.NEGATIVE_INFINITY;
  #last: Promise<void> = Promise.resolve();

  /** @param rate turns a second; 0 is no limit */
  constructor(rate: number, clock: Clock = REAL_CLOCK) {
    this.#interval = rate > 0 ? 1000 / rate : 0;
    this.#clock = clock;
  }

  /** Waits for a turn; returns soon, and without one, when the signal is aborted. */
  turn(signal?: AbortSignal): Promise<void> {
    if (this.#interval === 0) return Promise.resolve();
    // One waits at a time: after a pause of the machine the waits of all would end at once.
    this.#last = this.#last.then(() => this.#take(signal));
    return this.#last;
  }

  async #take(signal?: AbortSignal): Promise<void> {
    let now = this.#clock.now();
    while (now < this.#next && !signal?.aborted) {
      await this.#clock.wait(Math.min(this.#next - now, LONGEST_WAIT), signal);
      now = this.#clock.now();
    }
    if (signal?.aborted) return;
    // Only a turn that was waited for makes up for its delay; one after a pause, or the first, has nothing to make up for.
    const isLate = now - this.#next <= this.#interval + GRAIN_MS;
    this.#next = (isLate ? Math.max(now - GRAIN_MS, this.#next) : now) + this.#interval;
  }
}
