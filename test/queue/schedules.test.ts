import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countDue, dueAfter, latestDue } from '../../src/queue/cron.js';
import { runIdOf, seeToDue } from '../../src/queue/due.js';
import { hold, release } from '../../src/queue/hold.js';
import { RunQueues } from '../../src/queue/jobs.js';
import { openRedis } from '../../src/queue/redis.js';
import { type Schedule, Schedules } from '../../src/queue/schedules.js';
import { RunStore } from '../../src/queue/store.js';
import { hasRedis, type RedisServer, startRedis } from '../support/redis.js';
import { addressOf } from './address.js';
import { dueOf } from './due-of.js';

const HOUR = 3_600_000;
const MINUTE = 60_000;
/** An hour that is due by the schedules of these tests. */
const DUE = Date.parse('2026-11-29T03:00:00Z');

function scheduleOf(more: Partial<Schedule> = {}): Schedule {
  return {
    name: `s${randomUUID().slice(0, 8)}`,
    id: randomUUID(),
    cron: '0 * * * *',
    tz: 'UTC',
    graceMs: 10 * MINUTE,
    added: new Date(DUE).toISOString(),
    phones: [{ kind: 'phone', phone: { aor: { user: '1000', host: 'phones.test' }, columns: {} } }],
    work: {
      schema: 1,
      head: {
        kind: 'run',
        schema: 1,
        command: 'resync',
        args: [],
        cwd: '/',
        version: '0.0.0',
        servers: ['berlin'],
        evidence: 'accepted',
        source: 'arguments',
        phones: 1,
        fingerprints: [],
      },
      order: {},
      templates: {},
      how: {},
      rule: { maxFailures: undefined, isCanary: false },
      pauseMs: 0,
    },
    ...more,
  };
}

describe('when something is due', () => {
  const daily = { cron: '30 2 * * *', tz: 'Europe/Berlin' };
  const dueBehind = (text: string) => new Date(dueAfter(daily, Date.parse(text)) ?? 0).toISOString();

  it('is an hour later where the clocks skip it, and the first time where they come to it twice', () => {
    expect(dueBehind('2027-03-27T12:00:00Z')).toBe('2027-03-28T01:30:00.000Z');
    expect(dueBehind('2027-03-28T01:30:00Z')).toBe('2027-03-29T00:30:00.000Z');
    expect(dueBehind('2026-10-24T12:00:00Z')).toBe('2026-10-25T00:30:00.000Z');
    expect(dueBehind('2026-10-25T00:30:00Z')).toBe('2026-10-26T01:30:00.000Z');
  });

  it('has a last time before now, and a number of times up to it', () => {
    const hourly = { cron: '0 * * * *', tz: 'UTC' };
    expect(latestDue(hourly, DUE, DUE)).toBe(DUE);
    expect(latestDue(hourly, DUE, DUE + HOUR - 1)).toBe(DUE);
    expect(latestDue(hourly, DUE, DUE + 1000 * HOUR + 5)).toBe(DUE + 1000 * HOUR);
    expect(countDue(hourly, DUE, DUE + 3 * HOUR, 100)).toBe(3);
    expect(countDue(hourly, DUE, DUE, 100)).toBe(0);
    expect(countDue(hourly, DUE, DUE + 3000 * HOUR, 100)).toBe(100);
  });
});

describe.skipIf(!hasRedis)('what is due by a schedule', () => {
  let server: RedisServer;
  let store: RunStore;
  let queues: RunQueues;
  let schedules: Schedules;

  beforeAll(async () => {
    server = await startRedis();
    store = new RunStore(await openRedis(addressOf(server)), 'phonectl');
    queues = new RunQueues(store);
    schedules = new Schedules(store);
  });

  afterAll(async () => {
    await schedules.close();
    await queues.close();
    store.redis.disconnect();
    await server.stop();
  });

  const see = (schedule: Schedule, due: number, now = due + 5) =>
    seeToDue({ store, queues, schedules }, schedule, due, now);

  /** Brings its run to its end, as the workers do. */
  async function end(run: string): Promise<void> {
    for (const slice of await dueOf(store, run)) {
      await store.claim(slice, 'test');
      await store.finish(slice, 'test');
    }
    await store.advance(run);
  }

  it('is one run however often it is delivered, and to how many at once', async () => {
    const schedule = scheduleOf();
    await schedules.add(schedule);
    const run = runIdOf(schedule, DUE);
    const ends = await Promise.all(Array.from({ length: 6 }, () => see(schedule, DUE)));
    expect(new Set(ends.flatMap((one) => (one ? [JSON.stringify(one)] : [])))).toEqual(
      new Set([JSON.stringify({ run })]),
    );
    expect(await see(schedule, DUE)).toBeUndefined();
    expect(run).toMatch(/^20261129-030000-[0-9a-f]{8}$/);
    const state = await store.state(run);
    expect([state.state, state.phones, state.work.head.started]).toEqual(['open', 1, '2026-11-29T03:00:00.000Z']);
    const [due] = await dueOf(store, run);
    const claimed = due && (await store.claim(due, 'test'));
    expect(claimed?.entries).toHaveLength(1);
    expect((await schedules.state(schedule.name)).last).toEqual({ run, due: DUE });
  });

  it('is gone on with by another worker if the first one dies after it has begun', async () => {
    const schedule = scheduleOf();
    await schedules.add(schedule);
    const dying = new Schedules(store);
    dying.record = () => Promise.reject(new Error('killed'));
    await expect(seeToDue({ store, queues, schedules: dying }, schedule, DUE, DUE + 5)).rejects.toThrow('killed');
    await dying.close();
    const run = runIdOf(schedule, DUE);
    // Even too late for a new one.
    expect(await see(schedule, DUE, DUE + 30 * MINUTE)).toEqual({ run });
    expect((await store.runs()).filter((one) => one === run)).toHaveLength(1);
  });

  it('is sent late within its grace, and else missed', async () => {
    const schedule = scheduleOf();
    await schedules.add(schedule);
    const late = await see(schedule, DUE, DUE + 10 * MINUTE);
    expect(late).toEqual({ run: runIdOf(schedule, DUE) });
    await end(runIdOf(schedule, DUE));
    expect(await see(schedule, DUE + HOUR, DUE + HOUR + 10 * MINUTE + 1)).toEqual({ missed: 'no worker was there' });
    expect((await schedules.state(schedule.name)).missed).toEqual({
      count: 1,
      due: DUE + HOUR,
      reason: 'no worker was there',
    });
    expect(await see(schedule, DUE + HOUR, DUE + 2 * HOUR - 1)).toBeUndefined();
    expect((await schedules.state(schedule.name)).missed?.count).toBe(1);
  });

  it('is one run at most where several times have passed, and the others are missed', async () => {
    const schedule = scheduleOf();
    await schedules.add(schedule);
    const now = DUE + 2 * HOUR + MINUTE;
    const run = runIdOf(schedule, DUE + 2 * HOUR);
    expect(await see(schedule, DUE, now)).toEqual({ run });
    expect(await schedules.state(schedule.name)).toMatchObject({
      last: { run, due: DUE + 2 * HOUR },
      missed: { count: 2, due: DUE + HOUR },
    });
    expect(await store.redis.exists(store.keys.run(runIdOf(schedule, DUE)))).toBe(0);
    // The job of the time that it was sent for comes afterwards.
    expect(await see(schedule, DUE + 2 * HOUR, now + 1)).toBeUndefined();
    await end(run);
    expect(await see(schedule, DUE + 3 * HOUR, DUE + 9.5 * HOUR)).toEqual({ missed: 'no worker was there' });
    expect((await schedules.state(schedule.name)).missed).toMatchObject({ count: 9, due: DUE + 9 * HOUR });
  });

  it('is missed while the run before is under way', async () => {
    const schedule = scheduleOf();
    await schedules.add(schedule);
    await see(schedule, DUE);
    const reason = `run ${runIdOf(schedule, DUE)} was still under way`;
    expect(await see(schedule, DUE + HOUR)).toEqual({ missed: reason });
    await end(runIdOf(schedule, DUE));
    expect(await see(schedule, DUE + 2 * HOUR)).toEqual({ run: runIdOf(schedule, DUE + 2 * HOUR) });
    expect((await schedules.state(schedule.name)).missed).toEqual({ count: 1, due: DUE + HOUR, reason });
  });

  it('is missed while another run tells whoever is registered', async () => {
    const fleet = { servers: ['berlin'], phones: 'registrations' };
    await hold(store, 'by-hand', fleet);
    const schedule = scheduleOf({ phones: [] });
    await schedules.add(schedule);
    const reason = 'run by-hand was telling the same phones';
    expect(await see(schedule, DUE)).toEqual({ missed: reason });
    await release(store, 'by-hand', fleet);
    expect(await see(schedule, DUE + HOUR)).toEqual({ run: runIdOf(schedule, DUE + HOUR) });
    expect((await schedules.state(schedule.name)).missed).toMatchObject({ count: 1, reason });
  });

  it('is nothing once the schedule is removed, also if there is another one of its name', async () => {
    const schedule = scheduleOf();
    await schedules.add(schedule);
    await expect(schedules.add(scheduleOf({ name: schedule.name }))).rejects.toThrow(/there is a schedule .* already/);
    await schedules.remove(schedule.name);
    expect(await see(schedule, DUE)).toBeUndefined();
    await schedules.add(scheduleOf({ name: schedule.name }));
    expect(await see(schedule, DUE)).toBeUndefined();
    expect((await schedules.state(schedule.name)).last).toBeUndefined();
    await expect(schedules.remove('nobody')).rejects.toThrow('there is no schedule "nobody" in the queue');
  });
});
