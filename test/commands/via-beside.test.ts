import { describe, expect, it } from 'vitest';
import { recordsOf } from '../../src/cli/via/news-records.js';
import type { RunStore } from '../../src/queue/store.js';
import type { OutcomeRecord } from '../../src/run/journal/record.js';
import { jsonOf, runCli } from '../support/cli.js';
import { csvOf, snoms, userOf } from '../support/lab.js';
import { hasRedis } from '../support/redis.js';
import { POLL, withBerlin } from '../support/workers.js';

/** Two inventories of other phones. */
const HALVES = { 'one.csv': csvOf(20), 'other.csv': csvOf(20).replaceAll('\n10', '\n20') };
const BOTH = [...snoms(20), ...snoms(20).map(({ user, ...more }) => ({ ...more, user: user.replace(/^10/, '20') }))];

describe.skipIf(!hasRedis)('runs that are handed to a worker while it is at another one', () => {
  it('do not wait for that: a lamp is switched in the middle of it', async () => {
    await withBerlin({ 'one.csv': csvOf(20) }, { phones: snoms(20) }, async ({ at, via, lab, store }) => {
      await runCli(['resync', '-i', 'one.csv', '--yes', '--rate', '1', '--detach', ...via], at);
      await expect.poll(() => lab.events.length, POLL).toBeGreaterThan(0);
      const lamp = await runCli(['mwi', 'on', '1019@phones.test', '--new', '2', '--json', ...via], at);
      expect(lamp.code, lamp.stderr).toBe(0);
      expect(jsonOf(lamp).summary).toEqual({ accepted: 1 });
      const states = await Promise.all((await store.runs()).map(async (run) => (await store.state(run)).state));
      expect(states).toEqual(['over', 'open']);
    });
  }, 60_000);

  it('are refused while another is over the same inventory, unless they wait for it', async () => {
    await withBerlin(HALVES, { phones: BOTH }, async ({ at, via, lab, redis, store }) => {
      const order = ['resync', '--yes', '-i', 'one.csv', '--rate', '10', ...via];
      await runCli([...order, '--detach'], at);
      const [first = ''] = await store.runs();
      const second = await runCli([...order, '--json'], at);
      expect(second.code).toBe(75);
      expect(second.stderr).toMatch(
        new RegExp(`^phonectl: another run is telling the same phones: ${first}, since \\d{4}-\\d\\d-\\d\\dT\\d\\d:`),
      );
      expect(second.stderr).toContain(
        `try: wait for it with --lock-timeout 10m; phonectl run follow ${first} --via ${redis.url} shows it`,
      );
      const third = await runCli([...order, '--lock-timeout', '1m'], at);
      expect(third.code, third.stderr).toBe(0);
      expect((await store.state(first)).state).toBe('over');
      expect(lab.events).toHaveLength(40);
    });
  }, 60_000);

  it('send no more together than one of them may, if they have the same rate', async () => {
    await withBerlin(HALVES, { phones: BOTH }, async ({ at, via, lab, store }) => {
      const order = ['resync', '--yes', '--rate', '10', '--detach', ...via];
      await Promise.all([runCli([...order, '-i', 'one.csv'], at), runCli([...order, '-i', 'other.csv'], at)]);
      const told = await toldBy(store);
      const times = told.map((record) => record.at);
      expect(new Set(lab.events.map(userOf)).size).toBe(40);
      // 39 pauses of 100 ms, of which the last may be cut short by what a turn makes up for.
      expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(3700);
    });
  }, 60_000);

  it('see what their phones answer, each its own', async () => {
    await withBerlin(HALVES, { phones: BOTH }, async ({ at, via, store }) => {
      const order = ['resync', '--yes', '--evidence', 'answered', '--detach', ...via];
      await Promise.all([runCli([...order, '-i', 'one.csv'], at), runCli([...order, '-i', 'other.csv'], at)]);
      const told = await toldBy(store);
      expect(told.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 40 }, () => 'answered'));
    });
  }, 60_000);
});

/** What all runs of a queue have told once they are over. */
async function toldBy(store: RunStore): Promise<OutcomeRecord[]> {
  const runs = await store.runs();
  await expect.poll(() => store.openRuns(), POLL).toEqual([]);
  const told: OutcomeRecord[] = [];
  for (const run of runs) {
    for await (const news of store.news(run, { redis: store.redis, isLive: false })) {
      if (news.kind === 'outcomes') told.push(...recordsOf(news.lines));
    }
  }
  return told;
}
