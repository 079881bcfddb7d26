import pLimit, { type LimitFunction } from 'p-limit';
import type { EslError, PreparedCommand } from '../esl/index.js';
import type { Entry } from '../inventory/phone.js';
import { type Attempt, notSent } from './attempt.js';
import type { Calls } from './calls.js';
import type { Evidence } from './evidence/evidence.js';
import type { Gate } from './gate.js';
import type { Past } from './journal/past.js';
import { Lane, type LaneOptions } from './lane.js';
import type { Ledger } from './ledger.js';
import { isRebootWord } from './order.js';
import {
  type Counts,
  type EvidenceWanted,
  fellShort,
  type Outcome,
  type OutcomeWord,
  outcomeOf,
  type Target,
  type Traits,
  UNTOLD,
} from './outcome.js';
import { type Planned, type PlannedOrder, type Plans, type Settled, settled } from './plan.js';
import { Slots } from './slots.js';

/** What to do with phones that are in a call. */
export type BusyPolicy = 'skip' | 'send' | 'wait';

export interface RunOptions {
  readonly entries: AsyncIterable<Entry>;
  readonly planner: Plans;
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
  /** Writes down each order before it is sent, and each outcome. */
  readonly journal?: Ledger | undefined;
  /** For each order in flight so many more may have their intents written. @default 3 */
  readonly writtenAhead?: number | undefined;
  /** Lets orders out in batches, and ends the run when too many fall short. */
  readonly rollout?: Gate | undefined;
  /** What earlier parts of this run did: who has an outcome is passed over. */
  readonly earlier?: EarlierParts | undefined;
  /**
   * Hears of every phone, as they come, and in a dry run of the bytes of its order. A promise holds the run back until
   * it resolves. `wasAccepted` if `onAccepted` was called for this phone before.
   */
  readonly onOutcome: (outcome: Outcome, bytes?: Buffer, wasAccepted?: boolean) => Promise<void> | undefined;
  /** Hears of every order that was accepted and now waits for its evidence. */
  readonly onAccepted?: () => void;
}

export interface EarlierParts {
  readonly past: Past;
  /** Whether those of whom nobody knows whether they were told are told again. */
  readonly retryUnknown: boolean;
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
  /** The stop rule that ended it before its end, if one did. */
  readonly stopped?: string | undefined;
}

/**
 * What the parts of a run come to together, as one that went to a server each. Nothing could be sent at all only if that
 * is so of each; a server that was never there is lost for the others.
 */
export function mergeResults(parts: readonly RunResult[], stopped: string | undefined): RunResult {
  const counts: Counts = {};
  for (const part of parts) {
    for (const [word, count] of Object.entries(part.counts) as [OutcomeWord, number][]) {
      counts[word] = (counts[word] ?? 0) + count;
    }
  }
  const failed = parts.flatMap(({ connectError }) => connectError ?? []);
  const isNowhere = failed.length > 0 && !Object.keys(counts).some((word) => !UNTOLD.has(word as OutcomeWord));
  return {
    counts,
    short: parts.reduce((sum, { short }) => sum + short, 0),
    connectError: isNowhere ? failed[0] : undefined,
    lost: parts.map(({ lost }) => lost).find(Boolean) ?? (isNowhere ? undefined : failed[0]),
    failure: parts.map(({ failure }) => failure).find((failure) => failure !== undefined),
    stopped,
  };
}

/** A phone of a row, and what earlier parts of the run have left to do for it. */
interface PlannedNow {
  readonly planned: Planned;
  readonly standing: 'over' | 'doubtful' | 'due';
}

/** Sends every phone its order, each at most once, and says what became of it. Never rejects. */
export function run(options: RunOptions): Promise<RunResult> {
  return new Run(options).carryOut();
}

/**
 * For each order in flight so many more may have their intents written, as each write waits for the disk. Of these nobody
 * knows, if the process is killed, whether they were sent.
 */
const WRITTEN_AHEAD = 3;

class Run {
  readonly #options: RunOptions;
  readonly #lane: Lane | undefined;
  /** Orders that are under way, from their intent on. */
  readonly #slots: Slots;
  /** Those of them that are written and not answered. */
  readonly #inFlight: LimitFunction;
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
    const { writtenAhead = WRITTEN_AHEAD } = options;
    const ahead = options.journal && !options.holdsSlot ? writtenAhead * options.concurrency : 0;
    this.#slots = new Slots(options.concurrency + ahead);
    this.#inFlight = pLimit(options.concurrency);
  }

  async carryOut(): Promise<RunResult> {
    const { entries, planner, evidence } = this.#options;
    planner.restart();
    try {
      for await (const entry of entries) {
        for (const { planned, standing } of this.#left(entry, await planner.plan(entry))) {
          if (standing === 'over') continue;
          if (standing === 'doubtful' && planned.kind === 'order') await this.#settle(doubtful(planned));
          else if (planned.kind === 'settled') await this.#settle(planned);
          else if (this.#lane) await this.#carry(planned, this.#lane);
          else await this.#tell(settled(planned.target, 'planned', null).outcome, planned.command.bytes);
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

  /** What earlier parts of this run have left to do for a row. */
  #left(entry: Entry, row: readonly Planned[]): readonly PlannedNow[] {
    const { earlier } = this.#options;
    if (!earlier) return row.map((planned) => ({ planned, standing: 'due' }));
    const phones = row.map((planned) => Object.assign({}, targetOf(planned), planned.traits));
    const { retryUnknown } = earlier;
    const named = entry.kind === 'phone' ? entry.phone.columns.call_id || undefined : undefined;
    const left = earlier.past.ofRow(phones, { named, retryUnknown });
    return row.flatMap((planned, index) => {
      const one = left[index];
      if (!one) return [];
      const { device } = one;
      const standing = one.standing !== 'unknown' ? one.standing : retryUnknown ? 'due' : 'over';
      const same = device === planned.traits.device;
      return { planned: same ? planned : { ...planned, traits: { ...planned.traits, device } }, standing };
    });
  }

  async #carry(order: PlannedOrder, lane: Lane): Promise<void> {
    const { busy } = this.#options;
    const policy = busy?.policy ?? (isRebootWord(order.target.event ?? '') ? 'skip' : 'send');
    if (!busy || policy === 'send' || !(await busy.calls.has(order))) return this.#dispatch(order, lane);
    if (policy === 'skip') return this.#settle(without(order, 'skipped', 'in a call'));
    this.#keep(this.#waiting, this.#afterCall(order, lane, busy));
  }

  async #afterCall(order: PlannedOrder, lane: Lane, { calls, timeoutMs, timeout }: BusyOptions): Promise<void> {
    const signal = this.#options.lane?.signal;
    if (!signal) return;
    if (await calls.end(order, timeoutMs, signal)) return this.#dispatch(order, lane);
    await this.#settle(
      signal.aborted
        ? without(order, 'not-sent', `${signal.reason}; it was in a call`)
        : without(order, 'skipped', `in a call, for more than ${timeout}`),
    );
  }

  /** Waits for a turn to send, and for room, not for the reply. */
  async #dispatch(order: PlannedOrder, lane: Lane): Promise<void> {
    const { rollout } = this.#options;
    const held = await rollout?.admit();
    if (held !== undefined) return this.#settle(without(order, 'not-sent', held));
    const obstacle = (await this.#watch()) ?? this.#options.evidence?.lost ?? (await lane.turn());
    if (obstacle === undefined) return this.#slots.start(() => this.#send(order, lane));
    rollout?.settle(false);
    await this.#settle(without(order, 'not-sent', obstacle));
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
    const { evidence, holdsSlot, journal } = this.#options;
    const { target, traits } = order;
    const expectation = evidence?.expect(order);
    const attempt = await this.#attempt(order, lane);
    if (!evidence || !expectation || attempt.outcome !== 'accepted') {
      if (expectation) evidence?.forget(expectation);
      if (!hasFailed(attempt)) this.#options.rollout?.settle(false);
      await this.#settle({ kind: 'settled', outcome: outcomeOf(target, attempt), traits });
      return;
    }
    journal?.accepted(target, traits, attempt);
    this.#options.onAccepted?.();
    const verdict = evidence
      .verdict(expectation, attempt)
      .then((found) => this.#conclude(outcomeOf(target, Object.assign({}, attempt, found)), traits));
    if (holdsSlot) await verdict;
    else this.#keep(this.#watched, verdict);
  }

  /** Writes the order, and again as long as it was not written and the server may come back. */
  async #attempt({ target, traits, command }: PlannedOrder, lane: Lane): Promise<Attempt> {
    try {
      await this.#options.journal?.intent(target, traits);
    } catch (error) {
      this.#fail(error);
      return notSent((error as Error).message);
    }
    for (;;) {
      const attempt = await this.#inFlight(() => this.#write(command, lane));
      if (attempt !== undefined && attempt.outcome !== 'not-sent') return attempt;
      const obstacle = this.#stopped ?? (await lane.turn());
      if (obstacle !== undefined) return notSent(obstacle);
    }
  }

  /** What came of writing it; undefined if a stop rule came into force while it waited for its place. */
  async #write(command: PreparedCommand, lane: Lane): Promise<Attempt | undefined> {
    if (this.#stopped !== undefined) return undefined;
    const attempt = await lane.send(command);
    // Before the next one takes its place: it may be one too many.
    if (hasFailed(attempt)) this.#options.rollout?.settle(true);
    return attempt;
  }

  get #stopped(): string | undefined {
    return this.#options.rollout?.stopped;
  }

  #keep(tasks: Set<Promise<void>>, task: Promise<void>): void {
    const kept = task.catch((error: unknown) => this.#fail(error)).finally(() => tasks.delete(kept));
    tasks.add(kept);
  }

  /** What became of an order that was accepted. */
  async #conclude(outcome: Outcome, traits: Traits): Promise<void> {
    this.#options.rollout?.settle(fellShort(outcome, this.#options.wanted));
    this.#options.journal?.outcome(outcome, traits);
    await this.#tell(outcome, undefined, true);
  }

  async #settle({ outcome, traits }: Settled): Promise<void> {
    this.#options.journal?.outcome(outcome, traits);
    await this.#tell(outcome);
  }

  async #tell(outcome: Outcome, bytes?: Buffer, wasAccepted = false): Promise<void> {
    this.#counts[outcome.outcome] = (this.#counts[outcome.outcome] ?? 0) + 1;
    if (fellShort(outcome, this.#options.wanted)) this.#short++;
    await this.#options.onOutcome(outcome, bytes, wasAccepted);
  }

  #fail(error: unknown): void {
    this.#failure ??= error;
  }
}

/** What becomes of an order that is not written. */
function without({ target, traits }: PlannedOrder, outcome: OutcomeWord, reason: string): Settled {
  return settled(target, outcome, reason, traits);
}

function doubtful(order: PlannedOrder): Settled {
  return without(
    order,
    'skipped',
    'other devices of it were told before, and this may be one of those, registered anew',
  );
}

function targetOf(planned: Planned): Target {
  return planned.kind === 'order' ? planned.target : planned.outcome;
}

/** Whether it is known already that the phone falls short. */
function hasFailed({ outcome }: Attempt): boolean {
  return outcome === 'refused' || outcome === 'unknown';
}
