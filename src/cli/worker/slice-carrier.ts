import { randomUUID } from 'node:crypto';
import type { Entry } from '../../inventory/phone.js';
import type { JobEnd } from '../../queue/jobs.js';
import { settleWith, untold } from '../../queue/settle.js';
import { SliceLog } from '../../queue/slice-log.js';
import type { RunStore } from '../../queue/store.js';
import type { Claimed, Slice } from '../../queue/work.js';
import type { Named } from '../../run/journal/identity.js';
import type { Ledger } from '../../run/ledger.js';
import { type Outcome, UNTOLD } from '../../run/outcome.js';
import { run } from '../../run/run.js';
import { toFailure } from '../failure.js';
import { optionsOf } from '../part.js';
import { plan } from '../prepare.js';
import { warn } from '../warn.js';
import { Ending } from './ending.js';
import { isPutBack } from './put-back.js';
import { reach } from './reach.js';
import { remaining } from './remaining.js';
import { phonesIn, type SlicePast, slicePast } from './slice-past.js';
import type { RunAtWork, WorkOptions } from './work-of.js';

/** The queue is further away than a disk, so that more intents are on their way there at a time; at a usual pace few are. */
const AHEAD = 12;

export interface CarrierOptions extends Pick<WorkOptions, 'connector'> {
  readonly store: RunStore;
  /** Aborted when the worker is to end (put-back.ts). */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly onOutcome: (outcome: Outcome) => void;
}

/** How much a worker tells of a run that is no outcome: a fleet may have as many warnings as phones. */
const MOST_SAID = 50;

/** A slice that is being carried out. */
interface InHand {
  readonly slice: Slice;
  readonly entries: readonly Entry[];
  readonly work: RunAtWork;
  readonly log: SliceLog;
  readonly past: SlicePast | undefined;
  /** Aborted when it ends before its end. */
  readonly signal: AbortSignal;
}

/** Carries out one slice: what is left of it, if others have begun with it. */
export class SliceCarrier {
  readonly #options: CarrierOptions;

  constructor(options: CarrierOptions) {
    this.#options = options;
  }

  /** @param work the run, or why it can't be carried out here */
  async carryOut(slice: Slice, work: RunAtWork | Error): Promise<JobEnd> {
    const { store } = this.#options;
    const token = randomUUID();
    const claimed = await store.claim(slice, token);
    if (!claimed) return 'done';
    if (work instanceof Error) return this.#giveUp(slice, token, claimed, toFailure(work).message);
    const { state, journal } = work;
    const own = await ownRecords(slice, claimed, work);
    const past = await slicePast(claimed, { isCopy: state.work.head.source === 'registrations', own });
    const ending = new Ending({ store, run: slice.run, worker: this.#options.signal });
    let isPut = false;
    const log = new SliceLog({
      store,
      slice,
      token,
      seq: claimed.seq,
      journal,
      rule: state.work.rule,
      tally: claimed.tally,
      isPut: (outcome) => {
        const isLeft = isPutBack(outcome);
        isPut ||= isLeft;
        return isLeft;
      },
      isKnown: (outcome) => past?.isToldTwice(outcome) ?? false,
      isEnding: () => ending.signal.aborted,
      onRefused: (reason) => this.#options.say(`warning: the queue can't be written to: ${reason}; trying again`),
    });
    try {
      for (const record of past?.untold ?? []) log.outcomeOf(record);
      const entries = claimed.entries.filter((entry) => !past?.isSettled(untold(entry, '', '')));
      await this.#send({ slice, entries, work, log, past, signal: ending.signal }).catch(() => {});
      await log.flush().catch(() => {});
    } finally {
      ending.close();
    }
    if (log.isLost) return 'done';
    if (isPut) return 'put back';
    await store.finish(slice, token);
    return 'done';
  }

  async #send({ slice, entries, work, log, past, signal }: InHand): Promise<void> {
    const { state, order, flags, catalog, began, pace, site, said } = work;
    const { connector, store, say, onOutcome } = this.#options;
    const at = state.work.head.servers.length > 1 ? `${connector.name}: ` : '';
    const tell = (line: string) => {
      say(line);
      const [, kind, text = line] = /^(note|warning): (.*)$/s.exec(line) ?? [];
      store.say(slice.run, kind === 'warning' ? 'warning' : 'note', at + text).catch(() => {});
    };
    // What goes for the server and not for a phone is so in each slice.
    const tellOnce = (line: string) => {
      if (said.has(line) || said.size >= MOST_SAID) return;
      said.add(line);
      tell(line);
    };
    const told: Named[] = [];
    const ledger: Ledger = {
      intent: (target, traits) => log.intent(target, traits),
      accepted: (target, traits, attempt) => log.accepted(target, traits, attempt),
      outcome: (outcome, traits) => {
        const { aor, server, profile, row } = outcome;
        told.push({ aor, server, profile, row, device: traits.device });
        log.outcome(outcome, traits);
      },
    };
    const hears = {
      onOutcome: (outcome: Outcome) => {
        work.reached.is ||= !UNTOLD.has(outcome.outcome);
        onOutcome(outcome);
        return undefined;
      },
    };
    const source = {
      async *entries() {
        yield* entries;
      },
    };
    const isAsked = flags.check !== false && log.stopped === undefined;
    let failure: unknown;
    try {
      const aors = entries.flatMap((entry) => (entry.kind === 'phone' ? [entry.phone.aor] : []));
      const present = isAsked
        ? await reach({ work, signal, open: () => site.for(aors), say: tell })
        : { connector, lookUp: undefined, offline: undefined };
      const task = { order, catalog, began, flags: { ...flags, server: [connector.name] } };
      const { routes, found, reports, order: actual } = await plan(task, [present], source);
      if (log.stopped === undefined)
        await warn(found, { name: state.work.phones ?? slice.run }, [present], { say: tellOnce });
      const options = await optionsOf({
        site: present,
        order: actual,
        flags,
        entries: source.entries(),
        planner: routes.only(connector.name),
        profiles: [...(found.profiles.get(connector.name) ?? [])],
        reports,
        signal,
        journal: ledger,
        writtenAhead: AHEAD,
        earlier: past && { past: past.past, retryUnknown: false },
        rollout: log,
        hears,
        at: '',
        say: tellOnce,
        wasReached: work.reached.is,
        pace,
      });
      const result = await run(options);
      failure = result.failure;
    } catch (error) {
      failure = error;
    }
    if (failure === undefined || log.isLost) return;
    // A run that ends before its end says nothing of the phones that it did not get to.
    const reason = toFailure(failure).message;
    tellOnce(`warning: ${reason}`);
    const rows = entries.map((entry) => untold(entry, connector.name, reason));
    for (const record of remaining(rows, told, past)) log.outcomeOf(record);
  }

  async #giveUp(slice: Slice, token: string, claimed: Claimed, reason: string): Promise<JobEnd> {
    const { store, connector, say } = this.#options;
    say(`warning: run ${slice.run} can't be carried out here: ${reason}`);
    const past = await slicePast(claimed, { isCopy: false, own: [] });
    const rows = claimed.entries.map((entry) => untold(entry, connector.name, reason));
    const records = [...(past?.untold ?? []), ...remaining(rows, [], past)];
    await settleWith(store, slice, { token, seq: claimed.seq + 1, records });
    return 'done';
  }
}

/** What this worker has written of a slice, before it began or since. */
async function ownRecords({ number }: Slice, { seq }: Claimed, { begun, earlier, journalPath }: RunAtWork) {
  const isAgain = begun.has(number) || seq > 0;
  begun.add(number);
  return isAgain ? phonesIn(journalPath) : earlier;
}
