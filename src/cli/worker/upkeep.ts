import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { fitness } from '../../queue/fitness.js';
import type { Onward } from '../../queue/onward.js';
import { HEARTBEAT_MS, type Workers } from '../../queue/workers.js';
import type { Counts } from '../../run/outcome.js';
import type { Connector } from '../connector.js';
import type { OpenQueue } from '../via/open-queue.js';
import { whyAway } from './beside.js';
import { formatHealth } from './health.js';

export interface UpkeepOptions {
  readonly connector: Connector;
  readonly queue: OpenQueue;
  readonly workers: Workers;
  readonly onward: Onward;
  /** Of phonectl. */
  readonly version: string;
  /** How often to say what has been done, milliseconds; 0 for never. */
  readonly healthMs: number;
  /** What has been done so far. */
  readonly done: () => { readonly slices: number; readonly counts: Counts };
  readonly signal: AbortSignal;
  readonly say: (line: string) => void;
}

/** How often a worker looks whether it is its turn to look for runs that nobody goes on with, milliseconds. */
const SWEEP_MS = 2000;

/** What a worker does beside its runs, until the signal is aborted. */
export class Upkeep {
  readonly #options: UpkeepOptions;
  readonly #since = Date.now();

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  /** Says what makes the queue unfit to hold runs, as doctor would. */
  async judgeQueue(): Promise<void> {
    const { address, store } = this.#options.queue;
    for (const { state, detail, hint } of await fitness(store.redis)) {
      if (state === 'failed') this.#warn(`${address.name}: ${detail}`, hint ?? undefined);
    }
  }

  /** Says that nothing can be sent, if so: its FreeSWITCH may come later. */
  async judgeServer(): Promise<void> {
    const { connector, signal } = this.#options;
    const away = await whyAway(connector, signal);
    if (away && !signal.aborted) this.#warn(`${away.message}; orders are not sent until it is there`, away.hint);
  }

  /** Tells who is there, for those who plan runs. */
  async announce(): Promise<void> {
    const { connector, version, workers } = this.#options;
    await workers.tell({ server: connector.name, host: hostname(), pid: process.pid, version, since: this.#since });
  }

  /** All that is done again and again. */
  async run(): Promise<void> {
    await Promise.all([this.#tell(), this.#sweep(), this.#report()]);
  }

  async #tell(): Promise<void> {
    await this.#every(HEARTBEAT_MS, () => this.announce());
  }

  /** Goes on with runs whose pause is over, or that whoever should have gone on with has left. */
  async #sweep(): Promise<void> {
    const { queue, onward } = this.#options;
    await this.#every(SWEEP_MS, async () => {
      // Half of the time, so that one that is alone has its turn each time.
      if (!(await queue.store.maySweep(SWEEP_MS / 2))) return;
      for (const run of await queue.store.openRuns()) await onward.look(run);
    });
  }

  async #report(): Promise<void> {
    const { healthMs, connector, queue, signal, say, done } = this.#options;
    if (healthMs === 0) return;
    await this.#every(healthMs, async () => {
      const away = (await whyAway(connector, signal))?.message;
      if (signal.aborted) return;
      const [server, upMs, status] = [connector.name, Date.now() - this.#since, queue.store.redis.status];
      say(formatHealth({ server, upMs, away, queue: status, ...done() }));
    });
  }

  #warn(text: string, hint: string | undefined): void {
    const { say } = this.#options;
    say(`warning: ${text}`);
    if (hint !== undefined) say(`  try: ${hint}`);
  }

  /** Does something again and again until the worker ends; what Redis refuses once it may take the next time. */
  async #every(ms: number, act: () => Promise<void>): Promise<void> {
    const { signal, say } = this.#options;
    while (!signal.aborted) {
      await act().catch((error: Error) => say(`warning: ${error.message}`));
      await wait(ms, undefined, { signal }).catch(() => {});
    }
  }
}
