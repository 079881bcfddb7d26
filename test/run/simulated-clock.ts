import type { Clock } from '../../src/run/pace.js';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock that moves only when a test moves it, by the milliseconds that somebody waits for. */
export class SimulatedClock implements Clock {
  /** How late each wait ends, milliseconds. */
  lateness: () => number = () => 0;
  /** Every wait that was asked for, milliseconds. */
  readonly waits: number[] = [];
  #now = 0;
  #sleepers: Sleeper[] = [];

  now(): number {
    return this.#now;
  }

  /** How many are waiting. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    this.waits.push(ms);
    return new Promise((resolve) => {
      const sleeper = { at: this.#now + ms + this.lateness(), wake: resolve };
      this.#sleepers.push(sleeper);
      const giveUp = () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        resolve();
      };
      if (signal?.aborted) giveUp();
      else signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  /** Moves on to a time, and wakes on the way everyone whose time has come, each before the clock moves further. */
  async advanceTo(time: number): Promise<void> {
    await settle();
    for (let next = this.#earliest(); next !== undefined && next.at <= time; next = this.#earliest()) {
      this.#now = Math.max(this.#now, next.at);
      this.#wake(next);
      await settle();
    }
    this.#now = Math.max(this.#now, time);
  }

  /** The machine sleeps: time has passed, and everyone whose time came meanwhile wakes at once. */
  async jump(ms: number): Promise<void> {
    await settle();
    this.#now += ms;
    for (const sleeper of this.#sleepers.filter(({ at }) => at <= this.#now)) this.#wake(sleeper);
    await settle();
  }

  #earliest(): Sleeper | undefined {
    return this.#sleepers.reduce<Sleeper | undefined>(
      (first, other) => (first === undefined || other.at < first.at ? other : first),
      undefined,
    );
  }

  #wake(sleeper: Sleeper): void {
    this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
    sleeper.wake();
  }
}

/** Lets everything that is ready to run do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
