import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hold, release } from '../../src/queue/hold.js';
import type { RunStore } from '../../src/queue/store.js';
import { hasRedis } from '../support/redis.js';
import { withStore, workOf } from './a-run.js';

const FLEET = { servers: ['berlin', 'paris'], phones: 'registrations' };

/** A run of one phone, that is under way. */
async function open(store: RunStore, run: string): Promise<void> {
  await store.begin(workOf(run));
  const phone = { aor: { user: '1000', host: 'x' }, columns: {}, row: 2 };
  await store.addRows({ run, number: 0, server: 'berlin' }, [{ kind: 'phone', phone }]);
  await store.open(run, [{ first: 0, end: 1, phones: 1 }]);
}

describe.skipIf(!hasRedis)('phones that a run holds', () => {
  it('are had by one of all that want them at the same moment', async () => {
    await withStore(async (store) => {
      const runs = Array.from({ length: 10 }, () => randomUUID());
      const holders = await Promise.all(runs.map((run) => hold(store, run, FLEET)));
      const [own] = runs.filter((_, index) => holders[index] === undefined);
      expect(new Set(holders.map((holder) => holder?.run))).toEqual(new Set([undefined, own]));
    });
  });

  it('are those of each server: one that is held is enough, and then none is taken', async () => {
    await withStore(async (store) => {
      expect(await hold(store, 'one', { ...FLEET, servers: ['paris'] })).toBeUndefined();
      expect(await hold(store, 'two', FLEET)).toMatchObject({ run: 'one' });
      expect(await hold(store, 'three', { ...FLEET, servers: ['berlin'] })).toBeUndefined();
      expect(await hold(store, 'four', { ...FLEET, phones: 'host /srv/phones.csv' })).toBeUndefined();
    });
  });

  it('are free once it is over, and when it has given them up', async () => {
    await withStore(async (store) => {
      await hold(store, 'one', FLEET);
      await open(store, 'one');
      expect(await hold(store, 'two', FLEET)).toMatchObject({ run: 'one' });
      await store.claim({ run: 'one', number: 0, server: 'berlin' }, 'worker');
      await store.finish({ run: 'one', number: 0, server: 'berlin' }, 'worker');
      await store.advance('one');
      expect(await hold(store, 'two', FLEET)).toBeUndefined();
      await release(store, 'one', FLEET);
      expect(await hold(store, 'three', FLEET)).toMatchObject({ run: 'two' });
      await release(store, 'two', FLEET);
      expect(await hold(store, 'three', FLEET)).toBeUndefined();
    });
  });

  it('are free again if whoever handed it over died long ago', async () => {
    await withStore(async (store) => {
      const held = `${Date.now() - 3_600_000}`;
      for (const server of FLEET.servers) {
        await store.redis.hset(store.keys.held, `${server}\n${FLEET.phones}`, `dead ${held}`);
      }
      expect(await hold(store, 'next', FLEET)).toBeUndefined();
    });
  });
});
