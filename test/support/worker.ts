import { type RunningCli, startCli } from './cli.js';
import { type RedisOptions, type RedisServer, withRedis } from './redis.js';

/** A queue, and workers of it that are ended after the test. */
export interface QueueLab {
  readonly redis: RedisServer;
  /** What `--via` and `--queue` take. */
  readonly url: string;
  /** Starts a worker as a process, and waits until it takes orders. */
  work(name: string, port: number, args?: readonly string[]): Promise<RunningCli>;
}

/** Runs a function with a queue that has no workers yet. */
export function withQueue<T>(use: (lab: QueueLab) => Promise<T>, options: RedisOptions = {}): Promise<T> {
  return withRedis(options, async (redis) => {
    const workers: RunningCli[] = [];
    const work = async (name: string, port: number, args: readonly string[] = []): Promise<RunningCli> => {
      const server = `${name}=127.0.0.1:${port}`;
      // Ended with its test.
      const worker = await startCli(['worker', '--server', server, '--queue', redis.url, ...args], { longestMs: 0 });
      workers.push(worker);
      await worker.says(/takes orders from/);
      return worker;
    };
    try {
      return await use({ redis, url: redis.url, work });
    } finally {
      for (const { process } of workers) process.kill('SIGKILL');
      await Promise.all(workers.map(({ ended }) => ended));
    }
  });
}
