import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { jsonOf, linesOf, runCli } from '../support/cli.js';
import { freePort } from '../support/free-port.js';
import { csvOf, snoms, withFolder, withSandbox } from '../support/lab.js';
import { hasRedis } from '../support/redis.js';
import { withQueue } from '../support/worker.js';

/** Many processes, one after the other, on a busy machine. */
const LONG_MS = 90_000;

describe.concurrent('--via', () => {
  it.each([
    ['--password-file', 'x'],
    ['--host', 'pbx.test'],
    ['-H', 'pbx.test'],
    ['--port', '8022'],
    ['--user', 'a@b'],
    ['--timeout', '3s'],
    ['--concurrency', '4'],
  ])('is refused with %s, which would have no effect', async (flag, value) => {
    const { code, stdout, stderr } = await runCli(['resync', '1000@phones.test', '--via', 'redis://h', flag, value]);
    expect([code, stdout]).toEqual([2, '']);
    const name = flag === '-H' ? '--host' : flag;
    expect(stderr).toMatch(
      new RegExp(`^phonectl: --via with ${name}: the worker beside the server has its own\n +try: `),
    );
  });

  it('takes no notice of what the environment and the settings say of a server', async () => {
    const settings = 'timeout: 3s\nconcurrency: 4\nservers:\n  pbx:\n    host: pbx.test\n';
    await withFolder({ 'config.yaml': settings }, async (cwd) => {
      const env = { PHONECTL_HOST: 'pbx.test', PHONECTL_PORT: '8022', PHONECTL_CONFIG: `${cwd}/config.yaml` };
      const url = `redis://127.0.0.1:${await freePort()}`;
      const { code, stderr } = await runCli(['resync', '1000@phones.test', '--via', url], { env });
      expect([code, stderr]).toEqual([4, expect.stringContaining('nothing listens there')]);
    });
  });

  it('that is a slip of the word queue says so', async () => {
    const { code, stderr } = await runCli(['run', 'list', '--via', 'quue']);
    expect([code, stderr]).toEqual([
      3,
      expect.stringMatching(
        /^phonectl: --via quue: it is not the address of a queue\n +try: the word queue for your own; else redis:/,
      ),
    ]);
  });

  it('says of what answers there and is no Redis that it is none', async () => {
    const socket = createServer((other) => other.on('error', () => {}).write('Content-Type: auth/request\n\n'));
    await new Promise<void>((done) => socket.listen(0, '127.0.0.1', done));
    const { port } = socket.address() as { port: number };
    const { code, stderr } = await runCli(['run', 'list', '--via', `redis://127.0.0.1:${port}`]);
    expect([code, linesOf(stderr)[0]]).toEqual([
      4,
      `phonectl: queue redis://127.0.0.1:${port}/0 can't be used: what answers there is no Redis and no Valkey`,
    ]);
    socket.close();
  });
});

describe.concurrent('a run that is not here', () => {
  it.each([['show'], ['report']])('may be in a queue, says run %s', async (verb) => {
    const { code, stderr } = await runCli(['run', verb, '20261127-1']);
    expect([code, stderr]).toEqual([
      3,
      expect.stringContaining('try: phonectl run list; of one that was handed over through a queue: --via queue\n'),
    ]);
  });
});

describe.skipIf(!hasRedis).concurrent('what is asked of a queue', () => {
  it(
    'is at fault where it is wrong, and not the queue: schedules and runs that there are not, or are already',
    async () => {
      await withQueue(({ url, work }) =>
        withSandbox({ phones: snoms(1) }, async ({ port }) => {
          await work('berlin', port);
          const via = ['--via', url];
          const add = ['schedule', 'add', 'daily', '--cron', '@daily', ...via, '--', 'resync', '1000@phones.test'];
          expect((await runCli(add)).code).toBe(0);
          expect(await runCli(add)).toMatchObject({
            code: 2,
            stderr: expect.stringContaining('try: another name; or first: phonectl schedule remove daily'),
          });
          const codes = [
            ['schedule', 'next', 'weekly', ...via],
            ['schedule', 'remove', 'weekly', ...via],
            ['run', 'show', '2026', ...via],
            ['run', 'follow', '2026', ...via],
            ['run', 'cancel', '2026', ...via],
          ].map(async (args) => (await runCli(args)).code);
          expect(await Promise.all(codes)).toEqual([2, 2, 3, 3, 3]);
        }),
      );
    },
    LONG_MS,
  );

  it(
    'is whose a row is, where there are several: a few rows are shown, and what to try',
    async () => {
      await withFolder({ 'many.csv': csvOf(36) }, (cwd) =>
        withQueue(({ url, work }) =>
          withSandbox({ phones: snoms(36) }, async ({ port, events }) => {
            await Promise.all([work('berlin', port), work('paris', port)]);
            const rows = await runCli(['resync', '-i', 'many.csv', '--via', url], { cwd });
            expect([rows.code, linesOf(rows.stderr).length]).toEqual([3, 8]);
            expect(rows.stderr).toMatch(
              /many\.csv:6: 1004@phones\.test: no server is named, and nobody asked which of berlin, paris it is\n +… and 31 more\n +try: a server column that says whose each is; or all of one: --server NAME\n$/,
            );
            const typed = await runCli(['resync', '1000@phones.test', '--via', url]);
            expect([typed.code, typed.stderr]).toEqual([
              2,
              expect.stringMatching(/\n +try: all of one: --server NAME\n$/),
            ]);
            expect(events).toEqual([]);
          }),
        ),
      );
    },
    LONG_MS,
  );

  it(
    'may have come to no phones: that is a sentence, too',
    async () => {
      await withQueue(({ url, work }) =>
        withSandbox({ phones: snoms(1) }, async ({ port }) => {
          const worker = await work('berlin', port);
          await worker.end('SIGTERM');
          const via = ['--via', url];
          expect((await runCli(['resync', '--registered', '--yes', '--detach', ...via])).code).toBe(0);
          expect((await runCli(['run', 'cancel', 'last', ...via])).code).toBe(0);
          const { stdout } = await runCli(['run', 'report', 'last', ...via]);
          expect(stdout).toMatch(/^no phones, in .* through berlin\n$/);
          const shown = jsonOf(await runCli(['run', 'show', 'last', '--json', ...via]));
          expect(shown).toMatchObject({ state: 'over', summary: {} });
        }),
      );
    },
    LONG_MS,
  );
});
