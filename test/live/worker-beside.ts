import { type RunningCli, startCli } from '../support/cli.js';
import { type RedisServer, startRedis } from '../support/redis.js';
import { ALWAYS, GROUPS_LEFT_OUT, LEFT_OUT } from './left-out.js';
import type { World, WorldKind } from './world.js';

/** The commands that send phones something. */
const SENDING = new Set(['resync', 'reboot', 'notify', 'mwi', 'message', 'info', 'send', 'feature']);

/** The name of the world's server in the queue. */
const SERVER = 'pbx';

/**
 * The same world, but what phones are sent goes through a queue and a worker beside its server.
 * @param isWhole whether all scenarios are played that make sense there, and not only those where it matters most
 */
export function throughWorker(kind: WorldKind, isWhole: boolean): WorldKind {
  return {
    name: `${kind.name} through a worker`,
    open: kind.open,
    throughWorker: true,
    plays: (about, name) => !GROUPS_LEFT_OUT.has(about) && !LEFT_OUT.has(name) && (isWhole || ALWAYS.has(name)),
  };
}

/** Whether a command can be handed over: one that sends, and not a dry run. */
export function travels(args: readonly string[]): boolean {
  return SENDING.has(args[0] ?? '') && !args.includes('--dry-run');
}

/** A queue of its own, and a worker beside a world's server. */
export class WorkerBeside {
  /** Of the queue. */
  readonly url: string;
  readonly #redis: RedisServer;
  readonly #worker: RunningCli;

  private constructor(redis: RedisServer, worker: RunningCli) {
    this.url = redis.url;
    this.#redis = redis;
    this.#worker = worker;
  }

  static async open({ esl }: World): Promise<WorkerBeside> {
    const redis = await startRedis({ appendOnly: false });
    try {
      const args = ['worker', '--server', `${SERVER}=${esl.host}:${esl.port}`, '--queue', redis.url];
      const worker = await startCli(args, { env: { PHONECTL_PASSWORD: esl.password }, longestMs: 120_000 });
      await worker.says(/takes orders from/);
      return new WorkerBeside(redis, worker);
    } catch (error) {
      await redis.stop();
      throw error;
    }
  }

  /** Ends the worker as a service is ended. Throws if it does not end well. */
  async close(): Promise<void> {
    this.#worker.process.kill('SIGTERM');
    const { code, stderr } = await this.#worker.ended;
    await this.#redis.stop();
    if (code !== 0) throw new Error(`the worker ended with ${code}:\n${stderr}`);
  }
}
