import { describe, expect, it } from 'vitest';
import { atTerminal, HAS_TERMINAL } from '../support/at-terminal.js';
import { jsonOf, runCli, startCli } from '../support/cli.js';
import { SNOM, snoms, userOf, withSandbox, YEALINK } from '../support/lab.js';
import { summed, tell } from '../support/outcomes.js';
import { hasRedis } from '../support/redis.js';
import { deadPort } from '../support/scripted-server.js';
import { withQueue } from '../support/worker.js';

/** Many processes, one after the other, on a busy machine. */
const LONG_MS = 90_000;

describe.skipIf(!hasRedis).concurrent('the phones that are registered, through a queue', () => {
  it(
    'are those of all workers, each device by itself and once',
    async () => {
      const devices = [
        { user: '1000', userAgent: SNOM },
        { user: '1000', userAgent: YEALINK },
        { user: '1001', userAgent: SNOM },
      ];
      await withQueue(({ url, work }) =>
        withSandbox({ phones: devices }, (berlin) =>
          withSandbox({ phones: snoms(3) }, async (paris) => {
            await Promise.all([work('berlin', berlin.port), work('paris', paris.port)]);
            const told = await tell(['resync', '--registered', '--via', url, '--yes']);
            expect(told.code, told.stderr).toBe(0);
            expect(told.phones.map(({ aor, server, row }) => [aor.slice(0, 4), server, row].join(' ')).sort()).toEqual([
              '1000 berlin ',
              '1000 berlin ',
              '1000 paris ',
              '1001 berlin ',
              '1001 paris ',
              '1002 paris ',
            ]);
            expect(berlin.events.map(userOf).sort()).toEqual(['1000', '1000', '1001']);
            // Each device of an extension is told by itself.
            expect(new Set(berlin.events).size).toBe(3);
            expect(paris.events.map(userOf).sort()).toEqual(['1000', '1001', '1002']);
            expect(told.stderr).toContain('note: berlin, paris: asking who is registered');
            expect(told.stderr).not.toContain('batch');
          }),
        ),
      );
    },
    LONG_MS,
  );

  it(
    'are those that --where and --limit select, of all servers together, and --server those of some',
    async () => {
      const mixed = [...snoms(4), { user: '2000', userAgent: YEALINK }];
      await withQueue(({ url, work }) =>
        withSandbox({ phones: mixed }, (berlin) =>
          withSandbox({ phones: mixed }, async (paris) => {
            await Promise.all([work('berlin', berlin.port), work('paris', paris.port)]);
            const args = ['resync', '--registered', '--via', url, '--yes'];
            const some = await tell([...args, '--where', 'vendor=snom', '--limit', '6', '--batch', '1,100%']);
            expect(some.code, some.stderr).toBe(0);
            expect(some.phones.map(({ server, vendor }) => `${server} ${vendor}`).sort()).toEqual([
              ...Array.from({ length: 4 }, () => 'berlin snom'),
              ...Array.from({ length: 2 }, () => 'paris snom'),
            ]);
            expect(some.stderr).toMatch(/batch 1: 1 phone, 5 to follow\n.*batch 2: 5 phones, 0 to follow/s);
            const one = await tell([...args, '--server', 'paris', '--where', 'server=paris']);
            expect([one.code, one.phones.length], one.stderr).toEqual([0, 5]);
            const table = await runCli([...args, '--limit', '2']);
            expect(table.stdout).toMatch(/^2 phones: 2 accepted, in .* through berlin, paris/m);
            const wrong = await runCli([...args, '--where', 'vendr=snom']);
            expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining('there is no column "vendr"')]);
          }),
        ),
      );
    },
    LONG_MS,
  );

  it(
    'are none where nobody is selected: the run is over at once',
    async () => {
      await withQueue(({ url, work }) =>
        withSandbox({ phones: snoms(2) }, async ({ port, events }) => {
          await work('berlin', port);
          const args = ['resync', '--registered', '--via', url, '--yes', '--where', 'user=9*'];
          const { code, stdout, stderr } = await runCli(args);
          expect([code, stdout, events]).toEqual([2, '', []]);
          expect(stderr).toContain('registrations: no phone is selected');
          // Whoever looks at it later learns the same.
          const again = await runCli(['run', 'follow', 'last', '--json', '--via', url]);
          expect([again.code, JSON.parse(again.stdout)]).toMatchObject([2, { error: { exitCode: 2 } }]);
          const shown = await runCli(['run', 'show', 'last', '--json', '--via', url]);
          expect(JSON.parse(shown.stdout)).toMatchObject({ state: 'over', exitCode: 2, summary: {} });
          expect((await runCli([...args, '--detach'])).code).toBe(0);
        }),
      );
    },
    LONG_MS,
  );

  it(
    'are told without those of a server that can not be asked; if none can, nothing is sent',
    async () => {
      const dead = await deadPort();
      await withQueue(({ url, work }) =>
        withSandbox({ phones: snoms(2) }, async ({ port }) => {
          await Promise.all([work('berlin', port), work('paris', dead)]);
          const args = ['resync', '--registered', '--via', url, '--yes'];
          const told = await tell(args);
          expect([told.code, summed(told)], told.stderr).toEqual([5, ['1000 accepted', '1001 accepted']]);
          const why = `can't connect to 127.0.0.1:${dead}: nothing listens there`;
          expect(told.stderr).toContain(`warning: paris: ${why}; its phones are not told`);
          expect(told.stderr).toContain(`phonectl: who is registered there was not told: paris: ${why}\n`);
          const shown = await runCli(['run', 'show', 'last', '--json', '--via', url]);
          expect(jsonOf(shown)).toMatchObject({ exitCode: 5, summary: { accepted: 2 } });
          const none = await runCli([...args, '--server', 'paris']);
          expect([none.code, none.stdout]).toEqual([4, '']);
          expect(none.stderr).toContain(`nobody could be asked who is registered: paris: ${why}`);
        }),
      );
    },
    LONG_MS,
  );

  it(
    'are waited for where a worker is not there, and the run begins when it is back',
    async () => {
      await withQueue(({ url, work }) =>
        withSandbox({ phones: snoms(2) }, async ({ port, events }) => {
          const away = await work('paris', port);
          await away.end('SIGKILL');
          const args = ['resync', '--registered', '--via', url, '--yes'];
          const cancelled = await startCli(args);
          await cancelled.explains(/note: still to be listed: paris/);
          cancelled.process.kill('SIGINT');
          expect((await cancelled.ended).code).toBe(130);
          const running = await startCli(args);
          await running.explains(/note: still to be listed: paris/);
          const via = ['--via', url];
          const shown = await runCli(['run', 'show', 'last', ...via]);
          expect(shown.stdout).toMatch(/^ended +no, not begun: still to be listed, who is registered at paris/m);
          const listed = JSON.parse((await runCli(['run', 'list', '--json', ...via])).stdout);
          expect(listed.runs[0]).toMatchObject({ state: 'listing', unlisted: ['paris'], phones: null });
          await work('paris', port);
          const { code, stdout } = await running.ended;
          expect([code, events.length]).toEqual([0, 2]);
          expect(stdout).toContain('2 phones: 2 accepted');
        }),
      );
    },
    LONG_MS,
  );

  it(
    'are followed by others, too',
    async () => {
      await withQueue(({ url, work }) =>
        withSandbox({ phones: snoms(2) }, async ({ port }) => {
          await work('berlin', port);
          const { stdout, code } = await runCli(['resync', '--registered', '--via', url, '--yes', '--detach']);
          expect(code).toBe(0);
          const run = /run (\S+) is handed over/.exec(stdout)?.[1] ?? '';
          const told = await tell(['run', 'follow', run, '--via', url]);
          expect([told.code, summed(told)], told.stderr).toEqual([0, ['1000 accepted', '1001 accepted']]);
        }),
      );
    },
    LONG_MS,
  );

  it(
    'are not told before somebody was asked',
    async () => {
      await withQueue(({ url, work }) =>
        withSandbox({ phones: snoms(2) }, async ({ port, events }) => {
          await work('berlin', port);
          const args = ['resync', '--registered', '--via', url];
          const { code, stderr } = await runCli(args);
          expect([code, events]).toEqual([2, []]);
          expect(stderr).toContain(
            'resync all phones that are registered at berlin: that needs --yes where nobody can be asked',
          );
          if (!HAS_TERMINAL) return;
          const terminal = await atTerminal(args);
          await terminal.shows(/resync all phones that are registered at berlin\? \[y\/N\]/);
          terminal.type('n\r');
          expect([await terminal.ended, events]).toEqual([2, []]);
        }),
      );
    },
    LONG_MS,
  );
});
