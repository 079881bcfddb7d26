import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { jsonOf, linesOf, runCli } from '../support/cli.js';
import { csvOf, snoms } from '../support/lab.js';
import { hasRedis } from '../support/redis.js';
import { hasLeft, POLL, withBerlin } from '../support/workers.js';

/** 1000 to 1003 at berlin, 2000 and 2001 at paris. */
const TWO = `user,domain,vendor,server\n${[1000, 1001, 1002, 1003].map((user) => `${user},phones.test,snom,berlin\n`).join('')}2000,phones.test,snom,paris\n2001,phones.test,snom,paris\n`;

describe.skipIf(!hasRedis)('a run in a queue', () => {
  it('is shown, reported and listed from a machine that has not sent it, also while it is under way', async () => {
    await withBerlin({ 'two.csv': TWO }, { phones: snoms(4) }, async ({ at, via, store, redis }) => {
      await hasLeft(store, 'paris');
      const elsewhere = { ...at, env: { XDG_STATE_HOME: `${at.cwd}/elsewhere`, TMPDIR: at.cwd } };
      const sent = await runCli(['resync', '-i', 'two.csv', '--yes', '--detach', ...via], at);
      expect(sent.code, sent.stderr).toBe(0);
      const [id = ''] = await store.runs();
      await expect.poll(() => store.slicesDone(id), POLL).toBe(1);
      const shown = await runCli(['run', 'show', 'last', ...via], elsewhere);
      expect(shown.stdout).toContain(
        '\nended    no, under way: 1 of 2 slices are done; the worker of paris does not answer\n',
      );
      expect(shown.stdout).toContain('\nphones   6: 4 accepted, 2 without an outcome yet\n');
      expect(shown.stdout).toContain(`\nqueue    ${redis.url}\n`);
      expect(shown.stdout).toContain(`\ngo on    phonectl run follow ${id} --via ${redis.url}\n`);
      const document = jsonOf(await runCli(['run', 'show', id.slice(0, -1), '--json', ...via], elsewhere));
      const standing = { state: 'open', stopped: null, slices: 2, slicesDone: 1, silent: ['paris'] };
      expect(document).toMatchObject({ run: id, ended: null, exitCode: null, awaited: 2, ...standing });
      expect(document).not.toHaveProperty('journal');
      const report = await runCli(['run', 'report', 'last', '-o', 'jsonl', ...via], elsewhere);
      expect(linesOf(report.stdout)).toHaveLength(4);
      expect(report.stderr).toContain(
        `note: run ${id}: under way: 1 of 2 slices are done; the worker of paris does not answer; 2 phones have no outcome yet\n`,
      );
      const list = await runCli(['run', 'list', ...via], elsewhere);
      expect(list.stdout).toMatch(
        /STATE +SERVER\n\S+ +resync +6 +0 min +1 of 2 slices, waits for paris +berlin, paris\n/,
      );
      await runCli(['run', 'cancel', 'last', ...via], elsewhere);
      const over = jsonOf(await runCli(['run', 'show', 'last', '--json', ...via], elsewhere));
      expect(over).toMatchObject({ exitCode: 6, state: 'over', stopped: 'cancelled', slicesDone: 2, awaited: 0 });
      expect(over.summary).toEqual({ accepted: 4, 'not-sent': 2 });
      expect(jsonOf(await runCli(['run', 'list', '--json', ...via], elsewhere)).runs).toMatchObject([
        { run: id, command: 'resync', phones: 6, state: 'over', stopped: 'cancelled' },
      ]);
      // Nothing was begun here, and nothing is left.
      expect(readdirSync(at.cwd).filter((name) => /^elsewhere|^phonectl-run/.test(name))).toEqual([]);
    });
  }, 60_000);

  it('is whose failed phones another machine tells again, once it is over', async () => {
    await withBerlin({ 'two.csv': TWO }, { phones: snoms(4) }, async ({ at, via, store }) => {
      await hasLeft(store, 'paris');
      await runCli(['resync', '-i', 'two.csv', '--yes', '--detach', ...via], at);
      const [id = ''] = await store.runs();
      await expect.poll(() => store.slicesDone(id), POLL).toBe(1);
      const again = ['resync', '--failed-from', id, '--yes', '--detach', ...via];
      const early = await runCli(again, at);
      expect(early.code).toBe(3);
      expect(early.stderr).toContain(`run ${id} is still under way`);
      await runCli(['run', 'cancel', id, ...via], at);
      const next = await runCli(again, at);
      expect(next.code, next.stderr).toBe(0);
      const [newest = ''] = await store.runs();
      expect((await store.state(newest)).phones).toBe(2);
      expect((await store.due(newest)).servers).toEqual(['paris']);
    });
  }, 60_000);

  it('that there is not is said so, with those that there are', async () => {
    await withBerlin({ 'fleet.csv': csvOf(2) }, { phones: snoms(2) }, async ({ at, via, store, redis }) => {
      const none = await runCli(['run', 'show', 'last', ...via], at);
      expect(none.code).toBe(3);
      expect(none.stderr).toContain(`there is no run "last"; there is none in ${redis.url}`);
      await runCli(['resync', '-i', 'fleet.csv', '--yes', ...via], at);
      const [id = ''] = await store.runs();
      for (const command of ['show', 'report', 'follow', 'cancel']) {
        const wrong = await runCli(['run', command, 'nope', ...via], at);
        expect(wrong.code, command).toBe(3);
        expect(wrong.stderr).toBe(
          `phonectl: there is no run "nope"; the newest are ${id}\n  try: phonectl run list --via ${redis.url}\n`,
        );
      }
      const flag = await runCli(['run', 'show', 'last', '--via', 'berlin'], at);
      expect(flag.stderr).toMatch(/^phonectl: --via berlin: it is not the address of a queue/);
      const own = { ...at, env: { ...at.env, PHONECTL_QUEUE: redis.url } };
      expect((await runCli(['run', 'show', 'last', '--via', 'queue'], own)).code).toBe(0);
      expect((await runCli(['run', 'follow', 'last'], own)).code).toBe(0);
    });
  }, 60_000);
});
