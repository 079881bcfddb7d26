import { ensureBuilt } from './built.js';
import { withFolder } from './lab.js';
import { type RedisServer, withRedis } from './redis.js';
import { WorkerProcess } from './sites.js';

/** A queue to which workers come and go, other than those of `withSites`. */
export interface QueueLab {
  readonly redis: RedisServer;
  /** What `--via` and `--queue` take. */
  readonly url: string;
  /** Starts a worker as a process, and waits until it takes orders. It ends with the test. */
  work(name: string, port: number): Promise<WorkerProcess>;
}

/** Runs a function with a queue that has no workers yet. */
export async function withQueue<T>(use: (lab: QueueLab) => Promise<T>): Promise<T> {
  await ensureBuilt();
  return withRedis({}, (redis) =>
    withFolder({}, async (folder) => {
      const workers: WorkerProcess[] = [];
      const work = async (name: string, port: number): Promise<WorkerProcess> => {
        const worker = new WorkerProcess(name, port, redis.url, folder);
        workers.push(worker);
        await worker.start();
        return worker;
      };
      try {
        return await use({ redis, url: redis.url, work });
      } finally {
        await Promise.all(workers.map((worker) => worker.end('SIGKILL')));
      }
    }),
  );
}
