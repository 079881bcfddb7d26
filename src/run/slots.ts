/** So many tasks at once, and no queue: whoever starts one waits until there is room for the next. */
export class Slots {
  readonly #count: number;
  #busy = 0;
  /** Resolves when one of those that are busy is done, for all who wait for that. */
  #oneDone: Promise<void> | undefined;
  #tell: () => void = () => {};
  #failure: { readonly reason: unknown } | undefined;

  constructor(count: number) {
    this.#count = count;
  }

  /**
   * Starts a task, and resolves when another one may be started.
   * @throws what an earlier task threw
   */
  async start(task: () => Promise<void>): Promise<void> {
    // Somebody else may have taken the room that there was. Nothing may come between the look and the start.
    while (this.#isFull) await this.#nextDone();
    void this.#carry(task);
    while (this.#isFull) await this.#nextDone();
    if (this.#failure) throw this.#failure.reason;
  }

  /** Resolves when all tasks are done; throws what one of them threw. */
  async idle(): Promise<void> {
    while (this.#busy > 0) await this.#nextDone();
    if (this.#failure) throw this.#failure.reason;
  }

  async #carry(task: () => Promise<void>): Promise<void> {
    this.#busy++;
    try {
      await task();
    } catch (reason) {
      this.#failure ??= { reason };
    }
    this.#busy--;
    this.#oneDone = undefined;
    this.#tell();
  }

  get #isFull(): boolean {
    return this.#busy >= this.#count;
  }

  #nextDone(): Promise<void> {
    this.#oneDone ??= new Promise((resolve) => {
      this.#tell = resolve;
    });
    return this.#oneDone;
  }
}
