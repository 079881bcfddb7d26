import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Entry } from '../../inventory/phone.js';
import type { SliceEnd } from '../../queue/jobs.js';
import { untold } from '../../queue/settle.js';
import { SliceLog } from '../../queue/slice-log.js';
import type { RunStore } from '../../queue/store.js';
import type { Claimed, Slice } from '../../queue/work.js';
import type { Outcome } from '../../run/outcome.js';
import { run } from '../../run/run.js';
import { toFailure } from '../failure.js';
import { optionsOf } from '../part.js';
import { plan } from '../prepare.js';
import { type SlicePast, slicePast } from './slice-past.js';
import type { RunAtWork, WorkOptions } from './work-of.js';

/** The queue is further away than a disk, so that more intents are on their way there at a time; at a usual pace few are. */
const AHEAD = 12;

/** How the reason begins of a phone that a worker did not get to, as it was told to end. */
const STOPPING = 'the worker is ending';

export interface CarrierOptions extends Pick<WorkOptions, 'connector'> {
  readonly store: RunStore;
  /** Aborted with `STOPPING` when the worker is to end. */
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
  readonly onOutcome: (outcome: Outcome) => void;
}

/** Ends what a worker has in hand in an orderly way: what it did not get to stays due. */
export function stopping(controller: AbortController): void {
  controller.abort(STOPPING);
}

/** Carries out one slice: what is left of it, if others have begun with it. */
export class SliceCarrier {
  readonly #options: CarrierOptions;

  constructor(options: CarrierOptions) {
    this.#options = options;
  }

  /** @param work the run, or why it can't be carried out here */
  async carryOut(slice: Slice, work: RunAtWork | Error): Promise<SliceEnd> {
    const { store } = this.#options;
    const token = randomUUID();
    const claimed = await store.claim(slice, token);
    if (!claimed) return 'done';
    if (work instanceof Error) return this.#giveUp(slice, token, claimed, toFailure(work).message);
    const past = await slicePast(claimed, work);
    let isPut = false;
    const log = new SliceLog({
      store,
      slice,
      token,
      seq: claimed.seq,
      journal: work.journal,
      rule: work.state.work.rule,
      tally: claimed.tally,
      isPut: (outcome) => {
        const isLeft = outcome.outcome === 'not-sent' && (outcome.reason?.startsWith(STOPPING) ?? false);
        isPut ||= isLeft;
        return isLeft;
      },
      onRefused: (reason) => this.#options.say(`warning: the queue can't be written to: ${reason}; trying again`),
    });
    for (const record of past?.untold ?? []) log.outcomeOf(record);
    await this.#send(slice, claimed.entries, work, log, past).catch(() => {});
    await log.flush().catch(() => {});
    if (log.isLost) return 'done';
    if (isPut) return 'put back';
    await store.finish(slice, token);
    return 'done';
  }

  async #send(
    slice: Slice,
    entries: readonly Entry[],
    { order, flags, catalog, began, pace, site }: RunAtWork,
    log: SliceLog,
    past: SlicePast | undefined,
  ): Promise<void> {
    const { connector, store, signal, say, onOutcome } = this.#options;
    const told = new Set<string>();
    const hears = {
      onOutcome: (outcome: Outcome) => {
        told.add(keyOf(outcome));
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
    const ending = forSlice(signal);
    try {
      const aors = entries.flatMap((entry) => (entry.kind === 'phone' ? [entry.phone.aor] : []));
      const present = isAsked ? await site.for(aors) : { connector, lookUp: undefined, offline: undefined };
      const task = { order, catalog, began, flags: { ...flags, server: [connector.name] } };
      const { routes, found, reports, order: actual } = await plan(task, [present], source);
      const note = (text: string) => {
        say(text);
        store.note(slice.run, `${connector.name}: ${text.replace(/^(?:note|warning): /, '')}`).catch(() => {});
      };
      const options = await optionsOf({
        site: present,
        order: actual,
        flags,
        entries: source.entries(),
        planner: routes.only(connector.name),
        profiles: [...(found.profiles.get(connector.name) ?? [])],
        reports,
        signal: ending.signal,
        journal: log,
        writtenAhead: AHEAD,
        earlier: past && { past: past.past, retryUnknown: false },
        rollout: log,
        hears,
        at: '',
        say: note,
        pace,
      });
      const result = await run(options);
      failure = result.failure;
    } catch (error) {
      failure = error;
    } finally {
      ending.release();
    }
    if (failure === undefined || log.isLost) return;
    // A run that ends before its end says nothing of the phones that it did not get to.
    const reason = toFailure(failure).message;
    for (const entry of entries) {
      const record = untold(entry, connector.name, reason);
      if (told.has(keyOf(record)) || past?.has(record)) continue;
      log.outcomeOf(record);
    }
  }

  async #giveUp(slice: Slice, token: string, claimed: Claimed, reason: string): Promise<SliceEnd> {
    const { store, connector, say } = this.#options;
    say(`warning: run ${slice.run} can't be carried out here: ${reason}`);
    if (claimed.seq === 0) {
      const outcomes = claimed.entries.map((entry) => JSON.stringify(untold(entry, connector.name, reason)));
      await store.append(slice, token, 1, { intents: [], outcomes, orders: 0, failures: 0 });
    }
    await store.finish(slice, token);
    return 'done';
  }
}

/** The same signal for one slice, whose listeners end with it: the worker lives through many. */
function forSlice(signal: AbortSignal): { readonly signal: AbortSignal; release(): void } {
  const controller = new AbortController();
  // Every phone that waits for the end of its call listens to it.
  setMaxListeners(0, controller.signal);
  const abort = (): void => controller.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  return { signal: controller.signal, release: () => signal.removeEventListener('abort', abort) };
}

/** A row, as far as its phones have their outcomes together. */
function keyOf({ row, aor }: Pick<Outcome, 'row' | 'aor'>): string {
  return row === null ? aor : String(row);
}
