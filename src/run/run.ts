import type { EslError } from '../esl/index.js';
import type { Entry } from '../inventory/phone.js';
import type { Calls } from './calls.js';
import type { Evidence } from './evidence/evidence.js';
import { Lane, type LaneOptions } from './lane.js';
import { isRebootWord } from './order.js';
import { type Counts, type EvidenceWanted, fellShort, type Outcome } from './outcome.js';
import { type PlannedOrder, type Planner, settled } from './plan.js';
import { Slots } from './slots.js';

/** What to do with phones that are in a call. */
export type BusyPolicy = 'skip' | 'send' | 'wait';

export interface RunOptions {
  readonly entries: AsyncIterable<Entry>;
  readonly planner: Planner;
  /** How to reach the server; without it the run is dry: nothing is sent, and orders are `planned`. */
  readonly lane?: LaneOptions;
  /** Orders in flight. */
  readonly concurrency: number;
  /** What makes a phone one that has been told. @default 'accepted' */
  readonly wanted?: EvidenceWanted;
  /** Who watches what phones do; needed for all but `accepted`. */
  readonly evidence?: Evidence;
  /** Whether an order is in flight until its evidence is there, and not only until its reply. */
  readonly holdsSlot?: boolean;
  /** Looks whether phones are in a call. */
  readonly busy?: BusyOptions;
  /**
   * Hears of every phone, as they come, and in a dry run of the bytes of its order. A promise holds the run back until
   * it resolves. `wasAccepted` if `onAccepted` was called for this phone before.
   */
  readonly onOutcome: (outcome: Outcome, bytes?: Buffer, wasAccepted?: boolean) => Promise<void> | undefined;
  /** Hears of every order that was accepted and now waits for its evidence. */
  readonly onAccepted?: () => void;
}

export interface BusyOptions {
  readonly calls: Calls;
  /** What to do with all orders; if not given, a reboot is not sent and all else is. */
  readonly policy: BusyPolicy | undefined;
  /** How long to wait for the end of a call, milliseconds. */
  readonly timeoutMs: number;
  readonly timeout: string;
}

export interface RunResult {
  readonly counts: Counts;
  /** Phones that did not get what was asked for. */
  readonly short: number;
  /** Why nothing could be sent at all, if that was so. */
  readonly connectError: EslError | undefined;
  /** Why the connection was lost on the way, if it was. */
  readonly lost: EslError | undefined;
  /** What else ended the run before its end, if something did: an inventory that changed under way, a mistake of ours. */
  readonly failure: unknown;
}

/** Sends every phone its order, each at most once, and says what became of it. Never rejects. */
export function run(options: RunOptions): Promise<RunResult> {
  return new Run(options).carryOut();
}

class Run {
  readonly #options: RunOptions;
  readonly #lane: Lane | undefined;
  readonly #slots: Slots;
  readonly #counts: Counts = {};
  /** Orders that wait for the end of a call. */
  readonly #waiting = new Set<Promise<void>>();
  /** Orders whose evidence is awaited. */
  readonly #watched = new Set<Promise<void>>();
  #begun: Promise<string | undefined> | undefined;
  #short = 0;
  #failure: unknown;

  constructor(options: RunOptions) {
    this.#options = options;
    this.#lane = options.lane && new Lane(options.lane);
    this.#slots = new Slots(options.concurrency);
  }

  async carryOut(): Promise<RunResult> {
    const { entries, planner, evidence } = this.#options;
    planner.restart();
    try {
      for await (const entry of entries) {
        for (const planned of await planner.plan(entry)) {
          if (planned.kind === 'settled') await this.#report(planned.outcome);
          else if (this.#lane) await this.#carry(planned, this.#lane);
          else await this.#report(settled(planned.target, 'planned', null).outcome, planned.command.bytes);
        }
      }
    } catch (error) {
      this.#failure = error;
    }
    await Promise.all(this.#waiting);
    await this.#slots.idle().catch((error: unknown) => this.#fail(error));
    evidence?.allSent();
    await Promise.all(this.#watched);
    await evidence?.end().catch((error: unknown) => this.#fail(error));
    await this.#lane?.close();
    const { connectError, lost } = this.#lane ?? {};
    return { counts: this.#counts, short: this.#short, connectError, lost, failure: this.#failure };
  }

  async #carry(order: PlannedOrder, lane: Lane): Promise<void> {
    const { busy } = this.#options;
    const policy = busy?.policy ?? (isRebootWord(order.target.event ?? '') ? 'skip' : 'send');
    if (!busy || policy === 'send' || !(await busy.calls.has(order))) return this.#dispatch(order, lane);
    if (policy === 'skip') return this.#report(settled(order.target, 'skipped', 'in a call').outcome);
    this.#keep(this.#waiting, this.#afterCall(order, lane, busy));
  }

  async #afterCall(order: PlannedOrder, lane: Lane, { calls, timeoutMs, timeout }: BusyOptions): Promise<void> {
    const signal = this.#options.lane?.signal;
    if (!signal) return;
    if (await calls.end(order, timeoutMs, signal)) return this.#dispatch(order, lane);
    const outcome = signal.aborted
      ? settled(order.target, 'not-sent', `${signal.reason}; it was in a call`)
      : settled(order.target, 'skipped', `in a call, for more than ${timeout}`);
    await this.#report(outcome.outcome);
  }

  /** Waits for a turn to send, and for room, not for the reply. */
  async #dispatch(order: PlannedOrder, lane: Lane): Promise<void> {
    const obstacle = (await this.#watch()) ?? this.#options.evidence?.lost ?? (await lane.turn());
    if (obstacle === undefined) await this.#slots.start(() => this.#send(order, lane));
    else await this.#report(settled(order.target, 'not-sent', obstacle).outcome);
  }

  /** Begins to watch, once; if that can't be done, nothing is sent, and this is why. */
  #watch(): Promise<string | undefined> | undefined {
    this.#begun ??= this.#options.evidence?.begin().then(
      () => undefined,
      (error: unknown) => {
        this.#fail(error);
        return error instanceof Error ? error.message : String(error);
      },
    );
    return this.#begun;
  }

  async #send(order: PlannedOrder, lane: Lane): Promise<void> {
    const { evidence, holdsSlot } = this.#options;
    const expectation = evidence?.expect(order);
    const attempt = await lane.send(order.command);
    const { target } = order;
    if (!evidence || !expectation || attempt.outcome !== 'accepted') {
      if (expectation) evidence?.forget(expectation);
      await this.#report({ ...target, sipStatus: null, ...attempt });
      return;
    }
    this.#options.onAccepted?.();
    const verdict = evidence
      .verdict(expectation, attempt)
      .then((found) => this.#report({ ...target, ...attempt, ...found }, undefined, true));
    if (holdsSlot) await verdict;
    else this.#keep(this.#watched, verdict);
  }

  #keep(tasks: Set<Promise<void>>, task: Promise<void>): void {
    const kept = task.catch((error: unknown) => this.#fail(error)).finally(() => tasks.delete(kept));
    tasks.add(kept);
  }

  async #report(outcome: Outcome, bytes?: Buffer, wasAccepted = false): Promise<void> {
    this.#counts[outcome.outcome] = (this.#counts[outcome.outcome] ?? 0) + 1;
    if (fellShort(outcome, this.#options.wanted ?? 'accepted')) this.#short++;
    await this.#options.onOutcome(outcome, bytes, wasAccepted);
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
  }
}
