import { setTimeout as wait } from 'node:timers/promises';

/** Writes one after the other where each is dear: what comes while one is under way is written together by the next. */
export class GatheredWrites<T> {
  readonly #write: (items: readonly T[]) => Promise<void>;
  readonly #pauseMs: number;
  #items: T[] = [];
  #last: Promise<void> = Promise.resolve();
  /** The write that is to come, of all that there will be by then. */
  #next: Promise<void> | undefined;
  #pause: Promise<void> | undefined;

  /**
   * @param write what it throws, those get whose items it was given
   * @param pauseMs between two writes, so that the second one is of more
   */
  constructor(write: (items: readonly T[]) => Promise<void>, pauseMs = 0) {
    this.#write = write;
    this.#pauseMs = pauseMs;
  }

  /** Resolves when it is written. */
  add(item: T): Promise<void> {
    this.#items.push(item);
    return this.go();
  }

  /** Writes what there is, if only nothing. */
  go(): Promise<void> {
    this.#next ??= this.#last
      .catch(() => {})
      .then(() => this.#pause)
      .then(() => this.#flush());
    this.#last = this.#next;
    return this.#next;
  }

  /** Resolves when all is written that there is so far; rejects as the last write did. */
  async idle(): Promise<void> {
    if (this.#items.length > 0) await this.go();
    await this.#last;
  }

  async #flush(): Promise<void> {
    const items = this.#items;
    this.#items = [];
    this.#next = undefined;
    try {
      await this.#write(items);
    } finally {
      if (this.#pauseMs > 0) this.#pause = wait(this.#pauseMs);
    }
  }
}
