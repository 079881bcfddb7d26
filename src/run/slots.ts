import pLimit, { type LimitFunction } from 'p-limit';

/** So many tasks at once, and no queue: whoever starts one waits until there is room for the next. */
export class Slots {
  readonly #limit: LimitFunction;
  #freed: () => void = () => {};
  #failure: { readonly reason: unknown } | undefined;

  constructor(count: number) {
    this.#limit = pLimit(count);
  }

  /**
   * Starts a task, and resolves when another one may be started.
   * @throws what an earlier task threw
   */
  async start(task: () => Promise<void>): Promise<void> {
    this.#limit(task)
      .catch((reason: unknown) => {
        this.#failure ??= { reason };
      })
      .finally(() => this.#freed());
    if (this.#busy >= this.#limit.concurrency) await this.#oneDone();
    if (this.#failure) throw this.#failure.reason;
  }

  /** Resolves when all tasks are done; throws what one of them threw. */
  async idle(): Promise<void> {
    while (this.#busy > 0) await this.#oneDone();
    if (this.#failure) throw this.#failure.reason;
  }

  get #busy(): number {
    return this.#limit.activeCount + this.#limit.pendingCount;
  }

  #oneDone(): Promise<void> {
    return new Promise((resolve) => {
      this.#freed = resolve;
    });
  }
}
