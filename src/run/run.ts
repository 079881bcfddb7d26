import pLimit from 'p-limit';
import type { Connection } from '../esl/index.js';
import { EslError } from '../esl/index.js';
import type { Entry } from '../inventory/phone.js';
import { type Counts, fellShort, type Outcome, type OutcomeWord } from './outcome.js';
import type { Pace } from './pace.js';
import { type Planned, type Planner, settled } from './plan.js';

export interface RunOptions {
  readonly entries: AsyncIterable<Entry>;
  readonly planner: Planner;
  /**
   * Opens the connection when the first order is ready. Called once; a failure settles all phones as not sent. Without
   * it the run is dry: nothing is sent, and orders are `planned`.
   */
  readonly connect?: () => Promise<Connection>;
  /** Commands in flight. */
  readonly concurrency: number;
  readonly pace: Pace;
  /** Once aborted, nothing more is written; what is in flight is waited for. The reason becomes the phones' reason. */
  readonly signal: AbortSignal;
  /**
   * Hears of every phone, as they come, with the bytes of its order if there is one. A promise holds the run back until
   * it resolves.
   */
  readonly onOutcome: (outcome: Outcome, bytes?: Buffer) => Promise<void> | undefined;
}

export interface RunResult {
  readonly counts: Counts;
  /** Phones that did not get what was asked for. */
  readonly short: number;
  /** Why nothing could be sent at all, if that was so. */
  readonly connectError: EslError | undefined;
  /** Why the connection was lost on the way, if it was. */
  readonly lost: EslError | undefined;
}

type Ready = Planned & { readonly kind: 'order' };

/** Sends every phone its order, each at most once, and says what became of it. */
export async function run(options: RunOptions): Promise<RunResult> {
  return new Run(options).go();
}

class Run {
  readonly #options: RunOptions;
  readonly #counts: Counts = {};
  #short = 0;
  #connection: Connection | undefined;
  #connectError: EslError | undefined;
  #lost: EslError | undefined;

  constructor(options: RunOptions) {
    this.#options = options;
  }

  async go(): Promise<RunResult> {
    const { entries, planner, concurrency } = this.#options;
    const limit = pLimit(concurrency);
    let slotFreed: () => void = () => {};
    let failure: unknown;
    planner.restart();
    try {
      for await (const entry of entries) {
        if (failure !== undefined) break;
        const planned = await planner.plan(entry);
        if (planned.kind === 'settled') {
          await this.#report(planned.outcome);
          continue;
        }
        if (!this.#options.connect) {
          await this.#report(settled(planned.target, 'planned', null).outcome, planned.command.bytes);
          continue;
        }
        const obstacle = await this.#obstacle();
        if (obstacle !== undefined) {
          await this.#settle(planned, 'not-sent', obstacle);
          continue;
        }
        limit(() => this.#send(planned))
          .catch((error: unknown) => {
            failure ??= error;
          })
          .finally(() => slotFreed());
        if (limit.activeCount + limit.pendingCount >= concurrency) {
          await new Promise<void>((resolve) => {
            slotFreed = resolve;
          });
        }
      }
      while (limit.activeCount + limit.pendingCount > 0) {
        await new Promise<void>((resolve) => {
          slotFreed = resolve;
        });
      }
    } finally {
      await this.#connection?.close();
    }
    if (failure !== undefined) throw failure;
    return { counts: this.#counts, short: this.#short, connectError: this.#connectError, lost: this.#lost };
  }

  /** Waits for a turn to write, and says why there can't be one, if so. */
  async #obstacle(): Promise<string | undefined> {
    const { signal, pace } = this.#options;
    if (!signal.aborted && !this.#connectError && !this.#connection) await this.#open();
    if (!signal.aborted && this.#connection?.open) await pace.turn(signal);
    if (signal.aborted) return String(signal.reason);
    if (this.#connectError) return this.#connectError.message;
    if (this.#connection?.open) return undefined;
    return this.#lost?.message ?? 'the connection was lost';
  }

  async #open(): Promise<void> {
    try {
      this.#connection = await this.#options.connect?.();
      void this.#connection?.closed.then((reason) => {
        this.#lost = reason;
      });
    } catch (error) {
      if (!(error instanceof EslError)) throw error;
      this.#connectError = error;
    }
  }

  async #send(ready: Ready): Promise<void> {
    const started = performance.now();
    try {
      const reply = await this.#connection?.send(ready.command);
      const ms = Math.round(performance.now() - started);
      if (!reply) return;
      const eventUuid = /^\+OK ([0-9a-f-]{36})$/.exec(reply.text)?.[1] ?? null;
      const base = settled(ready.target, 'accepted', null).outcome;
      await this.#report(
        reply.text.startsWith('+OK')
          ? { ...base, eventUuid, ms }
          : { ...base, outcome: 'refused', reason: reply.text || 'an empty reply', ms },
      );
    } catch (error) {
      if (!(error instanceof EslError)) throw error;
      const word = error.written ? 'unknown' : 'not-sent';
      await this.#settle(ready, word, error.written ? `${error.message}; it may have happened` : error.message);
    }
  }

  #settle({ target }: Ready, outcome: OutcomeWord, reason: string): Promise<void> {
    return this.#report(settled(target, outcome, reason).outcome);
  }

  async #report(outcome: Outcome, bytes?: Buffer): Promise<void> {
    this.#counts[outcome.outcome] = (this.#counts[outcome.outcome] ?? 0) + 1;
    if (fellShort(outcome)) this.#short++;
    await this.#options.onOutcome(outcome, bytes);
  }
}
