import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds that never go back, and a wait; replaced in tests. */
export interface Clock {
  now(): number;
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

const REAL_CLOCK: Clock = {
  now: () => performance.now(),
  wait: async (ms, signal) => {
    await sleep(ms, undefined, signal ? { signal } : undefined).catch(() => {});
  },
};

/** Timers are no finer; up to this much is let through early rather than late. */
const GRAIN_MS = 2;

/**
 * Lets through so many a second, evenly: no burst at the start, none after a pause, however many are waiting. Those who
 * take turns get them in the order of their calls.
 */
export class Pace {
  readonly #interval: number;
  readonly #clock: Clock;
  #next = Number.NEGATIVE_INFINITY;

  /** @param rate turns a second; 0 is no limit */
  constructor(rate: number, clock: Clock = REAL_CLOCK) {
    this.#interval = rate > 0 ? 1000 / rate : 0;
    this.#clock = clock;
  }

  /** The time until the next turn, which is taken by this call, milliseconds. */
  #take(): number {
    const now = this.#clock.now();
    const turn = Math.max(now - GRAIN_MS, this.#next);
    this.#next = turn + this.#interval;
    return turn - now;
  }

  /** Waits for a turn; returns at once when the signal is aborted. */
  async turn(signal?: AbortSignal): Promise<void> {
    if (this.#interval === 0) return;
    const wait = this.#take();
    if (wait > 0) await this.#clock.wait(wait, signal);
  }
}
