import type { Gate } from './gate.js';
import { type Clock, REAL_CLOCK } from './pace.js';
import { type Amount, type StopRule, sizeOf, verdictOf } from './stop-rule.js';

export interface RolloutOptions extends StopRule {
  /** How many orders are sent before what came of them is looked at; the last size repeats. None: all are one batch. */
  readonly batches: readonly Amount[];
  /** How many orders there are. */
  readonly total: number;
  /** Between the end of a batch and the beginning of the next, milliseconds. */
  readonly pauseMs: number;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
  /** Hears of every batch that begins, if there are several. */
  readonly onBatch?: (batch: Batch) => void;
}

export interface Batch {
  /** Counted from 1. */
  readonly number: number;
  readonly size: number;
  /** How many phones were admitted before it. */
  readonly before: number;
}

/**
 * Lets orders out in batches, each complete before the next, and ends the run when too many phones fall short. One for a
 * whole run, however many servers it goes to.
 */
export class Rollout implements Gate {
  readonly #options: RolloutOptions;
  readonly #clock: Clock;
  #last: Promise<string | undefined> = Promise.resolve(undefined);
  #number = 0;
  #size = 0;
  #seats = 0;
  #admitted = 0;
  /** Admitted, without an outcome. */
  #open = 0;
  #failures = 0;
  #batchFailures = 0;
  #stopped: string | undefined;
  #wake: () => void = () => {};

  constructor(options: RolloutOptions) {
    this.#options = options;
    this.#clock = options.clock ?? REAL_CLOCK;
    options.signal.addEventListener('abort', () => this.#wake(), { once: true });
  }

  /** Why the run ends before its end, if a stop rule says so. */
  get stopped(): string | undefined {
    return this.#stopped;
  }

  /** Waits until an order may go out. Says why it may not, if so. */
  admit(): Promise<string | undefined> {
    this.#last = this.#last.then(() => this.#admit());
    return this.#last;
  }

  /** An admitted order has come to its outcome. */
  settle(isFailure: boolean): void {
    this.#open--;
    if (isFailure) {
      this.#failures++;
      this.#batchFailures++;
      this.#stopped ??= this.#judge();
    }
    this.#wake();
  }

  async #admit(): Promise<string | undefined> {
    const { signal, pauseMs } = this.#options;
    if (this.#seats === 0 && this.#number > 0) {
      await this.#complete();
      if (this.#obstacle === undefined && pauseMs > 0) await this.#clock.wait(pauseMs, signal);
    }
    const obstacle = this.#obstacle;
    if (obstacle !== undefined) return obstacle;
    if (this.#seats === 0) this.#begin();
    this.#seats--;
    this.#open++;
    this.#admitted++;
    return undefined;
  }

  get #obstacle(): string | undefined {
    const { signal } = this.#options;
    return this.#stopped ?? (signal.aborted ? String(signal.reason) : undefined);
  }

  /** Waits until every order of this batch has its outcome. */
  async #complete(): Promise<void> {
    while (this.#open > 0 && this.#obstacle === undefined) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #begin(): void {
    const { batches, total, onBatch } = this.#options;
    const amount = batches[Math.min(this.#number, batches.length - 1)];
    this.#size = amount === undefined ? Math.max(total, 1) : sizeOf(amount, total);
    // More orders than were counted belong to the last batch, not to one of their own.
    this.#seats = amount === undefined ? Number.POSITIVE_INFINITY : this.#size;
    this.#batchFailures = 0;
    this.#number++;
    if (amount !== undefined) onBatch?.({ number: this.#number, size: this.#size, before: this.#admitted });
  }

  #judge(): string | undefined {
    return verdictOf(this.#options, {
      batch: this.#number,
      size: this.#size,
      failures: this.#failures,
      batchFailures: this.#batchFailures,
    });
  }
}
