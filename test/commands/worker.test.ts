import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.js';
import { linesOf, runCli, startCli } from '../support/cli.js';
import { freePort } from '../support/free-port.js';
import { csvOf, snoms, withSandbox } from '../support/lab.js';
import { hasRedis, withRedis } from '../support/redis.js';
import { withSites } from '../support/sites.js';

const LIFE = { longestMs: 60_000 };

describe.concurrent('a worker whose server has no name', () => {
  it.each([
    ['an address', ['--server', '127.0.0.1:18025'], '127.0.0.1:18025'],
    ['a host', ['--server', '127.0.0.1'], '127.0.0.1:8021'],
    ['--host', ['--host', 'localhost'], 'localhost:8021'],
    ['nothing', [], '127.0.0.1:8021'],
  ])('is refused before anything is opened: %s', async (_what, flags, name) => {
    const { code, stdout, stderr } = await runCli([
      'worker',
      '--queue',
      `redis://127.0.0.1:${await freePort()}`,
      ...flags,
    ]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      `phonectl: the server of a worker needs a name, as rows and --server call it, and ${name} is none\n  try: --server berlin=127.0.0.1:8021, or a server of the settings (servers:)\n`,
    );
  });

  it.each([
    ['a:b', '"a:b"'],
    ['a\u0007b', '"a\\u0007b"'],
    ['a\u202eb', '"a\\u202eb"'],
  ])('and so is a name that can not stand in the queue: %j', async (name, shown) => {
    const queue = `redis://127.0.0.1:${await freePort()}`;
    const { code, stderr } = await runCli(['worker', '--queue', queue, '--server', `${name}=127.0.0.1`]);
    expect(code).toBe(2);
    expect(stderr).toContain(`phonectl: ${shown} is no name for the server of a worker: `);
  });
});

describe.skipIf(!hasRedis).concurrent('a worker', () => {
  it('says at once that its FreeSWITCH is not there, and goes on until it is', async () => {
    await withRedis({}, async ({ url }) => {
      const port = await freePort();
      const order = ['worker', '--server', `berlin=127.0.0.1:${port}`, '--queue', url, '--health', '1s'];
      const worker = await startCli(order, LIFE);
      await worker.says(/takes orders/);
      await worker.explains(
        /^warning: .*127\.0\.0\.1.*: nothing listens there.*; orders are not sent until it is there\n {2}try: /m,
      );
      await worker.explains(
        /^health: berlin: up \d+ s, FreeSWITCH takes no orders: .*nothing listens.*, queue ready, 0 slices: no phone yet$/m,
      );
      const sandbox = await startSandbox({ port });
      await worker.explains(/^health: berlin: up \d+ s, FreeSWITCH answers, queue ready, /m);
      worker.process.kill('SIGTERM');
      expect((await worker.ended).code).toBe(0);
      await sandbox.close();
    });
  }, 60_000);

  it('says that its password is wrong, and which it was', async () => {
    await withRedis({}, ({ url }) =>
      withSandbox({ password: 'another' }, async ({ port }) => {
        const env = { PHONECTL_PASSWORD: 'hunter22' };
        const worker = await startCli(['worker', '--server', `berlin=127.0.0.1:${port}`, '--queue', url], {
          ...LIFE,
          env,
        });
        await worker.explains(
          /^warning: .* refused the login: .*; orders are not sent until it is there\n {2}try: is the password right\? it was that of PHONECTL_PASSWORD$/m,
        );
        worker.process.kill('SIGTERM');
        const { code, stdout, stderr } = await worker.ended;
        expect(code).toBe(0);
        expect(stdout + stderr).not.toContain('hunter22');
      }),
    );
  }, 60_000);

  it('says once that its queue is gone, and once that it is back', async () => {
    await withSites({ servers: { berlin: {} } }, async ({ redis, sites: [site] }) => {
      await redis.kill9();
      await wait(5000);
      await redis.restart();
      await vi.waitFor(() => expect(site?.worker.stderr).toContain('is back\n'), { timeout: 10_000 });
      await wait(3000);
      expect(site?.worker.stderr).toBe(
        `warning: ${redis.url} is gone: it closed the connection; waiting for it\nnote: ${redis.url} is back\n`,
      );
    });
  }, 60_000);

  it('says once that its queue throws runs away, and nobody hears it from BullMQ', async () => {
    const redis = { policy: 'allkeys-lru' };
    const files = { 'fleet.csv': csvOf(2) };
    await withSites(
      { servers: { berlin: { phones: snoms(2) } }, redis, files },
      async ({ folder, redis: { url }, sites: [site] }) => {
        const sent = await runCli(['resync', '-i', 'fleet.csv', '--via', url, '--quiet'], { cwd: folder });
        expect(sent).toMatchObject({ code: 0, stdout: '', stderr: '' });
        const listed = await runCli(['schedule', 'list', '--via', url]);
        expect(listed).toMatchObject({ code: 0, stdout: 'no schedules\n', stderr: '' });
        await site?.worker.end('SIGTERM');
        const [warning, hint, ...others] = linesOf(site?.worker.stderr ?? '');
        expect([warning, hint]).toEqual([
          `warning: ${url}: maxmemory-policy is allkeys-lru: when its memory is full, runs are thrown away`,
          '  try: redis-cli config set maxmemory-policy noeviction; and in redis.conf',
        ]);
        expect(others.filter((line) => /evict|thrown away/i.test(line))).toEqual([]);
      },
    );
  }, 60_000);

  it('says which run it carries out, and how much of it', async () => {
    const servers = { berlin: { phones: snoms(12) } };
    await withSites(
      { servers, files: { 'fleet.csv': csvOf(12) } },
      async ({ folder, redis: { url }, sites: [site] }) => {
        const order = ['resync', '-i', 'fleet.csv', '--yes', '--via', url, '--batch', '1,11', '--json'];
        const sent = await runCli(order, { cwd: folder });
        expect(sent.code, sent.stderr).toBe(0);
        const [, run = ''] = /"run": ?"([^"]+)"/.exec(sent.stdout) ?? [];
        await site?.worker.end('SIGTERM');
        const lines = [`run ${run}: resync, 1 slice`, `run ${run}: 1 slice done`];
        expect(linesOf(site?.worker.stderr ?? '')).toEqual([...lines, ...lines]);
      },
    );
  }, 60_000);
});
