import { describe, expect, it } from 'vitest';
import { openRedis } from '../../src/queue/redis.js';
import { RunStore } from '../../src/queue/store.js';
import { Workers } from '../../src/queue/workers.js';
import { addressOf } from '../queue/address.js';
import { jsonOf, linesOf, runCli } from '../support/cli.js';
import { csvOf, withFolder } from '../support/lab.js';
import { hasRedis, type RedisServer, withRedis } from '../support/redis.js';
import { hasLeft } from '../support/workers.js';

const SINCE = Date.parse('2026-11-27T12:00:00Z');
const HEARD = Date.parse('2026-11-27T13:00:00Z');

/** A queue with a worker of berlin that is there, and one of paris that was. */
function withTwo<T>(
  use: (lab: { redis: RedisServer; store: RunStore; via: readonly string[] }) => Promise<T>,
): Promise<T> {
  return withRedis({}, async (redis) => {
    const connection = await openRedis(addressOf(redis));
    const store = new RunStore(connection, 'phonectl');
    try {
      await new Workers(store).tell({ server: 'berlin', host: 'switch1', pid: 7, version: '0.9.0', since: SINCE });
      await hasLeft(store, 'paris', HEARD);
      return await use({ redis, store, via: ['--via', redis.url] });
    } finally {
      connection.disconnect();
    }
  });
}

describe.skipIf(!hasRedis).concurrent('worker list', () => {
  it('shows which servers have workers, and which of these are gone', async () => {
    await withTwo(async ({ redis, via }) => {
      const listed = await runCli(['worker', 'list', ...via]);
      expect(listed).toMatchObject({ code: 0, stderr: '' });
      expect(linesOf(listed.stdout)).toEqual([
        expect.stringMatching(/^SERVER {2}STATE +HOST +VERSION {2}SINCE$/),
        expect.stringMatching(/^berlin {2}there +switch1 {2}0\.9\.0 +2026-11-27T12:00:00\.000Z$/),
        expect.stringMatching(/^paris {3}gone, heard of last at 2026-11-27T13:00:00\.000Z {2}paris +0 +1970-/),
      ]);
      const own = await runCli(['worker', 'list', '--json'], { env: { PHONECTL_QUEUE: redis.url } });
      expect(jsonOf(own).workers).toMatchObject([
        { server: 'berlin', there: true, host: 'switch1', pid: 7, version: '0.9.0', since: '2026-11-27T12:00:00.000Z' },
        { server: 'paris', there: false, heard: '2026-11-27T13:00:00.000Z' },
      ]);
    });
  });

  it('says that there are none', async () => {
    await withRedis({}, async ({ url }) => {
      expect(await runCli(['worker', 'list', '--via', url])).toMatchObject({
        code: 0,
        stdout: 'no workers\n',
        stderr: '',
      });
    });
  });
});

describe.skipIf(!hasRedis).concurrent('worker forget', () => {
  it('forgets one that is gone, in whichever case its name is written, and says which runs wait for it', async () => {
    await withTwo(async ({ store, via }) => {
      await withFolder({ 'fleet.csv': csvOf(2) }, async (cwd) => {
        const at = { cwd, env: { XDG_STATE_HOME: `${cwd}/state` } };
        const order = ['resync', '-i', 'fleet.csv', '--yes', '--detach', '--server', 'paris', ...via];
        const sent = await runCli(order, at);
        expect(sent.code, sent.stderr).toBe(0);
        const listing = ['resync', '--registered', '--yes', '--detach', '--server', 'paris', ...via];
        const asked = await runCli([...listing, '--where', 'vendor=snom'], at);
        const runs = await store.runs();
        expect(runs, asked.stderr).toHaveLength(2);
        const { code, stdout, stderr } = await runCli(['worker', 'forget', 'PARIS', ...via]);
        expect({ code, stdout }).toEqual({ code: 0, stdout: 'the worker of paris is forgotten\n' });
        const warnings = runs.map((run) => `warning: run ${run} still waits for paris; run cancel ${run} ends it`);
        expect(linesOf(stderr).sort()).toEqual(warnings.sort());
        expect([...(await new Workers(store).all()).keys()]).toEqual(['berlin']);
      });
    });
  });

  it('refuses one that is there, and a name that nobody has', async () => {
    await withTwo(async ({ store, redis, via }) => {
      const there = await runCli(['worker', 'forget', 'berlin', ...via]);
      expect(there).toMatchObject({ code: 2, stdout: '' });
      expect(there.stderr).toBe(
        'phonectl: the worker of berlin is there just now, on switch1\n  try: end it first, and wait 15 seconds\n',
      );
      const none = await runCli(['worker', 'forget', 'rome', ...via]);
      expect(none).toMatchObject({ code: 2, stdout: '' });
      expect(none.stderr).toBe(`phonectl: ${redis.url} has no worker for "rome"\n  try: there are: berlin, paris\n`);
      expect((await new Workers(store).all()).size).toBe(2);
    });
  });
});
