/** A time limit that is set anew again and again: making a timer for each reply would cost more than the rest of its work. */
export class Deadline {
  readonly #onLate: (ms: number) => void;
  #timer: NodeJS.Timeout | undefined;
  #ms = 0;

  /** @param onLate called with the milliseconds that were allowed */
  constructor(onLate: (ms: number) => void) {
    this.#onLate = onLate;
  }

  /** Allows so many milliseconds from now; Infinity for as long as it takes. */
  start(ms: number): void {
    if (this.#timer && ms === this.#ms) {
      this.#timer.refresh();
      return;
    }
    this.stop();
    if (ms === Number.POSITIVE_INFINITY) return;
    this.#ms = ms;
    this.#timer = setTimeout(() => this.#onLate(ms), ms);
  }

  /** Allows the same time from now, if there is a limit. */
  restart(): void {
    this.#timer?.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
