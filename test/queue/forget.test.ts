import { describe, expect, it } from 'vitest';
import type { Entry } from '../../src/inventory/phone.js';
import type { RunStore } from '../../src/queue/store.js';
import { hasRedis } from '../support/redis.js';
import { withStore, workOf } from './a-run.js';

const WORK = workOf();
const { run } = WORK.head;
const ENTRY: Entry = { kind: 'phone', phone: { aor: { user: '1000', host: 'phones.test' }, row: 2, columns: {} } };
const BATCHES = [{ first: 0, end: 1, phones: 1 }];

function withHalf(use: (store: RunStore) => Promise<void>): Promise<void> {
  return withStore(async (store) => {
    await store.begin(WORK);
    await store.addRows({ run, number: 0, server: 'berlin' }, [ENTRY]);
    await use(store);
  });
}

describe.skipIf(!hasRedis)('a run that is not whole', () => {
  it('is forgotten with all its phones', async () => {
    await withHalf(async (store) => {
      expect(await store.runs()).toEqual([run]);
      expect(await store.forget(run)).toBe(true);
      expect(await store.redis.keys('*')).toEqual([]);
      expect(await store.forget(run)).toBe(false);
    });
  });

  it('that was forgotten while it was handed over can not be opened any more, and leaves nothing', async () => {
    await withHalf(async (store) => {
      await store.forget(run);
      await store.addRows({ run, number: 1, server: 'berlin' }, [ENTRY]);
      await expect(store.open(run, BATCHES)).rejects.toThrow(/was cancelled while it was handed over/);
      expect(await store.redis.keys('*')).toEqual([]);
    });
  });

  it('is not forgotten any more once it is', async () => {
    await withHalf(async (store) => {
      await store.open(run, BATCHES);
      expect(await store.forget(run)).toBe(false);
      expect(await store.dueAt(run, 'berlin')).toEqual([{ run, number: 0, server: 'berlin' }]);
      expect(await store.slicesDone(run)).toBe(0);
    });
  });

  it('is not listed once Redis has forgotten it', async () => {
    await withHalf(async (store) => {
      await store.redis.del(store.keys.run(run));
      expect(await store.runs()).toEqual([]);
      expect(await store.redis.exists(store.keys.runs)).toBe(0);
    });
  });
});
