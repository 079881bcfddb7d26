import { join } from 'node:path';
import { stateFolder } from '../../config/state.js';
import { RunWorker } from '../../queue/jobs.js';
import { RunLists } from '../../queue/lists.js';
import { Onward } from '../../queue/onward.js';
import { openRedis } from '../../queue/redis.js';
import { ScheduleWorker } from '../../queue/schedule-worker.js';
import { Schedules } from '../../queue/schedules.js';
import { Workers } from '../../queue/workers.js';
import type { Counts, Outcome } from '../../run/outcome.js';
import type { Connector } from '../connector.js';
import { openQueue, queueAddress } from '../via/open-queue.js';
import { keepPruned } from './prune.js';
import { Shares } from './shares.js';
import { Upkeep } from './upkeep.js';

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

/** Carries out what is there for one server until the signal is aborted. @throws QueueError if the queue can't be reached at first */
export async function work(options: WorkerOptions): Promise<void> {
  const { connector, signal, say } = options;
  const address = await queueAddress(options.queue, '--queue');
  const queue = await openQueue(address, {
    onLost: (reason) => say(`warning: ${address.name} is gone: ${reason}; waiting for it`),
    onBack: () => say(`note: ${address.name} is back`),
  });
  const { store, queues } = queue;
  // Each waits on its own.
  const [blocking, waiting] = await Promise.all([openRedis(address), openRedis(address)]);
  const workers = new Workers(store);
  const onward = new Onward(store, queues, new RunLists(store, workers));
  const counts: Counts = {};
  const onOutcome = ({ outcome }: Outcome): void => {
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  };
  // Where it writes down what it does.
  const folder = join(stateFolder(process.env), 'worker');
  const shares = new Shares({ ...options, store, onward, folder, onOutcome });
  const done = () => ({ slices: shares.slices, counts });
  const upkeep = new Upkeep({ ...options, queue, workers, onward, done });
  const schedules = new Schedules(store);
  const onError = (error: Error): void => say(`warning: ${error.message}`);
  try {
    await upkeep.judgeQueue();
    const worker = new RunWorker({
      store,
      server: connector.name,
      redis: blocking,
      carryOut: (share) => shares.carryOut(share),
      list: (run) => shares.list(run),
      onError,
    });
    const clock = new ScheduleWorker({
      store,
      queues,
      schedules,
      redis: waiting,
      onEnd: ({ name }, end) =>
        say('run' in end ? `schedule ${name}: run ${end.run}` : `warning: schedule ${name} missed: ${end.missed}`),
      onError,
    });
    // Who reads that it takes orders may hand some over at once; what keeps it from telling is said when it tells again.
    await upkeep.announce().catch(() => {});
    options.onReady(address.name);
    const pruned = keepPruned({ folder, used: () => shares.paths(), signal });
    await Promise.all([upkeep.run(), upkeep.judgeServer(), pruned]);
    await Promise.all([worker.close(), clock.close()]);
  } finally {
    await shares.close();
    blocking.disconnect();
    waiting.disconnect();
    await schedules.close();
    await queue.close();
  }
}
