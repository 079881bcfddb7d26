import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { stateFolder } from '../../config/state.js';
import { expire } from '../../queue/expire.js';
import { fitness } from '../../queue/fitness.js';
import { type JobEnd, RunWorker, type Share } from '../../queue/jobs.js';
import { RunLists } from '../../queue/lists.js';
import { openRedis } from '../../queue/redis.js';
import { ScheduleWorker } from '../../queue/schedule-worker.js';
import { Schedules } from '../../queue/schedules.js';
import { HEARTBEAT_MS, Workers } from '../../queue/workers.js';
import type { Counts, Outcome } from '../../run/outcome.js';
import { Turns } from '../../run/turns.js';
import type { Connector } from '../connector.js';
import { plural } from '../plural.js';
import { type OpenQueue, openQueue, queueAddress } from '../via/open-queue.js';
import { whyAway } from './beside.js';
import { formatHealth } from './health.js';
import { ListCarrier } from './list-carrier.js';
import { keepPruned } from './prune.js';
import { stopping } from './put-back.js';
import { RunsAtWork } from './runs-at-work.js';
import { SliceCarrier } from './slice-carrier.js';
import type { RunAtWork } from './work-of.js';

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

/** How often a worker looks whether it is its turn to look for runs that nobody goes on with, milliseconds. */
const SWEEP_MS = 2000;

/** Carries out what is there for one server until the signal is aborted. @throws QueueError if the queue can't be reached at first */
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
    await bench.judgeQueue();
    const worker = new RunWorker({
      store: queue.store,
      server: connector.name,
      redis: blocking,
      carryOut: (share) => bench.carryOut(share),
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
    // Who reads that it takes orders may hand some over at once; what keeps it from telling is said when it tells again.
    await bench.announce().catch(() => {});
    options.onReady(address.name);
    await Promise.all([bench.tell(), bench.sweep(), bench.judgeServer(), bench.report(), bench.prune()]);
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
  readonly #runs: RunsAtWork;
  readonly #turns = new Turns();
  readonly #carrier: SliceCarrier;
  readonly #lister: ListCarrier;
  readonly #workers: Workers;
  readonly #lists: RunLists;
  readonly #ending = new AbortController();
  readonly #since = Date.now();
  readonly #counts: Counts = {};
  #slices = 0;

  constructor(options: WorkerOptions, queue: OpenQueue) {
    this.#options = options;
    this.#queue = queue;
    options.signal.addEventListener('abort', () => stopping(this.#ending), { once: true });
    const onOutcome = ({ outcome }: Outcome) => {
      this.#counts[outcome] = (this.#counts[outcome] ?? 0) + 1;
    };
    const { connector, shippedDir, concurrency, say } = options;
    this.#runs = new RunsAtWork(queue.store, { connector, shippedDir, concurrency, folder: workFolder() });
    this.#carrier = new SliceCarrier({
      connector,
      store: queue.store,
      signal: this.#ending.signal,
      say,
      onOutcome,
    });
    this.#lister = new ListCarrier({ connector, store: queue.store, say });
    this.#workers = new Workers(queue.store);
    this.#lists = new RunLists(queue.store, this.#workers);
  }

  async carryOut(share: Share): Promise<JobEnd> {
    const { run } = share;
    const work = await this.#runs.take(run);
    try {
      const carryOut = () => this.#slicesOf(share, work);
      // A SIP trace is one switch for all: whoever is through with it first would switch it off for the other.
      const end = isTraced(work) ? await this.#turns.take('trace', carryOut) : await carryOut();
      if (end === 'done') await this.#goOn(run);
      return end;
    } finally {
      await this.#runs.giveBack(run);
    }
  }

  /** One after the other, as the whole run would be at one process. */
  async #slicesOf({ run, batch }: Share, work: RunAtWork | Error): Promise<JobEnd> {
    const { signal, connector, say } = this.#options;
    await expire(this.#queue.store, run);
    const slices = await this.#queue.store.dueAt(run, connector.name, batch);
    const all = plural(slices.length, 'slice');
    const isSaid = slices.length > 0 && !(work instanceof Error);
    if (isSaid) say(`run ${run}: ${work.state.work.head.command}, ${all}`);
    for (const [done, slice] of slices.entries()) {
      if (signal.aborted || (await this.#carrier.carryOut(slice, work)) === 'put back') {
        if (isSaid) say(`run ${run}: ${done} of ${all} done; what is left stays in the queue`);
        return 'put back';
      }
      this.#slices++;
    }
    if (isSaid) say(`run ${run}: ${all} done`);
    return 'done';
  }

  /** Lists the phones of the server for a run; whoever is the last one to do so begins with the run. */
  async list(run: string): Promise<JobEnd> {
    if (this.#options.signal.aborted) return 'put back';
    const end = await this.#lister.carryOut(run);
    await this.#begin(run);
    return end;
  }

  /** Says what makes the queue unfit to hold runs, as doctor would. */
  async judgeQueue(): Promise<void> {
    const { address, store } = this.#queue;
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
    const { connector, version } = this.#options;
    const { pid } = process;
    await this.#workers.tell({ server: connector.name, host: hostname(), pid, version, since: this.#since });
  }

  /** The same again and again. */
  async tell(): Promise<void> {
    await this.#every(HEARTBEAT_MS, () => this.announce());
  }

  /** Goes on with runs whose pause is over, or that whoever should have gone on with has left. */
  async sweep(): Promise<void> {
    await this.#every(SWEEP_MS, async () => {
      const { store } = this.#queue;
      // Half of the time, so that one that is alone has its turn each time.
      if (!(await store.maySweep(SWEEP_MS / 2))) return;
      for (const run of await store.openRuns()) {
        await expire(store, run);
        await this.#begin(run);
        await this.#goOn(run);
      }
    });
  }

  async report(): Promise<void> {
    const { healthMs, connector, say, signal } = this.#options;
    if (healthMs === 0) return;
    await this.#every(healthMs, async () => {
      const away = (await whyAway(connector, signal))?.message;
      if (signal.aborted) return;
      const [server, upMs, queue] = [connector.name, Date.now() - this.#since, this.#queue.store.redis.status];
      say(formatHealth({ server, upMs, away, queue, slices: this.#slices, counts: this.#counts }));
    });
  }

  /** Removes what need not be kept. */
  async prune(): Promise<void> {
    const used = () => this.#runs.paths();
    await keepPruned({ folder: workFolder(), used, signal: this.#options.signal });
  }

  async close(): Promise<void> {
    await this.#runs.close();
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

  #warn(text: string, hint: string | undefined): void {
    const { say } = this.#options;
    say(`warning: ${text}`);
    if (hint !== undefined) say(`  try: ${hint}`);
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

/** Whether what phones answer is seen in a SIP trace. */
function isTraced(work: RunAtWork | Error): boolean {
  if (work instanceof Error) return false;
  const { evidence = 'accepted', trace = true } = work.flags;
  return evidence !== 'accepted' && trace;
}
