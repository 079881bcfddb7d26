import { expire } from '../../queue/expire.js';
import type { JobEnd, Share } from '../../queue/jobs.js';
import type { Onward } from '../../queue/onward.js';
import type { RunStore } from '../../queue/store.js';
import { Turns } from '../../run/turns.js';
import { plural } from '../plural.js';
import { ListCarrier } from './list-carrier.js';
import { stopping } from './put-back.js';
import { RunsAtWork } from './runs-at-work.js';
import { type CarrierOptions, SliceCarrier } from './slice-carrier.js';
import type { RunAtWork, WorkOptions } from './work-of.js';

export interface SharesOptions extends Omit<CarrierOptions, 'signal'>, Omit<WorkOptions, 'paceOf'> {
  readonly store: RunStore;
  readonly onward: Onward;
  /** Of the worker: once aborted, what is in hand is ended, and what is left stays for others. */
  readonly signal: AbortSignal;
}

/** What comes to a worker, carried out beside its server. */
export class Shares {
  readonly #options: SharesOptions;
  readonly #runs: RunsAtWork;
  readonly #turns = new Turns();
  readonly #carrier: SliceCarrier;
  readonly #lister: ListCarrier;
  /** How many slices it has brought to their end. */
  slices = 0;

  constructor(options: SharesOptions) {
    this.#options = options;
    const { store, signal } = options;
    const ending = new AbortController();
    signal.addEventListener('abort', () => stopping(ending), { once: true });
    this.#runs = new RunsAtWork(store, options);
    this.#carrier = new SliceCarrier({ ...options, signal: ending.signal });
    this.#lister = new ListCarrier(options);
  }

  async carryOut(share: Share): Promise<JobEnd> {
    const { run } = share;
    const work = await this.#runs.take(run);
    try {
      const carryOut = () => this.#slicesOf(share, work);
      // A SIP trace is one switch for all: whoever is through with it first would switch it off for the other.
      const end = isTraced(work) ? await this.#turns.take('trace', carryOut) : await carryOut();
      if (end === 'done') await this.#options.onward.advance(run);
      return end;
    } finally {
      await this.#runs.giveBack(run);
    }
  }

  /** Lists the phones of the server for a run; whoever is the last one to do so begins with the run. */
  async list(run: string): Promise<JobEnd> {
    const { signal, onward } = this.#options;
    if (signal.aborted) return 'put back';
    const end = await this.#lister.carryOut(run);
    await onward.begin(run);
    return end;
  }

  /** The files and folders of the runs that are open. */
  paths(): Promise<ReadonlySet<string>> {
    return this.#runs.paths();
  }

  async close(): Promise<void> {
    await this.#runs.close();
  }

  /** One after the other, as the whole run would be at one process. */
  async #slicesOf({ run, batch }: Share, work: RunAtWork | Error): Promise<JobEnd> {
    const { store, signal, connector, say } = this.#options;
    await expire(store, run);
    const slices = await store.dueAt(run, connector.name, batch);
    const all = plural(slices.length, 'slice');
    const isSaid = slices.length > 0 && !(work instanceof Error);
    if (isSaid) say(`run ${run}: ${work.state.work.head.command}, ${all}`);
    for (const [done, slice] of slices.entries()) {
      if (signal.aborted || (await this.#carrier.carryOut(slice, work)) === 'put back') {
        if (isSaid) say(`run ${run}: ${done} of ${all} done; what is left stays in the queue`);
        return 'put back';
      }
      this.slices++;
    }
    if (isSaid) say(`run ${run}: ${all} done`);
    return 'done';
  }
}

/** Whether what phones answer is seen in a SIP trace. */
function isTraced(work: RunAtWork | Error): boolean {
  if (work instanceof Error) return false;
  const { evidence = 'accepted', trace = true } = work.flags;
  return evidence !== 'accepted' && trace;
}
