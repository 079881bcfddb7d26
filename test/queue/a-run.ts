import { openRedis } from '../../src/queue/redis.js';
import { RunStore } from '../../src/queue/store.js';
import { WORK_SCHEMA, type Work } from '../../src/queue/work.js';
import { head } from '../run/journal/support.js';
import { type RedisServer, withRedis } from '../support/redis.js';
import { addressOf } from './address.js';

/** A run as it is handed over, but for its phones; by the name that `head()` has, if no other is given. */
export function workOf(run?: string, options: Partial<Pick<Work, 'rule' | 'pauseMs'>> = {}): Work {
  const rule = { maxFailures: undefined, isCanary: false };
  const began = { started: new Date().toISOString(), ...(run !== undefined && { run }) };
  return { schema: WORK_SCHEMA, head: head(began), order: {}, templates: [], how: {}, rule, pauseMs: 0, ...options };
}

/** Runs a function with a queue of its own. */
export function withStore(use: (store: RunStore, server: RedisServer) => Promise<void>): Promise<void> {
  return withRedis({}, async (server) => {
    const redis = await openRedis(addressOf(server));
    try {
      await use(new RunStore(redis, 'phonectl'), server);
    } finally {
      redis.disconnect();
    }
  });
}
