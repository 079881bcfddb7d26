/** How many calls of one caller are taken in a time. */
export interface Limit {
  readonly calls: number;
  readonly perMs: number;
}

/** Callers are forgotten when they were quiet for so long; looked for after so many calls. */
const SWEEP_EVERY = 1000;

/** Counts calls of each caller over a sliding time. */
export class Limiter {
  readonly #limit: Limit;
  readonly #now: () => number;
  readonly #calls = new Map<string, number[]>();
  #sinceSweep = 0;

  /** @param now milliseconds that never go back */
  constructor(limit: Limit, now: () => number = () => performance.now()) {
    this.#limit = limit;
    this.#now = now;
  }

  /** Counts a call, unless it is one too many. */
  admits(caller: string): boolean {
    const now = this.#now();
    if (++this.#sinceSweep > SWEEP_EVERY) this.#sweep(now);
    const recent = this.#recent(this.#calls.get(caller) ?? [], now);
    const admitted = recent.length < this.#limit.calls;
    if (admitted) recent.push(now);
    this.#calls.set(caller, recent);
    return admitted;
  }

  #recent(times: readonly number[], now: number): number[] {
    return times.filter((time) => now - time < this.#limit.perMs);
  }

  #sweep(now: number): void {
    this.#sinceSweep = 0;
    for (const [caller, times] of this.#calls) if (this.#recent(times, now).length === 0) this.#calls.delete(caller);
  }
}
