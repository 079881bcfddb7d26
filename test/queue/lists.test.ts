import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Entry } from '../../src/inventory/phone.js';
import { ListLostError, RunLists } from '../../src/queue/lists.js';
import { openRedis } from '../../src/queue/redis.js';
import { RunStore } from '../../src/queue/store.js';
import type { Listing, Work } from '../../src/queue/work.js';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.js';
import { addressOf } from './address.js';
import { dueOf } from './due-of.js';

let server: RedisServer;
let store: RunStore;
let lists: RunLists;
let runs = 0;

const LISTING: Listing = { where: [], limit: null, perSlice: 10, batches: [] };

function workOf(servers: readonly string[], listing: Partial<Listing> = {}): Work {
  return {
    schema: 1,
    head: {
      kind: 'run',
      schema: 1,
      run: `run-${++runs}`,
      command: 'resync',
      args: [],
      cwd: '/',
      version: '0.0.0',
      started: new Date().toISOString(),
      servers,
      evidence: 'accepted',
      source: 'registrations',
      phones: 0,
      fingerprints: [],
    },
    order: {},
    templates: {},
    how: {},
    rule: { maxFailures: undefined, isCanary: false },
    pauseMs: 0,
    listing: { ...LISTING, ...listing },
  };
}

async function* phones(first: number, count: number): AsyncGenerator<Entry> {
  for (let user = first; user < first + count; user++) {
    const aor = { user: String(user), host: 'phones.test' };
    yield { kind: 'phone', phone: { aor, columns: { aor: `${user}@phones.test`, call_id: `call-${user}` } } };
  }
}

/** The users of all slices that are there, by server. */
async function usersOf(run: string): Promise<Record<string, string[]>> {
  const users: Record<string, string[]> = {};
  for (const slice of await dueOf(store, run)) {
    const { server: name } = slice;
    const claimed = await store.claim(slice, 'test');
    for (const entry of claimed?.entries ?? []) {
      if (entry.kind === 'phone') users[name] = [...(users[name] ?? []), entry.phone.aor.user];
    }
  }
  return users;
}

function range(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => String(first + index));
}

describe.skipIf(!hasRedis)('RunLists', () => {
  beforeAll(async () => {
    server = await startRedis();
    store = new RunStore(await openRedis(addressOf(server)), 'phonectl');
    lists = new RunLists(store);
  });

  afterAll(async () => {
    store.redis.disconnect();
    await server.stop();
  });

  it('opens a run once all of its lists are there', async () => {
    const work = workOf(['berlin', 'paris']);
    const { run } = work.head;
    expect([await lists.begin(work), await lists.begin(work)]).toEqual([true, false]);
    await lists.put(run, 'berlin', phones(1000, 1200));
    expect(await lists.open(run)).toBe(false);
    expect((await lists.missing(run)).map((one) => one.server)).toEqual(['paris']);
    await lists.put(run, 'paris', phones(5000, 3));
    expect(await lists.open(run)).toBe(true);
    expect(await store.state(run)).toMatchObject({ state: 'open', rows: 1203, phones: 1203 });
    expect(await usersOf(run)).toEqual({ berlin: range(1000, 1200), paris: range(5000, 3) });
    expect(await store.redis.exists(store.keys.list(run, 'berlin'), store.keys.list(run, 'paris'))).toBe(0);
  });

  it('has one list of a server however often one is begun, and refuses what others still want to write', async () => {
    const work = workOf(['berlin', 'paris']);
    const { run } = work.head;
    await lists.begin(work);
    async function* overtaken(): AsyncGenerator<Entry> {
      yield* phones(1000, 600);
      await lists.put(run, 'berlin', phones(2000, 2));
      yield* phones(1600, 600);
    }
    await expect(lists.put(run, 'berlin', overtaken())).rejects.toThrow(ListLostError);
    await expect(lists.put(run, 'berlin', phones(3000, 2))).rejects.toThrow(ListLostError);
    await lists.put(run, 'paris', phones(5000, 1));
    await lists.open(run);
    expect(await usersOf(run)).toEqual({ berlin: ['2000', '2001'], paris: ['5000'] });
  });

  it('is cut by one only, and by another one if that one has died', async () => {
    const work = workOf(['berlin'], { perSlice: 3 });
    const { run } = work.head;
    await lists.begin(work);
    await lists.put(run, 'berlin', phones(1000, 10));
    // Somebody who has begun to cut, and is not heard of any more.
    const dying = new RunStore(store.redis.duplicate(), 'phonectl');
    const hget = dying.redis.hget.bind(dying.redis);
    let isDead = false;
    dying.redis.hget = (async (key: string, field: string) => {
      const chunk = await hget(key, field);
      if (!key.includes(':list:')) return chunk;
      isDead = true;
      const entries = JSON.parse(chunk ?? '[]') as Entry[];
      // It has written its first slices by then.
      return JSON.stringify([...entries.slice(0, 7), null]);
    }) as typeof dying.redis.hget;
    await expect(new RunLists(dying).open(run)).rejects.toThrow();
    expect([isDead, await store.redis.exists(store.keys.rows(run, 0))]).toEqual([true, 1]);
    dying.redis.disconnect();
    expect(await lists.open(run)).toBe(false);
    await store.redis.hset(store.keys.run(run), 'cutUntil', 0);
    const opened = await Promise.all(Array.from({ length: 5 }, () => lists.open(run)));
    expect(opened.filter(Boolean)).toHaveLength(1);
    expect(await usersOf(run)).toEqual({ berlin: range(1000, 10) });
  });

  it('takes so many phones as are wanted, in as many batches', async () => {
    const work = workOf(['berlin', 'paris'], { limit: 5000, batches: [{ count: 1 }] });
    const { run } = work.head;
    await lists.begin(work);
    await lists.put(run, 'berlin', phones(10_000, 4998));
    await lists.put(run, 'paris', phones(20_000, 10));
    expect(await lists.open(run)).toBe(true);
    expect(await store.state(run)).toMatchObject({ rows: 5000, phones: 5000, slices: 5000 });
    expect(await usersOf(run)).toEqual({ berlin: ['10000'] });
  });

  it('is over at once without phones, and says why a server has none', async () => {
    const work = workOf(['berlin', 'paris']);
    const { run } = work.head;
    await lists.begin(work);
    await lists.put(run, 'berlin', phones(0, 0));
    expect(await lists.claim(run, 'paris', 'mine')).toBe(true);
    await lists.fail(run, 'paris', 'not ours to say', 'other');
    await lists.fail(run, 'paris', 'it is down', 'mine');
    expect(await lists.open(run)).toBe(true);
    expect(await store.state(run)).toMatchObject({ state: 'over', phones: 0 });
    expect(await store.openRuns()).not.toContain(run);
    expect((await lists.all(run)).map(({ problem }) => problem)).toEqual([undefined, 'it is down']);
    const news = [];
    for await (const one of store.news(run, { redis: store.redis, isLive: false })) news.push(one);
    expect(news).toMatchObject([
      { kind: 'warning', text: 'paris: it is down; its phones are not told' },
      { kind: 'over' },
    ]);
  });

  it('waits a minute for a server whose worker is not there, by the clock of Redis', async () => {
    const work = workOf(['nowhere']);
    const { run } = work.head;
    await lists.begin(work);
    await lists.leaveOutAbsent(run);
    expect(await lists.open(run)).toBe(false);
    await store.redis.hincrby(store.keys.run(run), 'beganAt', -61_000);
    await lists.leaveOutAbsent(run);
    expect(await lists.open(run)).toBe(true);
    expect((await lists.all(run))[0]?.problem).toBe('its worker does not answer');
  });

  it('is over once it is stopped, whoever is still at it', async () => {
    const work = workOf(['berlin', 'paris']);
    const { run } = work.head;
    await lists.begin(work);
    await lists.put(run, 'berlin', phones(1000, 2));
    expect([await store.stop(run, 'cancelled'), await store.stop(run, 'again')]).toEqual([true, false]);
    await expect(lists.put(run, 'paris', phones(1000, 2))).rejects.toThrow(ListLostError);
    expect(await lists.open(run)).toBe(false);
    expect(await store.state(run)).toMatchObject({ state: 'over', stopped: 'cancelled' });
  });
});
