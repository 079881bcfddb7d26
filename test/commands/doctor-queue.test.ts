import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRedis } from '../../src/queue/redis.js';
import { RunStore } from '../../src/queue/store.js';
import { Workers } from '../../src/queue/workers.js';
import type { Check } from '../../src/run/check-up-check.js';
import { addressOf } from '../queue/address.js';
import { jsonOf, linesOf, runCli } from '../support/cli.js';
import { freePort } from '../support/free-port.js';
import { withFolder, withSandbox } from '../support/lab.js';
import { hasRedis, type RedisServer, withRedis } from '../support/redis.js';
import { hasLeft } from '../support/workers.js';

const SECRET = 'hunter22';

async function withStore(server: RedisServer, use: (store: RunStore) => Promise<void>): Promise<void> {
  const redis = await openRedis(addressOf(server));
  await use(new RunStore(redis, 'phonectl'));
  redis.disconnect();
}

describe.concurrent('doctor and a queue that can not be used', () => {
  it('has a failed check, after those of the server, and exit code 4', async () => {
    await withSandbox({}, async ({ to, port }) => {
      const url = `redis://127.0.0.1:${await freePort()}`;
      const [plain, json] = await Promise.all([
        runCli(['doctor', '--queue', url, ...to]),
        runCli(['doctor', '--json', ...to], { env: { PHONECTL_QUEUE: url } }),
      ]);
      expect([plain, json]).toMatchObject([
        { code: 4, stderr: '' },
        { code: 4, stderr: '' },
      ]);
      expect(plain.stdout).toContain(
        `failed   queue                    queue ${url}/0 can't be reached: nothing listens there (ECONNREFUSED)\n         try: is the server running`,
      );
      expect(linesOf(plain.stdout).at(-1)).toBe(`phonectl can't work with 127.0.0.1:${port} and ${url}/0: 1 failed`);
      const document = jsonOf<{ checks: Check[] }>(json);
      expect(document).toMatchObject({ server: `127.0.0.1:${port}`, queue: `${url}/0`, ok: false });
      expect(document.checks.at(-1)).toMatchObject({ name: 'queue', state: 'failed' });
    });
  });

  it('takes no longer than --timeout, and shows no password that it says back', async () => {
    const silent = createServer((socket) => socket.on('error', () => {}).resume());
    const echo = createServer((socket) => {
      // As many answers as a login has commands.
      socket.on('error', () => {}).once('data', () => socket.write(`-ERR what is ${SECRET}?\r\n`.repeat(4)));
    });
    for (const server of [silent, echo]) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const urlOf = (server: typeof silent) => `redis://127.0.0.1:${(server.address() as { port: number }).port}`;
    await withSandbox({}, async ({ to }) => {
      const env = { PHONECTL_QUEUE_PASSWORD: SECRET };
      const slow = await runCli(['doctor', '--timeout', '1s', '--queue', urlOf(silent), ...to], { env });
      expect(slow).toMatchObject({ code: 4, stdout: expect.stringContaining('it was not ready within 1000 ms') });
      const loud = await runCli(['doctor', '--json', '-v', '--queue', urlOf(echo), ...to], { env });
      expect(loud).toMatchObject({ code: 4, stdout: expect.stringContaining('ERR what is ***?') });
      expect(loud.stdout + loud.stderr).not.toContain(SECRET);
    });
    silent.close();
    echo.close();
  });

  it('is looked at alone with --no-server, if there is one', async () => {
    const url = `redis://127.0.0.1:${await freePort()}`;
    const env = { PHONECTL_HOST: 'pbx.test' };
    const [plain, json] = await Promise.all([
      runCli(['doctor', '--no-server', '-v', '--queue', url], { env }),
      runCli(['doctor', '--no-server', '--json', '--queue', url], { env }),
    ]);
    expect(plain).toMatchObject({ code: 4, stderr: '' });
    expect(plain.stdout).not.toContain('pbx.test');
    expect(linesOf(plain.stdout).at(-1)).toBe(`phonectl can't work with ${url}/0: 1 failed`);
    expect(jsonOf(json)).toMatchObject({ server: null, queue: `${url}/0`, ok: false, profiles: [] });
    const none = await runCli(['doctor', '--no-server']);
    expect([none.code, none.stdout, none.stderr]).toEqual([
      2,
      '',
      expect.stringContaining('--no-server, and no queue is named\n  try: --queue redis://HOST'),
    ]);
    const both = await runCli(['doctor', '--no-server', '-H', 'pbx.test', '--queue', url]);
    expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('--no-server with --host')]);
  });

  it('refuses an address that is none, or that holds a password, before it connects', async () => {
    const wrong = await runCli(['doctor', '--queue', 'queue.example.com']);
    expect(wrong).toMatchObject({ code: 3, stdout: '' });
    expect(wrong.stderr).toMatch(/--queue: it is not the address of a queue\n +try: redis:/);
    const open = await runCli(['doctor', '--json', '--queue', `redis://:${SECRET}@queue.example.com`]);
    expect(open.code).toBe(3);
    expect(open.stdout + open.stderr).toContain('--queue: a password stands in the address');
    expect(open.stdout + open.stderr).not.toContain(SECRET);
  });
});

describe.skipIf(!hasRedis).concurrent('doctor and a queue', () => {
  it('that is fit has its lines, and nothing about one where there is none', async () => {
    await withSandbox({}, async ({ to, port }) =>
      withRedis({}, async (server) => {
        const { url } = server;
        const berlin = { server: 'berlin', host: 'switch1', pid: 1, version: '0.9.0' };
        const since = Date.parse('2026-11-27T12:00:00Z');
        await withStore(server, (store) => new Workers(store).tell({ ...berlin, since }));
        const { code, stdout, stderr } = await runCli(['doctor', '--queue', url, ...to]);
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        expect(linesOf(stdout).slice(-9)).toEqual([
          expect.stringMatching(/^ok {7}queue {20}redis:\/\/\S+ .*takes connections and the login without a password$/),
          expect.stringMatching(/^ok {7}queue version {12}(?:Redis|Valkey) \d/),
          'ok       queue role               takes writes',
          'ok       queue eviction           maxmemory-policy is noeviction: nothing is thrown away',
          expect.stringMatching(/^ok {7}queue persistence {8}appendonly is on: /),
          expect.stringMatching(/^ok {7}queue memory {13}.* used, no limit$/),
          'ok       queue workers            berlin: phonectl 0.9.0 on switch1, since 2026-11-27T12:00:00.000Z',
          '',
          expect.stringMatching(/^phonectl can work with /),
        ]);
        expect(linesOf(stdout).at(-1)).toBe(`phonectl can work with 127.0.0.1:${port} and ${url}`);
        const without = await runCli(['doctor', ...to]);
        expect(without.stdout).not.toContain('queue');
        expect(jsonOf(await runCli(['doctor', '--json', ...to]))).not.toHaveProperty('queue');
      }),
    );
  });

  it('tells of workers that are gone, and that there are none', async () => {
    await withSandbox({}, async ({ to }) =>
      withRedis({}, async (server) => {
        const order = ['doctor', '--queue', server.url, ...to];
        const none = await runCli(order);
        expect(none.code).toBe(0);
        expect(none.stdout).toMatch(
          /^warning {2}queue workers {12}none has told of itself yet\n {9}try: beside the FreeSWITCH: phonectl worker/m,
        );
        await withStore(server, (store) => hasLeft(store, 'paris', Date.parse('2026-11-27T13:00:00Z')));
        const gone = await runCli(order);
        expect(gone.code).toBe(0);
        expect(gone.stdout).toMatch(
          /^warning {2}queue workers .*that of paris was heard of last at 2026-11-27T13:00:00/m,
        );
      }),
    );
  });

  it('that throws runs away says what to type, and that nothing can be handed over by it', async () => {
    await withSandbox({}, async ({ to }) =>
      withRedis({ policy: 'allkeys-lru', appendOnly: false }, async ({ url }) => {
        const { code, stdout } = await runCli(['doctor', '--queue', url, ...to]);
        expect(code).toBe(4);
        expect(stdout).toMatch(
          /^failed {3}queue eviction .*allkeys-lru: .*\n {9}try: redis-cli config set maxmemory-policy noeviction/m,
        );
        expect(stdout).toMatch(/^warning {2}queue persistence .*appendonly is off: /m);
        expect(stdout).toMatch(/: 1 failed, 2 warnings\n$/);
      }),
    );
  });

  it('of the settings is logged in to with TLS and its password, which nothing shows', async () => {
    await withSandbox({}, async ({ to }) =>
      withRedis({ tls: true, users: ['default off', `alice on >${SECRET} ~* &* +@all`] }, async (server) => {
        const text = `queue:\n  url: ${server.url}\n  user: alice\n  password-file: secret\n  ca-file: ${server.caFile}\n`;
        await withFolder({ 'config.yaml': text, secret: `${SECRET}\n` }, async (cwd) => {
          const env = { PHONECTL_CONFIG: join(cwd, 'config.yaml') };
          const plain = await runCli(['doctor', '-v', ...to], { cwd, env });
          expect(plain).toMatchObject({ code: 0, stderr: '' });
          expect(plain.stdout).toMatch(/^queue\.password +\*\*\* +\S+secret$/m);
          expect(plain.stdout).toContain(`${server.url} takes connections and the login as alice\n`);
          const json = await runCli(['doctor', '-v', '--json', ...to], { cwd, env });
          expect(jsonOf(json)).toMatchObject({ ok: true, queue: server.url });
          for (const { stdout, stderr } of [plain, json]) expect(stdout + stderr).not.toContain(SECRET);
        });
      }),
    );
  });

  it('whose password is wrong says which it was, not what', async () => {
    await withSandbox({}, async ({ to }) =>
      withRedis({ password: 'another' }, async ({ url }) => {
        const env = { PHONECTL_QUEUE: url.replace('//', `//:${SECRET}@`), PHONECTL_DEBUG: '1' };
        for (const more of [[], ['--json'], ['-v']]) {
          const { code, stdout, stderr } = await runCli(['doctor', ...more, ...to], { env });
          expect(code).toBe(4);
          expect(stdout).toContain('refused the login: WRONGPASS');
          expect(stdout).toContain('is the password right? it is that of PHONECTL_QUEUE');
          expect(stdout + stderr).not.toContain(SECRET);
        }
      }),
    );
  });
});
