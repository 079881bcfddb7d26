import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { openRedis } from '../../src/queue/redis.js';
import { RunStore } from '../../src/queue/store.js';
import { isThere, type WorkerRecord, Workers } from '../../src/queue/workers.js';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.js';
import { hasLeft } from '../support/workers.js';
import { addressOf } from './address.js';

const BERLIN: WorkerRecord = { server: 'berlin', host: 'switch1', pid: 1, version: '0.9.0', since: 1_795_808_245_000 };

describe.skipIf(!hasRedis)('the workers of a queue', () => {
  let server: RedisServer;
  let store: RunStore;

  beforeAll(async () => {
    server = await startRedis();
    store = new RunStore(await openRedis(addressOf(server)), 'phonectl');
  });

  beforeEach(async () => {
    await store.redis.flushdb();
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  afterAll(async () => {
    store?.redis.disconnect();
    await server?.stop();
  });

  it('are there or gone by the clock of the queue, whatever the clocks of the machines show', async () => {
    const workers = new Workers(store);
    for (const skewMs of [3_600_000, -3_600_000]) {
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + skewMs });
      await workers.tell(BERLIN);
      vi.useRealTimers();
      expect(await workers.silent(['berlin'])).toEqual([]);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + skewMs });
      expect(await workers.silent(['berlin'])).toEqual([]);
      vi.useRealTimers();
    }
    const berlin = (await workers.all()).get('berlin');
    expect(berlin).toMatchObject(BERLIN);
    expect(berlin?.silentMs).toBeLessThan(15_000);
    expect(Math.abs(Date.now() - (berlin?.at ?? 0))).toBeLessThan(15_000);
  });

  it('are gone once they were silent for 15 seconds, or never told of themselves', async () => {
    const workers = new Workers(store);
    await hasLeft(store, 'berlin', Date.now() - 14_000);
    await hasLeft(store, 'paris', Date.now() - 16_000);
    expect(await workers.silent(['berlin', 'paris', 'nowhere'])).toEqual(['paris', 'nowhere']);
    expect([...(await workers.all()).values()].filter(isThere).map((worker) => worker.server)).toEqual(['berlin']);
  });

  it('have the time to tell again after the queue was away, before anybody says that they are gone', async () => {
    const clock = vi.spyOn(performance, 'now');
    const workers = new Workers(store);
    await hasLeft(store, 'berlin');
    const saidAt = async (seconds: number): Promise<string[]> => {
      clock.mockReturnValue(seconds * 1000);
      return workers.silent(['berlin']);
    };
    expect([await saidAt(0), await saidAt(2), await saidAt(4)]).toEqual([['berlin'], ['berlin'], ['berlin']]);
    // It was away from second 4 to 24.
    expect([await saidAt(24), await saidAt(26), await saidAt(28), await saidAt(30)]).toEqual([[], [], [], []]);
    expect(await saidAt(32)).toEqual(['berlin']);
  });

  it('are not judged by one that tells of itself all the time, either, until they had that time', async () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0);
    const workers = new Workers(store);
    await hasLeft(store, 'paris');
    await workers.tell(BERLIN);
    clock.mockReturnValue(5500);
    await workers.tell(BERLIN);
    expect(await workers.silent(['paris'])).toEqual(['paris']);
    clock.mockReturnValue(25_000);
    await workers.tell(BERLIN);
    expect(await workers.silent(['paris'])).toEqual([]);
  });

  it('that are forgotten are those of that server only', async () => {
    const workers = new Workers(store);
    await workers.tell(BERLIN);
    await hasLeft(store, 'paris');
    await workers.forget('paris');
    expect([...(await workers.all()).keys()]).toEqual(['berlin']);
  });
});
