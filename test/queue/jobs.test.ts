import { describe, expect, it } from 'vitest';
import { type JobEnd, RunQueues, RunWorker } from '../../src/queue/jobs.js';
import { openRedis } from '../../src/queue/redis.js';
import { hasRedis } from '../support/redis.js';
import { withStore, workOf } from './a-run.js';
import { addressOf } from './address.js';

const RUN = '20261127-120000-0000';
const LONG = { timeout: 40_000, interval: 50 };

describe.skipIf(!hasRedis)('what a worker has in hand', () => {
  it('is not begun twice if it comes again, as its lock in Redis was lost', async () => {
    await withStore(async (store, server) => {
      const { redis } = store;
      const blocking = await openRedis(addressOf(server));
      await store.begin(workOf(RUN));
      await store.addRows({ run: RUN, number: 0, server: 'berlin' }, []);
      await store.open(RUN, [{ first: 0, end: 1, phones: 1 }]);
      const queues = new RunQueues(store);
      await queues.release(RUN);
      let begun = 0;
      let end: (how: JobEnd) => void = () => {};
      const carryOut = (): Promise<JobEnd> => {
        begun++;
        return new Promise((resolve) => {
          end = resolve;
        });
      };
      const list = async (): Promise<JobEnd> => 'done';
      const worker = new RunWorker({ store, server: 'berlin', redis: blocking, carryOut, list, onError: () => {} });
      const job = `${store.keys.bull}:berlin:${RUN}.0`;
      await expect.poll(() => begun, LONG).toBe(1);
      const started = Number(await redis.hget(job, 'ats'));
      await redis.del(`${job}:lock`);
      await expect.poll(async () => Number(await redis.hget(job, 'ats')), LONG).toBeGreaterThan(started);
      expect(begun).toBe(1);
      end('done');
      await expect.poll(() => redis.exists(job), LONG).toBe(0);
      await worker.close();
      await queues.close();
      blocking.disconnect();
    });
  }, 60_000);
});
