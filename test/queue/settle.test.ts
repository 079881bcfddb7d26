import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Connector } from '../../src/cli/connector.js';
import { SliceCarrier } from '../../src/cli/worker/slice-carrier.js';
import type { Entry } from '../../src/inventory/phone.js';
import { QueueError } from '../../src/queue/errors.js';
import { openRedis } from '../../src/queue/redis.js';
import { settleUnclaimed } from '../../src/queue/settle.js';
import { RunStore } from '../../src/queue/store.js';
import type { Claimed, Slice } from '../../src/queue/work.js';
import type { OutcomeRecord } from '../../src/run/journal/record.js';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.js';
import { workOf } from './a-run.js';
import { addressOf } from './address.js';

let server: RedisServer;
let redis: Redis;
let store: RunStore;

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

const entry = (row: number): Entry => ({
  kind: 'phone',
  phone: { aor: { user: String(1000 + row), host: 'x' }, columns: {}, row },
});

/** A run whose slices have these rows. */
async function begin(slices: readonly (readonly number[])[]): Promise<string> {
  const run = randomUUID();
  await store.begin(workOf(run));
  for (const [number, rows] of slices.entries())
    await store.addRows({ run, number, server: 'berlin' }, rows.map(entry));
  await store.open(run, [{ first: 0, end: slices.length, phones: slices.flat().length }]);
  return run;
}

/** Row, outcome and reason of all that the run has told. */
async function told(run: string): Promise<string[]> {
  const found: string[] = [];
  for await (const news of store.news(run, { redis, isLive: false })) {
    if (news.kind !== 'outcomes') continue;
    for (const line of news.lines.split('\n')) {
      const { row, outcome, reason } = JSON.parse(line) as OutcomeRecord;
      found.push(`${row} ${outcome}: ${reason}`);
    }
  }
  return found.sort();
}

/** A store in which a worker claims each slice a moment after whoever settles it. */
class Contested extends RunStore {
  readonly taken: Claimed[] = [];

  override async claim(slice: Slice, token: string, isFresh = false): Promise<Claimed | undefined> {
    const claimed = await super.claim(slice, token, isFresh);
    if (slice.number !== 0) return claimed;
    const taken = await super.claim(slice, 'a worker');
    if (taken) this.taken.push(taken);
    return claimed;
  }
}

describe.skipIf(!hasRedis)('the phones of a run that has been stopped', () => {
  it('are settled where nobody has begun with them, also if a worker takes a slice at that moment', async () => {
    const run = await begin([[2], [3], [4]]);
    const contested = new Contested(redis, 'test');
    await store.stop(run, 'cancelled');
    await settleUnclaimed(contested, run, 'cancelled');
    expect(await told(run)).toEqual(['3 not-sent: cancelled', '4 not-sent: cancelled']);
    expect(contested.taken).toMatchObject([{ seq: 0, tally: { stopped: 'cancelled' } }]);
    expect(await store.dueAt(run, 'berlin')).toMatchObject([{ number: 0 }]);
  });
});

describe.skipIf(!hasRedis)('a slice that can’t be carried out here', () => {
  it('brings those to their outcome who have none, and says of the others what is known', async () => {
    const run = await begin([[2, 3, 4]]);
    const slice = { run, number: 0, server: 'berlin' };
    const record = (row: number) => ({
      at: 1,
      aor: `${1000 + row}@x`,
      server: 'berlin',
      profile: 'internal',
      vendor: null,
      event: 'NOTIFY x',
      row,
      device: null,
      model: null,
      firmware: null,
    });
    const accepted = { outcome: 'accepted', reason: null, sipStatus: null, eventUuid: null, ms: 1 };
    await store.claim(slice, 'another');
    await store.append(slice, 'another', 1, {
      intents: [2, 3].map((row) => JSON.stringify({ kind: 'intent', ...record(row) })),
      outcomes: [JSON.stringify({ kind: 'outcome', ...record(2), ...accepted })],
      orders: 2,
      failures: 0,
    });
    const carrier = new SliceCarrier({
      connector: { name: 'berlin' } as Connector,
      store,
      signal: new AbortController().signal,
      say: () => {},
      onOutcome: () => {},
    });
    expect(await carrier.carryOut(slice, new QueueError('it is of another version'))).toBe('done');
    expect(await told(run)).toEqual([
      '2 accepted: null',
      '3 unknown: the run ended before its reply was written down; it may have happened',
      '4 not-sent: it is of another version',
    ]);
    expect((await store.due(run)).servers).toEqual([]);
  });
});
