import { describe, expect, it } from 'vitest';
import { jsonOf, runCli, startCli } from '../support/cli.js';
import { csvOf, snoms, withFolder } from '../support/lab.js';
import { hasRedis } from '../support/redis.js';
import { withQueue } from '../support/worker.js';
import { hasLeft, POLL, withBerlin } from '../support/workers.js';

/** 1000 and 1001 at berlin, 1002 at paris. */
const TWO =
  'user,domain,vendor,server\n1000,phones.test,snom,berlin\n1001,phones.test,snom,berlin\n1002,phones.test,snom,paris\n';

describe.skipIf(!hasRedis)('whoever hands a run over', () => {
  it('is told that the queue has lost it, and does not wait for ever', async () => {
    await withBerlin({ 'fleet.csv': csvOf(40) }, { phones: snoms(40) }, async ({ at, via, lab, store, redis }) => {
      const sender = await startCli(['resync', '-i', 'fleet.csv', '--yes', '--rate', '4', '-o', 'csv', ...via], at);
      await sender.says(/1002@phones.test/);
      await store.redis.flushall();
      const { code, stderr } = await sender.ended;
      expect(code).toBe(5);
      const lost = new RegExp(
        `phonectl: ${redis.url} knows nothing of run \\S+ any more: it has lost its data; of (\\d+) phones nobody knows whether they were told\\n`,
      );
      expect(Number(lost.exec(stderr)?.[1]), stderr).toBeGreaterThan(0);
      // Nobody sends what nobody keeps account of: the worker ends with the order that it was at.
      const told = lab.events.length;
      expect(told).toBeLessThan(40);
      expect(jsonOf(await runCli(['run', 'show', 'last', '--json'], at))).toMatchObject({ exitCode: 5 });
    });
  }, 60_000);

  it('hears with --quiet, too, that a worker is not there', async () => {
    await withQueue(({ url, work }) =>
      withFolder({ 'fleet.csv': csvOf(2) }, async (cwd) => {
        await (await work('berlin', 1)).end('SIGKILL');
        const sender = await startCli(['resync', '-i', 'fleet.csv', '-q', '--via', url], { cwd });
        await sender.explains(/warning: the worker of berlin does not answer; its phones wait for it/);
        sender.process.kill('SIGINT');
        expect((await sender.ended).code).toBe(130);
      }),
    );
  }, 60_000);

  it('may set a time from when on nobody is told any more, whoever is still away', async () => {
    await withBerlin({ 'two.csv': TWO }, { phones: snoms(3) }, async ({ at, via, lab, store }) => {
      await hasLeft(store, 'paris');
      const sent = await runCli(['resync', '-i', 'two.csv', '--yes', '--json', '--expire-after', '5s', ...via], at);
      expect(sent.code, sent.stderr).toBe(6);
      // On a busy machine the time may be over before the worker that is there has begun.
      const { accepted = 0, 'not-sent': left } = jsonOf<{ summary: Record<string, number> }>(sent).summary;
      expect([lab.events.length, left]).toEqual([accepted, 3 - accepted]);
      expect(sent.stderr).toMatch(
        /^phonectl: stop rule: not sent by \S+, when it was to be over; \d phones? not told$/m,
      );
      // A run that nobody follows is ended by any worker.
      await runCli(['resync', '-i', 'two.csv', '--yes', '--detach', '--expire-after', '1s', ...via], at);
      await expect.poll(() => store.openRuns(), POLL).toEqual([]);
      const alone = await runCli(['resync', '-i', 'two.csv', '--expire-after', '1s'], at);
      expect([alone.code, alone.stdout]).toEqual([2, '']);
    });
  }, 60_000);
});
