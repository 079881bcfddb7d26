import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt, PROJECT } from '../support/built.js';
import { runCli } from '../support/cli.js';
import { csvOf, snoms, withSandbox } from '../support/lab.js';
import { hasRedis, withRedis } from '../support/redis.js';
import { blocksOf } from '../support/shown.js';
import { hasSystemd, layOut, placedIn, valuesOf } from '../support/units.js';

const BLOCKS = new Map(
  blocksOf(readFileSync(join(PROJECT, 'src/docs/sites.md'), 'utf8')).map(({ file, text }) => [file, text]),
);
const UNIT = BLOCKS.get('phonectl-worker.service') ?? '';
const SETTINGS = BLOCKS.get('config.yaml') ?? '';

describe('the unit of a worker', () => {
  let folder: string;

  beforeAll(async () => {
    await ensureBuilt();
    folder = mkdtempSync(join(tmpdir(), 'phonectl-worker-unit-'));
    layOut(folder);
    writeFileSync(join(folder, 'phones.csv'), csvOf(2));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  const placed = (text: string): string => placedIn(folder, text);

  it.skipIf(!hasSystemd)('is good in the eyes of systemd', () => {
    const file = join(folder, 'phonectl-worker.service');
    writeFileSync(file, placed(UNIT));
    const said = execFileSync('sh', ['-c', 'systemd-analyze verify --recursive-errors=no "$1" 2>&1', '-', file]);
    expect(said.toString()).toBe('');
  });

  it.skipIf(!hasRedis)(
    'takes orders, with what systemd gives a service and the settings beside it, until it is told to end',
    async () => {
      const passwords = { 'phonectl-password': 'of the socket', 'phonectl-queue-password': 'of-the-queue' };
      expect(valuesOf(UNIT, 'LoadCredential').map((value) => value.split(':')[0])).toEqual(Object.keys(passwords));
      for (const [name, text] of Object.entries(passwords)) {
        writeFileSync(join(folder, 'credentials', name), `${text}\n`, { mode: 0o400 });
      }
      const users = ['phonectl on >of-the-queue ~* &* +@all'];
      await withRedis({ users }, (redis) =>
        withSandbox({ phones: snoms(2), password: 'of the socket' }, async ({ port, requests }) => {
          const beside = `host: 127.0.0.1\n    port: ${port}`;
          const here = SETTINGS.replace('host: 127.0.0.1', beside).replace('rediss://queue.example.com', redis.url);
          writeFileSync(join(folder, 'etc/config.yaml'), here);
          const [line = '', ...others] = valuesOf(UNIT, 'ExecStart');
          expect(others).toEqual([]);
          // What has a meaning to systemd is not in it, so it is words between blanks.
          expect(line).not.toMatch(/["'\\$%]/);
          const [command = '', ...args] = placed(line).split(' ');
          const env = {
            PATH: '/usr/local/bin:/usr/bin:/bin',
            LANG: 'C.UTF-8',
            PHONECTL_CONFIG: join(folder, 'etc/config.yaml'),
            CREDENTIALS_DIRECTORY: join(folder, 'credentials'),
            STATE_DIRECTORY: join(folder, 'state', valuesOf(UNIT, 'StateDirectory')[0] ?? ''),
          };
          const worker = spawn(command, args, { env, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
          let said = '';
          for (const stream of [worker.stdout, worker.stderr]) {
            stream.setEncoding('utf8').on('data', (text: string) => {
              said += text;
            });
          }
          const ended = new Promise((resolve) => worker.once('close', resolve));
          await expect.poll(() => said).toContain('worker berlin takes orders from');
          const order = ['resync', '-i', 'phones.csv', '--via', redis.url.replace('//', '//phonectl@'), '--quiet'];
          const sent = await runCli(order, { cwd: folder, env: { PHONECTL_QUEUE_PASSWORD: 'of-the-queue' } });
          expect(sent).toMatchObject({ code: 0, stdout: '', stderr: '' });
          expect(requests).toHaveLength(2);
          worker.kill('SIGTERM');
          expect(await ended).toBe(0);
          expect(said).toMatch(/^health: berlin: up \d+ s, FreeSWITCH answers, queue ready, /m);
          for (const password of ['of the socket', 'of-the-queue']) expect(said).not.toContain(password);
        }),
      );
    },
  );
});
