import { setTimeout as wait } from 'node:timers/promises';
import type { Attempt } from '../run/attempt.js';
import type { Gate } from '../run/gate.js';
import type { Journal } from '../run/journal/journal.js';
import type { AcceptedRecord, IntentRecord, OutcomeRecord } from '../run/journal/record.js';
import type { Ledger } from '../run/ledger.js';
import type { Outcome, Target, Traits } from '../run/outcome.js';
import { type StopRule, verdictOf } from '../run/stop-rule.js';
import { type RunStore, SliceLostError, type Writing } from './store.js';
import type { Slice, Tally } from './work.js';

export interface SliceLogOptions {
  readonly store: RunStore;
  readonly slice: Slice;
  readonly token: string;
  /** The number of the last write of earlier claims. */
  readonly seq: number;
  /** The same on this machine, which has it also if Redis loses its memory. */
  readonly journal: Journal;
  readonly rule: StopRule;
  readonly tally: Tally;
  /** Whether an outcome is none yet, as the slice will be gone on with: then nobody is told of it. */
  readonly isPut: (outcome: Outcome) => boolean;
  /** Whether an outcome has been told by an earlier claim. */
  readonly isKnown: (outcome: Outcome) => boolean;
  /** Whether the worker or the run is being ended, so that phones fall short without any fault of theirs. */
  readonly isEnding: () => boolean;
  /** Hears why Redis refuses to write, each time. */
  readonly onRefused: (reason: string) => void;
}

/** Between two tries to write what Redis refuses, as when its memory is full, milliseconds. */
const RETRY_MS = 1000;

/** Between two writes, so that the second one is of many records: at FreeSWITCH's pace some fifteen orders come meanwhile. */
const GATHER_MS = 5;

type PhoneRecord = IntentRecord | AcceptedRecord | OutcomeRecord;

/** What is to be written, and whether it is told to those who follow the run. */
interface Entry {
  readonly record: PhoneRecord;
  readonly isTold: boolean;
}

/**
 * What is done for the phones of a slice: in Redis and on the disk of the worker, an intent on both before its order is sent. Also
 * the gate of the slice: once the run is stopped, wherever, no intent comes through. What comes while a write is under way is written
 * together by the next one.
 */
export class SliceLog implements Ledger, Gate {
  readonly #options: SliceLogOptions;
  #seq: number;
  #tally: Tally;
  #stopped: string | undefined;
  #entries: Entry[] = [];
  #orders = 0;
  #failures = 0;
  #last: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;
  #lost: SliceLostError | undefined;
  /** Resolves when the next write may follow the last one. */
  #gather: Promise<void> | undefined;

  constructor(options: SliceLogOptions) {
    this.#options = options;
    this.#seq = options.seq;
    this.#tally = options.tally;
    this.#judge();
  }

  /** Whether somebody else carries out the slice by now. */
  get isLost(): boolean {
    return this.#lost !== undefined;
  }

  get stopped(): string | undefined {
    return this.#stopped ?? this.#lost?.message;
  }

  /** An order may go out unless the run is stopped: batches are told apart by their slices. */
  async admit(): Promise<string | undefined> {
    return this.stopped;
  }

  settle(isFailure: boolean): void {
    if (isFailure && !this.#options.isEnding()) this.#failures++;
  }

  /** @throws SliceLostError, JournalError: it must not be sent */
  async intent(target: Target, traits: Traits): Promise<void> {
    this.#orders++;
    const record = { kind: 'intent', at: Date.now(), ...target, ...traits } as const;
    const written = this.#write({ record, isTold: false });
    await Promise.all([written, this.#options.journal.intent(target, traits)]);
  }

  accepted(target: Target, traits: Traits, attempt: Attempt): void {
    const { eventUuid, ms } = attempt;
    this.#note({ kind: 'accepted', at: Date.now(), eventUuid, ms, ...target, ...traits }, false);
    this.#options.journal.accepted(target, traits, attempt);
  }

  outcome(outcome: Outcome, traits: Traits): void {
    if (this.#options.isKnown(outcome)) return;
    const isPut = this.#options.isPut(outcome);
    // Its intent may have been written: that nothing came of it has to stand behind it.
    this.#note({ kind: 'outcome', at: Date.now(), ...outcome, ...traits }, !isPut);
    if (!isPut) this.#options.journal.outcome(outcome, traits);
  }

  /** An outcome that Redis has not heard of, from an earlier claim. */
  outcomeOf(record: OutcomeRecord): void {
    this.#note(record, true);
  }

  /** All that was said is in Redis once this resolves. @throws SliceLostError */
  async flush(): Promise<void> {
    if (this.#entries.length > 0 || this.#failures > 0) await this.#due();
    await this.#last;
  }

  #note(record: PhoneRecord, isTold: boolean): void {
    // Whoever waits for a write, the next intent or the end, is told.
    this.#write({ record, isTold }).catch(() => {});
  }

  #write(entry: Entry): Promise<void> {
    this.#entries.push(entry);
    return this.#due();
  }

  #due(): Promise<void> {
    if (this.#lost) return Promise.reject(this.#lost);
    this.#next ??= this.#last
      .catch(() => {})
      .then(() => this.#gather)
      .then(() => {
        this.#next = undefined;
        return this.#flush();
      });
    this.#last = this.#next;
    return this.#next;
  }

  async #flush(): Promise<void> {
    if (this.#lost) throw this.#lost;
    const { store, slice } = this.#options;
    const entries = this.#entries;
    const [orders, failures] = [this.#orders, this.#failures];
    this.#entries = [];
    this.#orders = 0;
    this.#failures = 0;
    const intents: string[] = [];
    const outcomes: string[] = [];
    for (const { record, isTold } of entries) (isTold ? outcomes : intents).push(JSON.stringify(record));
    this.#tally = await this.#append({ intents, outcomes, orders, failures });
    this.#gather = wait(GATHER_MS);
    const isStopped = this.#tally.stopped !== undefined;
    this.#judge();
    if (!isStopped && this.#stopped !== undefined) await store.stop(slice.run, this.#stopped);
  }

  /** Until it is written: an outcome that nobody is told of would be worse than one that comes late. */
  async #append(writing: Writing): Promise<Tally> {
    const { store, slice, token, onRefused } = this.#options;
    this.#seq++;
    for (;;) {
      try {
        return await store.append(slice, token, this.#seq, writing);
      } catch (error) {
        if (error instanceof SliceLostError) {
          this.#lost = error;
          throw error;
        }
        onRefused((error as Error).message);
        await wait(RETRY_MS);
      }
    }
  }

  /** Every worker judges by the same numbers, so that none goes on because another was slow to say so. */
  #judge(): void {
    this.#stopped ??= this.#tally.stopped ?? verdictOf(this.#options.rule, this.#tally);
  }
}
