import { describe, expect, it } from 'vitest';
import { jsonOf, linesOf, runCli } from '../support/cli.js';
import { snoms, userOf, withFolder, withSandbox } from '../support/lab.js';
import { summed, tell } from '../support/outcomes.js';
import { hasRedis } from '../support/redis.js';
import { withQueue } from '../support/worker.js';

/** Many processes, one after the other, on a busy machine. */
const LONG_MS = 90_000;

interface Listed {
  readonly name: string;
  readonly next: string;
  readonly last: { run: string; due: string; state: string } | null;
  readonly missed: { count: number; due: string; reason: string } | null;
}

async function listed(url: string): Promise<Listed[]> {
  return jsonOf<{ schedules: Listed[] }>(await runCli(['schedule', 'list', '--via', url, '--json'])).schedules;
}

describe.skipIf(!hasRedis)('a schedule', () => {
  it(
    'sends to those that are registered when it is due, by whichever worker, until it is removed',
    async () => {
      await withQueue(({ url, work }) =>
        withSandbox({ phones: snoms(2) }, (berlin) =>
          withSandbox(
            { phones: [...snoms(1), { user: '2000', userAgent: 'Yealink SIP-T46S 66.85.0.5' }] },
            async (paris) => {
              await Promise.all([work('berlin', berlin.port), work('paris', paris.port)]);
              const line = ['resync', '--registered', '--where', 'vendor=snom', '--yes'];
              const added = await runCli([
                'schedule',
                'add',
                'often',
                '--cron',
                '* * * * * *',
                '--via',
                url,
                '--',
                ...line,
              ]);
              expect([added.code, added.stderr]).toEqual([0, '']);
              expect(added.stdout).toMatch(/^schedule often: due first on /);
              await expect.poll(() => berlin.events.length).toBeGreaterThanOrEqual(4);
              const [schedule] = await listed(url);
              expect(schedule).toMatchObject({ name: 'often', phones: null, servers: ['berlin', 'paris'] });
              const told = await tell(['run', 'follow', schedule?.last?.run ?? '', '--via', url]);
              expect([told.code, summed(told)], told.stderr).toEqual([
                0,
                ['1000 accepted', '1000 accepted', '1001 accepted'],
              ]);
              expect(new Set(paris.events.map(userOf))).toEqual(new Set(['1000']));
              expect((await runCli(['schedule', 'list', '--via', url])).stdout).toMatch(/last +.*: run \d{8}-\d{6}-/);
              expect((await runCli(['schedule', 'remove', 'often', '--via', url])).stdout).toBe(
                'schedule often is removed\n',
              );
              expect((await runCli(['schedule', 'list', '--via', url])).stdout).toBe('no schedules\n');
              // Each device once in each run: as many orders as outcomes in all runs.
              expect(berlin.events.length % 2).toBe(0);
            },
          ),
        ),
      );
    },
    LONG_MS,
  );

  it(
    'tells phones that are named what it was added with, and {{now}} is the time that it is due',
    async () => {
      const template =
        'sendevent NOTIFY\nprofile: {{profile}}\nevent-string: check-sync\nuser: {{user}}\nhost: {{host}}\ncontent-type: text/plain\n\nat {{now "HH:mm:ss" zone="UTC"}}, {{when}}\n';
      await withFolder({ 'drill.hbs': template }, (cwd) =>
        withQueue(({ url, work }) =>
          withSandbox({ phones: snoms(3) }, async ({ port, events }) => {
            await work('berlin', port);
            const line = ['send', './drill.hbs', '1000@phones.test', '1002@phones.test', '--set', 'when=soon'];
            const add = ['schedule', 'add', 'drill', '--cron', '* * * * * *', '--', ...line, '--via', url, '--detach'];
            const added = await runCli(add, { cwd });
            expect([added.code, added.stderr]).toEqual([0, '']);
            await expect.poll(() => events.length).toBeGreaterThanOrEqual(2);
            await runCli(['schedule', 'remove', 'drill', '--via', url]);
            expect(events.slice(0, 2).map(userOf)).toEqual(['1000', '1002']);
            expect(events[0]).toMatch(/\nat \d\d:\d\d:\d\d, soon$/m);
          }),
        ),
      );
    },
    LONG_MS,
  );

  it(
    'that nobody saw to in time is missed, and the next one is sent',
    async () => {
      await withQueue(({ url, work }) =>
        withSandbox({ phones: snoms(1) }, async ({ port, events }) => {
          const worker = await work('berlin', port);
          expect(await worker.end('SIGTERM')).toBe(0);
          const cron = ['--cron', '*/3 * * * * *', '--grace', '1s', '--via', url];
          const added = await runCli(['schedule', 'add', 'often', ...cron, '--', 'resync', '1000@phones.test']);
          expect(added.code, added.stderr).toBe(0);
          const overdue = async () => (await runCli(['schedule', 'list', '--via', url])).stdout;
          await expect.poll(overdue).toContain('overdue, no worker has taken it');
          expect(events).toEqual([]);
          await work('berlin', port);
          await expect.poll(() => events.length).toBeGreaterThan(0);
          const [schedule] = await listed(url);
          expect(schedule?.missed).toMatchObject({ reason: 'no worker was there' });
          expect(await overdue()).toMatch(/missed +\d+ times?, last on .*: no worker was there/);
        }),
      );
    },
    LONG_MS,
  );

  it(
    'shows when it is due next, in its own time zone',
    async () => {
      await withQueue(({ url, work }) =>
        withSandbox({ phones: snoms(1) }, async ({ port }) => {
          await work('berlin', port);
          const cron = ['--cron', '0 3 * * 0', '--tz', 'Europe/Berlin', '--via', url];
          await runCli(['schedule', 'add', 'weekly', ...cron, '--', 'resync', '1000@phones.test']);
          const { stdout } = await runCli(['schedule', 'next', 'weekly', '--count', '3', '--via', url]);
          expect(linesOf(stdout)).toEqual(
            Array.from({ length: 3 }, () =>
              expect.stringMatching(/^Sun \d{4}-\d\d-\d\d 03:00:00 GMT\+[12] \(Europe\/Berlin\)$/),
            ),
          );
          const json = jsonOf<{ next: string[] }>(await runCli(['schedule', 'next', 'weekly', '--via', url, '--json']));
          expect(json.next).toHaveLength(5);
          const none = await runCli(['schedule', 'next', 'other', '--via', url]);
          expect(none.stderr).toContain('there is no schedule "other" in the queue\n  try: there are: weekly');
        }),
      );
    },
    LONG_MS,
  );

  it(
    'is refused where its command would be, or where no worker could send it',
    async () => {
      await withQueue(({ url, work }) =>
        withSandbox({ phones: snoms(1) }, async ({ port }) => {
          await work('berlin', port);
          const refused = async (line: readonly string[], ...flags: string[]): Promise<unknown[]> => {
            const own = flags.includes('--cron') ? flags : ['--cron', '@daily', ...flags];
            const { code, stderr } = await runCli(['schedule', 'add', 'x', ...own, '--via', url, '--', ...line]);
            return [code, linesOf(stderr)[0]?.replace('phonectl: ', '')];
          };
          const fine = ['resync', '1000@phones.test'];
          expect(await refused(fine, '--cron', '61 * * * *')).toEqual([
            2,
            '--cron "61 * * * *": 61 is not within 0-59',
          ]);
          expect(await refused(['resync', '-i', 'fleet.csv'])).toEqual([
            2,
            '--inventory fleet.csv: the workers do not have that file when it is due',
          ]);
          expect(await refused([...fine, '--dry-run'])).toEqual([2, '--dry-run: it would send nothing']);
          expect(await refused(['reboot', '1000@phones.test'])).toEqual([
            2,
            'reboot 1 phone: a reboot needs --yes where nobody can be asked',
          ]);
          expect(await refused(['resync', '--registered'])).toEqual([
            2,
            'resync all phones that are registered at berlin, each time: that needs --yes where nobody can be asked',
          ]);
          expect(await refused(['resync', '--registered', '--yes', '--server', 'paris'])).toEqual([
            2,
            `--server paris: ${url} has no worker of that name`,
          ]);
          expect(await refused(['resync', '1000'])).toEqual([2, 'command line: 1 row is wrong; nothing was sent']);
          expect(await refused(['resync', '--registerd'])).toEqual([2, 'Nonexistent flag: --registerd']);
          expect(await refused(['run', 'list'])).toEqual([2, 'run list: this command sends nothing to phones']);
          expect(await listed(url)).toEqual([]);
          const bare = await runCli([
            'schedule',
            'add',
            'x',
            '--cron',
            '@daily',
            '--via',
            url,
            'resync',
            '--registered',
          ]);
          expect([bare.code, bare.stderr]).toEqual([
            2,
            expect.stringMatching(/\n +try: -- stands before the command: schedule add NAME --cron .* -- resync /),
          ]);
        }),
      );
    },
    LONG_MS,
  );
});
