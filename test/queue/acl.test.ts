import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openRedis } from '../../src/queue/redis.js';
import { RunStore } from '../../src/queue/store.js';
import { PROJECT } from '../support/built.js';
import { type CliResult, runCli, startCli } from '../support/cli.js';
import { snoms, withSandbox } from '../support/lab.js';
import { hasRedis, withRedis } from '../support/redis.js';
import { workOf } from './a-run.js';
import { addressOf } from './address.js';

/** Many processes, one after the other, on a busy machine. */
const LONG_MS = 150_000;
const PASSWORD = 's3cret';
const OWN = { user: 'phonectl', password: PASSWORD };
const ADMIN = { user: 'admin', password: 'of-admin' };

/** A run that was never handed over as a whole. */
const HALF = workOf();

/** The users that the page for many sites says a queue should have. */
const PAGE = readFileSync(join(PROJECT, 'src/docs/sites.md'), 'utf8');
const USERS = [...PAGE.matchAll(/^user (.*)$/gm)].map(([, user = '']) => user.replace('>PASSWORD', `>${PASSWORD}`));

describe.skipIf(!hasRedis)('the user of the queue that the page for many sites makes', () => {
  it(
    'may do all that a worker, a run, a schedule and doctor need',
    async () => {
      const users = [...USERS, `${ADMIN.user} on >${ADMIN.password} ~* &* +@all`];
      await withRedis({ users }, (server) =>
        withSandbox({ phones: snoms(3) }, async ({ port, events }) => {
          const env = { PHONECTL_QUEUE: server.url.replace('//', `//phonectl:${PASSWORD}@`) };
          const run = (line: string): Promise<CliResult> => runCli(line.split(' '), { env });
          const admin = await openRedis(addressOf(server, ADMIN));
          const worker = await startCli(['worker', '--server', `berlin=127.0.0.1:${port}`], {
            env,
            longestMs: LONG_MS,
          });
          try {
            await worker.says(/takes orders/);
            const soon = ['schedule', 'add', 'soon', '--cron', '* * * * * *', '--via', 'queue'];
            const added = await runCli([...soon, '--', 'resync', '1002@phones.test'], { env });
            expect(added.code, added.stderr).toBe(0);
            await expect.poll(() => events.length, { timeout: 10_000 }).toBeGreaterThan(0);
            for (const line of [
              'schedule list --via queue',
              'schedule remove soon --via queue',
              'resync 1000@phones.test 1001@phones.test --via queue --batch 1',
              'resync --registered --yes --via queue',
              'resync 1000@phones.test --via queue --detach',
              'run list --via queue',
              'run cancel last --via queue',
              'run report last --via queue',
              'doctor --no-server',
            ]) {
              const { code, stdout, stderr } = await run(line);
              expect([line, code], stdout + stderr).toEqual([line, 0]);
            }
            // Whoever handed it over died, so that its slices are looked for.
            const begun = await openRedis(addressOf(server, OWN));
            await new RunStore(begun, 'phonectl').begin(HALF);
            begun.disconnect();
            expect((await run(`run cancel ${HALF.head.run} --via queue`)).stdout).toContain('and is forgotten');
            worker.process.kill('SIGTERM');
            expect((await worker.ended).code).toBe(0);
            // Nothing that ioredis and BullMQ do besides was refused either.
            expect(await admin.acl('LOG')).toEqual([]);
          } finally {
            worker.process.kill('SIGKILL');
            await worker.ended;
            admin.disconnect();
          }
        }),
      );
    },
    LONG_MS,
  );

  it('may do nothing to what others have there, nor to the server', async () => {
    await withRedis({ users: USERS }, async (server) => {
      const redis = await openRedis(addressOf(server, OWN));
      for (const [command = '', ...args] of [
        ['GET', 'other'],
        ['SET', 'other', '1'],
        ['EVAL', "return redis.call('GET', 'other')", '0'],
        ['KEYS', '*'],
        ['FLUSHALL'],
        ['CONFIG', 'GET', '*'],
        ['ACL', 'LIST'],
        ['CLIENT', 'LIST'],
        ['SHUTDOWN', 'NOSAVE'],
        ['PUBLISH', 'other', '1'],
      ]) {
        await expect(redis.call(command, ...args), command).rejects.toThrow(
          /NOPERM|The user executing the script can't access/,
        );
      }
      redis.disconnect();
    });
    await withRedis({ users: USERS }, async (server) => {
      await expect(openRedis(addressOf(server))).rejects.toThrow(/wants a password/);
    });
  });
});
