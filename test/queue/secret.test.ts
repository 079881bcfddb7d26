import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.js';
import { csvOf, snoms, withFolder, withSandbox } from '../support/lab.js';
import { hasRedis, withRedis } from '../support/redis.js';
import { WorkerProcess } from '../support/sites.js';

const PASSWORD = 'S3cret-of-the-socket';

describe.skipIf(!hasRedis)('the password of the event socket', () => {
  it('is beside the FreeSWITCH only: the queue never sees it, and nobody says it', async () => {
    const files = { 'fleet.csv': csvOf(3), password: `${PASSWORD}\n` };
    await withFolder(files, (folder) =>
      withRedis({}, (queue) =>
        withSandbox({ phones: snoms(3), password: PASSWORD }, async ({ port, requests }) => {
          let seen = '';
          // A bare socket: MONITOR of ioredis is lost if another command comes before its OK.
          const monitor = connect(queue.port, '127.0.0.1').setEncoding('utf8');
          monitor.write('MONITOR\r\n');
          monitor.on('data', (text: string) => {
            seen += text;
          });
          await once(monitor, 'data');
          const worker = new WorkerProcess('berlin', port, queue.url, folder);
          await worker.start(['--password-file', join(folder, 'password'), '--health', '1s']);
          const sent = await runCli(['resync', '-i', 'fleet.csv', '--via', queue.url], { cwd: folder });
          const shown = await runCli(['run', 'report', 'last', '--via', queue.url, '-o', 'json'], { cwd: folder });
          expect([sent.code, shown.code]).toEqual([0, 0]);
          expect(requests).toHaveLength(3);
          await worker.end('SIGTERM');
          monitor.destroy();
          expect(seen).toContain('1000@phones.test');
          for (const text of [seen, worker.stdout, worker.stderr, JSON.stringify([sent, shown])]) {
            expect(text).not.toContain(PASSWORD);
          }
        }),
      ),
    );
  });
});
