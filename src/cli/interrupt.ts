import { setMaxListeners } from 'node:events';
import { EXIT } from './exit-codes.js';

const CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: EXIT.hungUp } as const;

/**
 * Turns Ctrl-C, SIGTERM and SIGHUP into an abort of what has begun; the second one, and one before anything has begun, ends the
 * process at once, unless something is held.
 */
export class Interrupt {
  readonly #controller = new AbortController();
  #begun = false;
  #held: string | undefined;
  readonly #onSignal = (signal: keyof typeof CODES): void => {
    if (this.#held !== undefined && this.#controller.signal.aborted) {
      process.stderr.write(`phonectl: ${this.#held}; once more ends at once\n`);
      this.#held = undefined;
      return;
    }
    if (!this.#begun || this.#controller.signal.aborted) process.exit(CODES[signal]);
    this.exitCode = CODES[signal];
    this.#controller.abort('interrupted');
  };
  /** Set once a signal came. */
  exitCode: number | undefined;

  constructor() {
    // Every phone that waits for the end of its call listens to it.
    setMaxListeners(0, this.#controller.signal);
    for (const signal of Object.keys(CODES)) process.on(signal, this.#onSignal);
  }

  /** From now on there is something to be brought to an orderly end. */
  begin(): void {
    this.#begun = true;
  }

  /** The second signal only says why there is something to wait for; the third one ends at once. */
  hold(reason: string): () => void {
    this.#held = reason;
    return () => {
      this.#held = undefined;
    };
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends the run for another reason; the phones that are left are told it. */
  abort(reason: string): void {
    this.#controller.abort(reason);
  }

  release(): void {
    for (const signal of Object.keys(CODES)) process.off(signal, this.#onSignal);
  }
}
