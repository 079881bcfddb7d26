import type { RunStore } from '../../queue/store.js';
import { Pace } from '../../run/pace.js';
import { type RunAtWork, type WorkOptions, workOf } from './work-of.js';

interface InUse {
  readonly work: Promise<RunAtWork | Error>;
  users: number;
}

/**
 * The runs that a worker carries out side by side, each opened once however often it is asked for. The last one that was given back stays
 * open: its next batch may come.
 */
export class RunsAtWork {
  readonly #store: RunStore;
  readonly #options: Omit<WorkOptions, 'paceOf'>;
  readonly #runs = new Map<string, InUse>();
  readonly #paces = new Map<number, Pace>();

  constructor(store: RunStore, options: Omit<WorkOptions, 'paceOf'>) {
    this.#store = store;
    this.#options = options;
  }

  /** A run, or why it can't be carried out here. Each is to be given back. */
  take(run: string): Promise<RunAtWork | Error> {
    const inUse = this.#runs.get(run) ?? { work: this.#open(run), users: 0 };
    inUse.users++;
    this.#runs.set(run, inUse);
    return inUse.work;
  }

  async giveBack(run: string): Promise<void> {
    const given = this.#runs.get(run);
    if (!given) return;
    given.users--;
    const isUseless = (await given.work) instanceof Error;
    await this.#closeIdle((one) => one !== given || isUseless);
  }

  /** The files and folders of those that are open. */
  async paths(): Promise<ReadonlySet<string>> {
    const works = await Promise.all([...this.#runs.values()].map(({ work }) => work));
    return new Set(works.flatMap((work) => (work instanceof Error ? [] : [work.journalPath, work.templatesPath])));
  }

  async close(): Promise<void> {
    await this.#closeIdle(() => true);
  }

  async #closeIdle(isMeant: (one: InUse) => boolean): Promise<void> {
    for (const [run, one] of this.#runs) {
      if (one.users > 0 || !isMeant(one)) continue;
      this.#runs.delete(run);
      const work = await one.work;
      if (!(work instanceof Error)) await work.close();
    }
  }

  #open(run: string): Promise<RunAtWork | Error> {
    const options = { ...this.#options, paceOf: (rate: number) => this.#paceOf(rate) };
    return this.#store
      .state(run)
      .then((state) => workOf(state, options))
      .catch((error: Error) => error);
  }

  /** Runs of the same rate share it: together they send no more than one of them would. */
  #paceOf(rate: number): Pace {
    const pace = this.#paces.get(rate) ?? new Pace(rate);
    this.#paces.set(rate, pace);
    return pace;
  }
}
