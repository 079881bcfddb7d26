import { EXIT } from './exit-codes.js';

const CODES = { SIGINT: EXIT.interrupted, SIGTERM: EXIT.terminated, SIGHUP: EXIT.hungUp } as const;

/**
 * Turns Ctrl-C, SIGTERM and SIGHUP into an abort of what has begun; the second one, and one before anything has begun, ends the
 * process at once.
 */
export class Interrupt {
  readonly #controller = new AbortController();
  #begun = false;
  readonly #onSignal = (signal: keyof typeof CODES): void => {
    if (!this.#begun || this.#controller.signal.aborted) process.exit(CODES[signal]);
    this.exitCode = CODES[signal];
    this.#controller.abort('interrupted');
  };
  /** Set once a signal came. */
  exitCode: number | undefined;

  constructor() {
    for (const signal of Object.keys(CODES)) process.on(signal, this.#onSignal);
  }

  /** From now on there is something to be brought to an orderly end. */
  begin(): void {
    this.#begun = true;
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
