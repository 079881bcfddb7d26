import { setTimeout as wait } from 'node:timers/promises';
import type { Attempt } from '../run/attempt.js';
import type { Gate } from '../run/gate.js';
import { GatheredWrites } from '../run/gathered-writes.js';
import { isRepeated, type Journal } from '../run/journal/journal.js';
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

type PhoneRecord = IntentRecord | AcceptedRecord | OutcomeRecord;

/** Between two tries to write what Redis refuses, as when its memory is full, milliseconds. */
const RETRY_MS = 1000;

/** Between two writes, so that the second one is of many records: at FreeSWITCH's pace some fifteen orders come meanwhile. */
const GATHER_MS = 5;

/** What is to be written: a record as a line, and who gets it besides those who may go on with the slice. */
interface Entry {
  readonly line: string;
  /** Whether those who follow the run are told. */
  readonly isTold: boolean;
  /** Whether it is written on the disk here. */
  readonly isKept: boolean;
}

/**
 * What is done for the phones of a slice: in Redis and on the disk of the worker, an intent on both before its order is sent. Also
 * the gate of the slice: once the run is stopped, wherever, no intent comes through.
 */
export class SliceLog implements Ledger, Gate {
  readonly #options: SliceLogOptions;
  #seq: number;
  #tally: Tally;
  #stopped: string | undefined;
  readonly #entries = new GatheredWrites<Entry>((entries) => this.#flush(entries), GATHER_MS);
  #orders = 0;
  #failures = 0;
  #lost: SliceLostError | undefined;

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
  intent(target: Target, traits: Traits): Promise<void> {
    this.#orders++;
    return this.#write(Object.assign(begin('intent'), target, traits), { isTold: false, isKept: true });
  }

  accepted(target: Target, traits: Traits, { eventUuid, ms }: Attempt): void {
    const record = Object.assign(begin('accepted'), { eventUuid, ms }, target, traits);
    this.#note(record, { isTold: false, isKept: true });
  }

  outcome(outcome: Outcome, traits: Traits): void {
    if (this.#options.isKnown(outcome)) return;
    const isTold = !this.#options.isPut(outcome);
    // Of one that is none yet, too: its intent may have been written, and that nothing came of it has to stand behind it.
    const record = Object.assign(begin('outcome'), outcome, traits);
    this.#note(record, { isTold, isKept: isTold && !isRepeated(outcome) });
  }

  /** An outcome that Redis has not heard of, from an earlier claim. */
  outcomeOf(record: OutcomeRecord): void {
    this.#note(record, { isTold: true, isKept: false });
  }

  /** All that was said is written once this resolves. @throws SliceLostError, JournalError */
  async flush(): Promise<void> {
    if (this.#failures > 0) await this.#entries.go();
    await this.#entries.idle();
  }

  #note(record: PhoneRecord, how: Omit<Entry, 'line'>): void {
    // Whoever waits for a write, the next intent or the end, is told.
    this.#write(record, how).catch(() => {});
  }

  #write(record: PhoneRecord, { isTold, isKept }: Omit<Entry, 'line'>): Promise<void> {
    return this.#entries.add({ line: JSON.stringify(record), isTold, isKept });
  }

  async #flush(entries: readonly Entry[]): Promise<void> {
    if (this.#lost) throw this.#lost;
    const { store, slice, journal } = this.#options;
    const [orders, failures] = [this.#orders, this.#failures];
    this.#orders = 0;
    this.#failures = 0;
    const intents = entries.flatMap(({ line, isTold }) => (isTold ? [] : [line]));
    const outcomes = entries.flatMap(({ line, isTold }) => (isTold ? [line] : []));
    const [kept, tally] = await Promise.allSettled([
      journal.keep(entries.flatMap(({ line, isKept }) => (isKept ? [line] : []))),
      this.#append({ intents, outcomes, orders, failures }),
    ]);
    if (tally.status === 'rejected') throw tally.reason;
    this.#tally = tally.value;
    const isStopped = this.#tally.stopped !== undefined;
    this.#judge();
    if (!isStopped && this.#stopped !== undefined) await store.stop(slice.run, this.#stopped);
    if (kept.status === 'rejected') throw kept.reason;
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

function begin<K extends PhoneRecord['kind']>(kind: K): { readonly kind: K; readonly at: number } {
  return { kind, at: Date.now() };
}
