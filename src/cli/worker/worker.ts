import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { stateFolder } from '../../config/state.js';
import { type SliceEnd, SliceWorker } from '../../queue/jobs.js';
import { RunLists } from '../../queue/lists.js';
import { openRedis } from '../../queue/redis.js';
import { ScheduleWorker } from '../../queue/schedule-worker.js';
import { Schedules } from '../../queue/schedules.js';
import type { Slice } from '../../queue/work.js';
import { HEARTBEAT_MS, Workers } from '../../queue/workers.js';
import type { Counts, Outcome } from '../../run/outcome.js';
import type { Connector } from '../connector.js';
import { formatCounts } from '../progress.js';
import { type OpenQueue, openQueue, queueAddress } from '../via/open-queue.js';
import { ListCarrier } from './list-carrier.js';
import { pruneWork } from './prune.js';
import { stopping } from './put-back.js';
import { SliceCarrier } from './slice-carrier.js';
import { type RunAtWork, workOf } from './work-of.js';

export interface WorkerOptions {
  readonly connector: Connector;
  readonly queue: string | undefined;
  readonly shippedDir: string;
  /** Orders in flight. */
  readonly concurrency: number;
  /** Of phonectl. */
  readonly version: string;
  /** Once aborted, what is in hand is ended, and what is left stays for others. */
  readonly signal: AbortSignal;
  /** How often to say what has been done, milliseconds; 0 for never. */
  readonly healthMs: number;
  readonly onReady: (address: string) => void;
  readonly say: (line: string) => void;
}

/** How often a worker looks for runs that nobody goes on with, milliseconds. */
const SWEEP_MS = 2000;

/** Carries out the slices of one server until the signal is aborted. @throws QueueError if the queue can't be reached at first */
export async function work(options: WorkerOptions): Promise<void> {
  const { connector, say } = options;
  const address = await queueAddress(options.queue, '--queue');
  const queue = await openQueue(address, {
    onLost: (reason) => say(`warning: ${address.name} is gone: ${reason}; waiting for it`),
    onBack: () => say(`note: ${address.name} is back`),
  });
  // Each waits on its own.
  const [blocking, waiting] = await Promise.all([openRedis(address), openRedis(address)]);
  const schedules = new Schedules(queue.store);
  const bench = new Bench(options, queue);
  try {
    const worker = new SliceWorker({
      store: queue.store,
      server: connector.name,
      redis: blocking,
      carryOut: (slice) => bench.carryOut(slice),
      list: (run) => bench.list(run),
      onError: (error) => say(`warning: ${error.message}`),
    });
    const clock = new ScheduleWorker({
      store: queue.store,
      queues: queue.queues,
      schedules,
      redis: waiting,
      onEnd: ({ name }, end) =>
        say('run' in end ? `schedule ${name}: run ${end.run}` : `warning: schedule ${name} missed: ${end.missed}`),
      onError: (error) => say(`warning: ${error.message}`),
    });
    await pruneWork(workFolder(), Date.now());
    options.onReady(address.name);
    await Promise.all([bench.tell(), bench.sweep(), bench.report()]);
    await Promise.all([worker.close(), clock.close()]);
  } finally {
    await bench.close();
    blocking.disconnect();
    waiting.disconnect();
    await schedules.close();
    await queue.close();
  }
}

/** Where it writes down what it does. */
function workFolder(): string {
  return join(stateFolder(process.env), 'worker');
}

/** Where a worker has its runs, and what it does beside them. */
class Bench {
  readonly #options: WorkerOptions;
  readonly #queue: OpenQueue;
  readonly #carrier: SliceCarrier;
  readonly #lister: ListCarrier;
  readonly #lists: RunLists;
  readonly #ending = new AbortController();
  readonly #since = Date.now();
  readonly #counts: Counts = {};
  #slices = 0;
  /** The run in hand: most slices are of the same one as the slice before. */
  #current: { readonly run: string; readonly work: RunAtWork | Error } | undefined;

  constructor(options: WorkerOptions, queue: OpenQueue) {
    this.#options = options;
    this.#queue = queue;
    options.signal.addEventListener('abort', () => stopping(this.#ending), { once: true });
    const onOutcome = ({ outcome }: Outcome) => {
      this.#counts[outcome] = (this.#counts[outcome] ?? 0) + 1;
    };
    const { connector, say } = options;
    this.#carrier = new SliceCarrier({
      connector,
      store: queue.store,
      signal: this.#ending.signal,
      say,
      onOutcome,
    });
    this.#lister = new ListCarrier({ connector, store: queue.store, say });
    this.#lists = new RunLists(queue.store);
  }

  async carryOut(slice: Slice): Promise<SliceEnd> {
    if (this.#options.signal.aborted) return 'put back';
    const end = await this.#carrier.carryOut(slice, await this.#workOf(slice.run));
    if (end === 'done') {
      this.#slices++;
      await this.#goOn(slice.run);
    }
    return end;
  }

  /** Lists the phones of the server for a run; whoever is the last one to do so begins with the run. */
  async list(run: string): Promise<SliceEnd> {
    if (this.#options.signal.aborted) return 'put back';
    const end = await this.#lister.carryOut(run);
    await this.#begin(run);
    return end;
  }

  /** Tells who is there, for those who plan runs. */
  async tell(): Promise<void> {
    const workers = new Workers(this.#queue.store);
    const { connector, version } = this.#options;
    await this.#every(HEARTBEAT_MS, async () => {
      await workers.tell({
        server: connector.name,
        host: hostname(),
        pid: process.pid,
        version,
        since: this.#since,
        at: Date.now(),
      });
    });
  }

  /** Goes on with runs whose pause is over, or that whoever should have gone on with has left. */
  async sweep(): Promise<void> {
    await this.#every(SWEEP_MS, async () => {
      for (const run of await this.#queue.store.openRuns()) {
        await this.#begin(run);
        await this.#goOn(run);
      }
    });
  }

  async report(): Promise<void> {
    const { healthMs, connector, say } = this.#options;
    if (healthMs === 0) return;
    await this.#every(healthMs, async () => {
      const seconds = Math.round((Date.now() - this.#since) / 1000);
      const counts = formatCounts(this.#counts) || 'no phone yet';
      say(
        `health: ${connector.name}: up ${seconds} s, queue ${this.#queue.store.redis.status}, ${this.#slices} slices: ${counts}`,
      );
    });
  }

  async close(): Promise<void> {
    const { work } = this.#current ?? {};
    if (work && !(work instanceof Error)) await work.close();
  }

  async #workOf(run: string): Promise<RunAtWork | Error> {
    if (this.#current?.run === run) return this.#current.work;
    await this.close();
    this.#current = undefined;
    const { connector, shippedDir, concurrency } = this.#options;
    const folder = workFolder();
    const made = await this.#queue.store
      .state(run)
      .then((state) => workOf(state, { connector, shippedDir, folder, concurrency }))
      .catch((error: Error) => error);
    this.#current = { run, work: made };
    return made;
  }

  /** Begins a run whose phones are all listed, if nobody else does. */
  async #begin(run: string): Promise<void> {
    await this.#lists.leaveOutAbsent(run);
    if (await this.#lists.open(run)) await this.#queue.queues.release(run);
  }

  async #goOn(run: string): Promise<void> {
    const { store, queues } = this.#queue;
    if (await store.advance(run)) await queues.release(run);
  }

  /** Does something again and again until the worker ends; what Redis refuses once it may take the next time. */
  async #every(ms: number, act: () => Promise<void>): Promise<void> {
    const { signal } = this.#options;
    while (!signal.aborted) {
      await act().catch((error: Error) => this.#options.say(`warning: ${error.message}`));
      await wait(ms, undefined, { signal }).catch(() => {});
    }
  }
}
