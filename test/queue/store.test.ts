import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Entry } from '../../src/inventory/phone.js';
import { openRedis } from '../../src/queue/redis.js';
import { ADD } from '../../src/queue/scripts.js';
import { settleUnclaimed } from '../../src/queue/settle.js';
import { RunStore, SliceLostError, type Writing } from '../../src/queue/store.js';
import type { News, Slice, SliceBatch, Work } from '../../src/queue/work.js';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.js';
import { workOf } from './a-run.js';
import { addressOf } from './address.js';
import { dueOf } from './due-of.js';

let server: RedisServer;
let redis: Redis;
let store: RunStore;

const NOTHING: Writing = { intents: [], outcomes: [], orders: 0, failures: 0 };

beforeAll(async () => {
  if (!hasRedis) return;
  server = await startRedis();
  redis = await openRedis(addressOf(server));
  store = new RunStore(redis, 'test');
});

afterAll(async () => {
  redis?.disconnect();
  await server?.stop();
});

function entry(user: string, row: number): Entry {
  return { kind: 'phone', phone: { aor: { user, host: 'x' }, columns: {}, row } };
}

/** Those with even numbers are Berlin's. */
function sliceOf(run: string, number: number): Slice {
  return { run, number, server: number % 2 === 0 ? 'berlin' : 'paris' };
}

/** A run of so many slices with one phone each, in batches. */
async function begin(
  batches: readonly SliceBatch[],
  options: Partial<Pick<Work, 'rule' | 'pauseMs'>> = {},
): Promise<string> {
  const run = randomUUID();
  await store.begin(workOf(run, options));
  const slices = batches.at(-1)?.end ?? 0;
  for (let number = 0; number < slices; number++) {
    await store.addRows(sliceOf(run, number), [entry(String(1000 + number), number + 2)]);
  }
  await store.open(run, batches);
  return run;
}

const one = (count: number): SliceBatch[] => [{ first: 0, end: count, phones: count }];
const each = (count: number): SliceBatch[] =>
  Array.from({ length: count }, (_, index) => ({ first: index, end: index + 1, phones: 1 }));

type Without<T, Key extends PropertyKey> = T extends unknown ? Omit<T, Key> : never;

/** What a run has said, without the times. */
async function newsOf(run: string): Promise<Without<News, 'at'>[]> {
  const found: Without<News, 'at'>[] = [];
  for await (const { at, ...news } of store.news(run, { redis, isLive: false })) {
    expect(Math.abs(Date.now() - at)).toBeLessThan(60_000);
    found.push(news);
  }
  return found;
}

async function done(run: string, number: number): Promise<void> {
  const token = randomUUID();
  await store.claim(sliceOf(run, number), token);
  await store.finish(sliceOf(run, number), token);
}

describe.skipIf(!hasRedis)('a run in the queue', () => {
  it('has what was put into it, slice by slice', async () => {
    const run = await begin(one(2));
    expect(await dueOf(store, run)).toEqual([sliceOf(run, 0), sliceOf(run, 1)]);
    const claimed = await store.claim(sliceOf(run, 1), 'me');
    expect(claimed).toMatchObject({ entries: [entry('1001', 3)], log: [], seq: 0 });
    expect(claimed?.tally).toEqual({ stopped: undefined, batch: 1, size: 2, failures: 0, batchFailures: 0 });
  });

  it('belongs to the last one who claimed a slice: what another writes is refused, and is nowhere', async () => {
    const run = await begin(one(1));
    const slice = sliceOf(run, 0);
    await store.claim(slice, 'first');
    await store.append(slice, 'first', 1, { ...NOTHING, intents: ['a'], orders: 1 });
    const second = await store.claim(slice, 'second');
    expect(second?.log).toEqual(['a']);
    await expect(store.append(slice, 'first', 2, { ...NOTHING, intents: ['b'] })).rejects.toThrow(SliceLostError);
    expect(await store.finish(slice, 'first')).toBe(-1);
    expect((await store.claim(slice, 'third'))?.log).toEqual(['a']);
  });

  it('takes the same write twice for one, as it comes again after a lost connection', async () => {
    const run = await begin(one(1));
    const slice = sliceOf(run, 0);
    await store.claim(slice, 'me');
    const writing = { intents: ['i'], outcomes: ['{"kind":"outcome"}'], orders: 1, failures: 1 };
    await store.append(slice, 'me', 1, writing);
    const tally = await store.append(slice, 'me', 1, writing);
    expect(tally).toMatchObject({ failures: 1, batchFailures: 1 });
    expect((await store.claim(slice, 'next'))?.log).toEqual(['i', '{"kind":"outcome"}']);
    expect((await newsOf(run)).filter(({ kind }) => kind === 'outcomes')).toHaveLength(1);
  });

  it('takes the same phones twice for once, as they may come again, too', async () => {
    const run = await begin(one(1));
    const { keys: names } = store;
    const keys = [names.slice(run, 0), names.rows(run, 0), names.share(run, 'berlin'), names.servers(run)];
    const args = ['berlin', 0, JSON.stringify([entry('2000', 9)]), 'this call'];
    await ADD.run(redis, keys, args);
    await ADD.run(redis, keys, args);
    expect((await store.claim(sliceOf(run, 0), 'me'))?.entries).toEqual([entry('1000', 2), entry('2000', 9)]);
  });

  it('has nothing left of a slice that is done, whoever asks for it again', async () => {
    const run = await begin(one(2));
    await done(run, 0);
    expect(await store.claim(sliceOf(run, 0), 'late')).toBeUndefined();
    expect(await dueOf(store, run)).toEqual([sliceOf(run, 1)]);
    expect(await redis.exists(store.keys.rows(run, 0), store.keys.log(run, 0))).toBe(0);
  });

  it('begins a batch when all slices of the one before are done, and is over after the last', async () => {
    const run = await begin(each(2));
    expect(await store.advance(run)).toBe(false);
    await done(run, 0);
    expect(await store.advance(run)).toBe(true);
    expect(await store.advance(run)).toBe(false);
    await done(run, 1);
    await store.advance(run);
    expect((await store.state(run)).state).toBe('over');
    expect(await store.openRuns()).not.toContain(run);
    expect(await newsOf(run)).toMatchObject([
      { kind: 'batch', number: 1, phones: 1, before: 0 },
      { kind: 'batch', number: 2, phones: 1, before: 1 },
      { kind: 'over' },
    ]);
  });

  it('advances once, however many want it to at the same moment', async () => {
    const run = await begin(each(3));
    await done(run, 0);
    const advanced = await Promise.all(Array.from({ length: 20 }, () => store.advance(run)));
    expect(advanced.filter(Boolean)).toHaveLength(1);
    expect(await dueOf(store, run)).toEqual([sliceOf(run, 1)]);
  });

  it('waits between batches, unless it is stopped', async () => {
    const run = await begin(each(2), { pauseMs: 3_600_000 });
    await done(run, 0);
    expect(await store.advance(run)).toBe(false);
    await store.stop(run, 'enough');
    expect(await store.advance(run)).toBe(true);
  });

  it('goes no further when no phone of the canary could be told', async () => {
    const run = await begin(each(2), { rule: { maxFailures: undefined, isCanary: true } });
    await done(run, 0);
    await store.advance(run);
    expect((await store.state(run)).stopped).toBe('stop rule: no phone of the canary could be told');
  });

  it('keeps the first reason why it is stopped', async () => {
    const run = await begin(one(1));
    expect(await store.stop(run, 'first')).toBe(true);
    await store.stop(run, 'second');
    expect((await store.claim(sliceOf(run, 0), 'me'))?.tally.stopped).toBe('first');
    expect((await newsOf(run)).filter(({ kind }) => kind === 'stopped')).toMatchObject([
      { kind: 'stopped', reason: 'first' },
    ]);
  });

  it('that is stopped has an outcome for each phone that nobody has begun with, and leaves the others to their workers', async () => {
    const run = await begin(each(3));
    await store.claim(sliceOf(run, 0), 'worker');
    await store.stop(run, 'cancelled');
    await settleUnclaimed(store, run, 'cancelled');
    expect((await store.state(run)).state).toBe('open');
    await store.append(sliceOf(run, 0), 'worker', 1, NOTHING);
    await store.finish(sliceOf(run, 0), 'worker');
    await store.advance(run);
    await settleUnclaimed(store, run, 'cancelled');
    expect((await store.state(run)).state).toBe('over');
    const told = (await newsOf(run)).flatMap((news) => (news.kind === 'outcomes' ? [JSON.parse(news.lines)] : []));
    expect(told).toMatchObject([
      { aor: '1001@x', outcome: 'not-sent', reason: 'cancelled', server: 'paris', row: 3 },
      { aor: '1002@x', outcome: 'not-sent', reason: 'cancelled', server: 'berlin', row: 4 },
    ]);
  });

  it('has a name that one process gets, however many draw it in the same second', async () => {
    const run = randomUUID();
    const got = await Promise.all(Array.from({ length: 10 }, () => store.reserve(run, new Date())));
    expect(got.filter(Boolean)).toHaveLength(1);
    expect(await store.runs()).not.toContain(run);
  });

  it('is not there under a name that nobody gave', async () => {
    await expect(store.state('20261127-nowhere')).rejects.toThrow('there is no run "20261127-nowhere" in the queue');
  });
});
