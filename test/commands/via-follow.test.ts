import { describe, expect, it } from 'vitest';
import { jsonOf, linesOf, runCli, startCli } from '../support/cli.js';
import { csvOf, snoms, userOf } from '../support/lab.js';
import { hasRedis } from '../support/redis.js';
import { withBerlin } from '../support/workers.js';

const SLOW = ['resync', '-i', 'fleet.csv', '--yes', '--rate', '4'];

describe.skipIf(!hasRedis)('who follows a run at the workers', () => {
  it('leaves it by Ctrl-C with 130, and the run goes on', async () => {
    await withBerlin({ 'fleet.csv': csvOf(30) }, { phones: snoms(30) }, async ({ at, via, lab, store, redis }) => {
      await runCli([...SLOW, '--detach', ...via], at);
      const [id = ''] = await store.runs();
      const follower = await startCli(['run', 'follow', 'last', '--json', ...via], at);
      await follower.says(/1002@phones.test/);
      follower.process.kill('SIGINT');
      const left = await follower.ended;
      expect(left).toMatchObject({ code: 130, signal: null });
      expect(jsonOf(left).run).toMatchObject({ run: id, command: 'resync' });
      expect(left.stderr).toContain(
        `note: run ${id} goes on; to end it: phonectl run cancel ${id} --via ${redis.url}\n`,
      );
      expect(left.stderr).toContain(`go on: phonectl run follow ${id} --via ${redis.url}\n`);
      const whole = await runCli(['run', 'follow', id, '-o', 'jsonl', ...via], at);
      expect(whole.code, whole.stderr).toBe(0);
      expect(linesOf(whole.stdout)).toHaveLength(30);
      expect(lab.events.map(userOf).sort()).toEqual(snoms(30).map(({ user }) => user));
    });
  }, 60_000);

  it('ends it everywhere by Ctrl-C where it was sent', async () => {
    await withBerlin({ 'fleet.csv': csvOf(30) }, { phones: snoms(30) }, async ({ at, via, lab, store }) => {
      const sender = await startCli([...SLOW, '--json', ...via], at);
      await sender.says(/1002@phones.test/);
      sender.process.kill('SIGINT');
      const ended = await sender.ended;
      expect(ended.code).toBe(130);
      const { summary, phones } = jsonOf<{ summary: Record<string, number>; phones: { reason: string | null }[] }>(
        ended,
      );
      expect(phones).toHaveLength(30);
      expect(summary['not-sent']).toBe(30 - lab.events.length);
      const [id = ''] = await store.runs();
      expect(await store.state(id)).toMatchObject({ state: 'over', stopped: 'interrupted' });
      const shown = jsonOf(await runCli(['run', 'show', 'last', '--json'], at));
      expect(shown).toMatchObject({ run: id, exitCode: 130, summary });
      // Somebody else sees how it ended, and for him it was stopped.
      const follower = await runCli(['run', 'follow', id, '--json', ...via], at);
      expect(follower.code).toBe(6);
      expect(jsonOf(follower).summary).toEqual(summary);
    });
  }, 60_000);

  it('is told of a run that is not whole, and may have it forgotten', async () => {
    await withBerlin({ 'fleet.csv': csvOf(2) }, { phones: snoms(2) }, async ({ at, via, store, redis }) => {
      await runCli(['resync', '-i', 'fleet.csv', '--yes', ...via], at);
      const [id = ''] = await store.runs();
      const { work } = await store.state(id);
      const run = '20991231-235959-0000';
      await store.begin({ ...work, head: { ...work.head, run, started: '2099-12-31T23:59:59.000Z' } });
      await store.addRows({ run, number: 0, server: 'berlin' }, []);
      const followed = await runCli(['run', 'follow', 'last', ...via], at);
      expect(followed).toMatchObject({ code: 3, stdout: '' });
      expect(followed.stderr).toContain(`run ${run} has not begun: whoever hands it over is at it still, or ended`);
      expect(followed.stderr).toContain(`phonectl run cancel ${run} --via ${redis.url}`);
      const shown = await runCli(['run', 'show', 'last', ...via], at);
      expect(shown.stdout).toContain('\nended    no, not begun: whoever hands it over');
      expect((await runCli(['run', 'list', ...via], at)).stdout).toMatch(/20991231-235959-0000 .* not begun +berlin/);
      const cancelled = await runCli(['run', 'cancel', run, ...via], at);
      expect(cancelled).toMatchObject({ code: 0, stdout: `run ${run} had not begun, and is forgotten\n` });
      expect(await store.redis.keys(`*${run}*`)).toEqual([]);
      expect(await store.runs()).toEqual([id]);
      expect((await runCli(['run', 'cancel', id, ...via], at)).stdout).toBe(`run ${id} is over\n`);
    });
  }, 60_000);
});
