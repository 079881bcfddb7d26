import { Limiter } from './limiter.js';

/** So many refusals are noted one by one. Who can make calls can make many, and what is noted fills a disk. */
const NOTED = { calls: 60, perMs: 60_000 };

/** Counts the calls that are hung up without a word. */
export class Unheard {
  readonly #limiter: Limiter;
  #leftOut = 0;

  /** @param now milliseconds that never go back */
  constructor(now?: () => number) {
    this.#limiter = new Limiter(NOTED, now);
  }

  /** How many were left out since the last one that was noted. */
  get leftOut(): number {
    return this.#leftOut;
  }

  /** What is to be noted of a refusal: how many were left out before it, too; undefined if it is left out itself. */
  count(reason: string): string | undefined {
    if (!this.#limiter.admits('')) {
      this.#leftOut++;
      return undefined;
    }
    const before = this.#leftOut;
    this.#leftOut = 0;
    return before === 0 ? reason : `${reason}; before it ${before} more calls were refused without a word`;
  }
}
