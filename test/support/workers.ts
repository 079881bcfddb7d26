import { expect } from 'vitest';
import { openRedis } from '../../src/queue/redis.js';
import { RunStore } from '../../src/queue/store.js';
import { type WorkerRecord, Workers } from '../../src/queue/workers.js';
import type { SandboxOptions } from '../../src/sandbox/index.js';
import { addressOf } from '../queue/address.js';
import { type RunningCli, startCli } from './cli.js';
import { type Lab, withFolder, withSandbox } from './lab.js';
import { type RedisServer, withRedis } from './redis.js';

/** For what other processes do in their time. */
export const POLL = { timeout: 20_000, interval: 20 };

/** A worker is there for the whole of a test. */
const LIFE_MS = 120_000;

/** A worker that was there once, and told of itself last at that time, milliseconds since 1970. */
export async function hasLeft(store: RunStore, server: string, at = 1): Promise<void> {
  const record: WorkerRecord = { server, host: server, pid: 1, version: '0', since: 1 };
  await store.redis.hset(store.keys.workers, server, JSON.stringify({ ...record, at }));
}

/** A FreeSWITCH called berlin, the worker beside it, and a user elsewhere who hands runs to it. */
export interface Berlin {
  readonly lab: Lab;
  readonly redis: RedisServer;
  readonly worker: RunningCli;
  /** What is in the queue. */
  readonly store: RunStore;
  /** `--via` and the queue. */
  readonly via: readonly string[];
  /** `--server` and the same FreeSWITCH, for a run without a queue. */
  readonly direct: readonly string[];
  /** The folder of the user, with a state folder of its own in it. */
  readonly at: { readonly cwd: string; readonly env: Readonly<Record<string, string>> };
}

/** Runs a function with all that, which is gone after it. */
export function withBerlin<T>(
  files: Readonly<Record<string, string>>,
  sandbox: SandboxOptions,
  use: (berlin: Berlin) => Promise<T>,
): Promise<T> {
  return withRedis({}, (redis) =>
    withFolder(files, (cwd) =>
      withSandbox(sandbox, async (lab) => {
        const server = `berlin=127.0.0.1:${lab.port}`;
        const env = { XDG_STATE_HOME: `${cwd}/worker` };
        const worker = await startCli(['worker', '--server', server, '--queue', redis.url], {
          env,
          longestMs: LIFE_MS,
        });
        const connection = await openRedis(addressOf(redis));
        const store = new RunStore(connection, 'phonectl');
        try {
          await worker.says(/takes orders/);
          // Runs may be handed to it from then on.
          expect([...(await new Workers(store).all()).keys()]).toEqual(['berlin']);
          return await use({
            lab,
            redis,
            worker,
            store,
            via: ['--via', redis.url],
            direct: ['--server', server],
            at: { cwd, env: { XDG_STATE_HOME: `${cwd}/state` } },
          });
        } finally {
          connection.disconnect();
          worker.process.kill('SIGKILL');
          await worker.ended;
        }
      }),
    ),
  );
}
