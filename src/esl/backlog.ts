import type { EslError } from './errors.js';
import { Queue } from './queue.js';

export interface BacklogOptions<T> {
  /** From so much weight on it is full. */
  readonly capacity: number;
  /** What one item weighs. @default 1 */
  readonly weigh?: (item: T) => number;
  /** Called whenever its reader has taken something, or has left. */
  readonly onTaken?: () => void;
}

/**
 * What has come and waits for its one reader: `for await (const item of backlog)`. It never refuses an item; whoever fills it
 * looks at `full` and holds back the source. A reader that leaves early (`break`, an exception) discards the rest and
 * whatever comes later. Iteration rejects with the error with which it was ended, after all that came before.
 */
export class Backlog<T> implements AsyncIterable<T> {
  readonly #items = new Queue<T>();
  readonly #capacity: number;
  readonly #weigh: (item: T) => number;
  readonly #onTaken: () => void;
  #weight = 0;
  #done = false;
  #discarded = false;
  #error: EslError | undefined;
  readonly #wakers: (() => void)[] = [];

  constructor({ capacity, weigh = () => 1, onTaken = () => {} }: BacklogOptions<T>) {
    this.#capacity = capacity;
    this.#weigh = weigh;
    this.#onTaken = onTaken;
  }

  /** Whether the reader is behind, so that the source should be held back for now. */
  get full(): boolean {
    return this.#weight >= this.#capacity;
  }

  /** Whether the reader has left. */
  get discarded(): boolean {
    return this.#discarded;
  }

  /** The source's side: the next item. */
  push(item: T): void {
    if (this.#discarded || this.#done) return;
    this.#items.push(item);
    this.#weight += this.#weigh(item);
    this.#wake();
  }

  /** The source's side: nothing more comes, because that was all, or for this error. */
  end(error?: EslError): void {
    if (this.#done) return;
    this.#done = true;
    this.#error = error;
    this.#wake();
  }

  /** The reader's side: throws away what there is and what still comes. */
  discard(): void {
    if (this.#discarded) return;
    this.#discarded = true;
    for (let item = this.#items.shift(); item !== undefined; item = this.#items.shift())
      this.#weight -= this.#weigh(item);
    this.#onTaken();
    this.#wake();
  }

  /** Not a generator: one that waits can't be left, and one that was never begun leaves nothing behind it when it is. */
  [Symbol.asyncIterator](): AsyncIterator<T, void, undefined> {
    return {
      next: () => this.#next(),
      return: () => {
        this.discard();
        return Promise.resolve({ done: true, value: undefined });
      },
    };
  }

  async #next(): Promise<IteratorResult<T, void>> {
    while (!this.#discarded) {
      const item = this.#items.shift();
      if (item !== undefined) {
        this.#weight -= this.#weigh(item);
        this.#onTaken();
        return { done: false, value: item };
      }
      if (this.#done) {
        this.discard();
        if (this.#error) throw this.#error;
      } else {
        await new Promise<void>((resolve) => this.#wakers.push(resolve));
      }
    }
    return { done: true, value: undefined };
  }

  #wake(): void {
    for (const wake of this.#wakers.splice(0)) wake();
  }
}
