import { describe, expect, it } from 'vitest';
import type { QueueAddress } from '../../src/config/queue.js';
import { checkQueue } from '../../src/queue/check-up.js';
import { fitness } from '../../src/queue/fitness.js';
import { openRedis } from '../../src/queue/redis.js';
import type { Check } from '../../src/run/check-up-check.js';
import { freePort } from '../support/free-port.js';
import { hasRedis, type RedisOptions, withRedis } from '../support/redis.js';
import { addressOf } from './address.js';

/** What is said of a server that is set up like this, by the names of the checks. */
async function fitnessOf(options: RedisOptions, more: Partial<QueueAddress> = {}): Promise<Map<string, Check>> {
  return withRedis(options, async (server) => {
    const redis = await openRedis(addressOf(server, more));
    try {
      return new Map((await fitness(redis)).map((check) => [check.name, check]));
    } finally {
      redis.disconnect();
    }
  });
}

/** What {@link fitness} is told by a server that tests have none of. */
function answering(info: Readonly<Record<string, string>>): Parameters<typeof fitness>[0] {
  const lines = Object.entries({ role: 'master', maxmemory_policy: 'noeviction', aof_enabled: '1', ...info });
  const text = `# Server\r\n${lines.map(([name, value]) => `${name}:${value}\r\n`).join('')}`;
  return { info: () => Promise.resolve(text) } as Parameters<typeof fitness>[0];
}

async function stateOf(name: string, info: Readonly<Record<string, string>>): Promise<string | undefined> {
  const found = (await fitness(answering(info))).find((check) => check.name === name);
  return found && `${found.state} ${found.detail}`;
}

describe.skipIf(!hasRedis).concurrent('a server', () => {
  it('that keeps what it is given is fit', async () => {
    const checks = [...(await fitnessOf({})).values()];
    expect(checks.map(({ name, state, hint }) => ({ name, state, hint }))).toEqual(
      ['version', 'role', 'eviction', 'persistence', 'memory'].map((name) => ({
        name: `queue ${name}`,
        state: 'ok',
        hint: null,
      })),
    );
    expect(checks[4]?.detail).toMatch(/^\d+\.\d MB used, no limit$/);
  });

  it('that throws keys away is not', async () => {
    expect((await fitnessOf({ policy: 'allkeys-lru' })).get('queue eviction')).toEqual({
      name: 'queue eviction',
      state: 'failed',
      detail: 'maxmemory-policy is allkeys-lru: when its memory is full, runs are thrown away',
      hint: 'redis-cli config set maxmemory-policy noeviction; and in redis.conf',
    });
  });

  it('that writes nothing down is, with a warning', async () => {
    expect((await fitnessOf({ appendOnly: false })).get('queue persistence')).toMatchObject({
      state: 'warning',
      detail: expect.stringContaining('appendonly is off: a power cut or a crash loses what'),
      hint: 'redis-cli config set appendonly yes; and in redis.conf',
    });
  });

  it('that is a replica is not, and says whose', async () => {
    await withRedis({}, async ({ port }) => {
      expect((await fitnessOf({ lines: [`replicaof 127.0.0.1 ${port}`] })).get('queue role')).toMatchObject({
        state: 'failed',
        detail: `it is the replica of 127.0.0.1:${port} and takes no writes`,
      });
    });
  });

  it('says so when its memory is nearly full', async () => {
    expect((await fitnessOf({ lines: ['maxmemory 900kb'] })).get('queue memory')).toMatchObject({
      state: 'warning',
      detail: expect.stringMatching(/MB of 0\.9 MB used: when it is full, runs are refused/),
    });
  });

  it('may forbid CONFIG, but not INFO', async () => {
    const users = ['alice on >hunter22 ~* &* +@all -config', 'bob on >hunter22 ~* &* +@all -info'];
    const login = { password: 'hunter22', passwordFrom: 'a test' };
    const ofAlice = await fitnessOf({ users, policy: 'volatile-ttl' }, { ...login, user: 'alice' });
    expect(ofAlice.get('queue eviction')?.state).toBe('failed');
    const ofBob = [...(await fitnessOf({ users }, { ...login, user: 'bob' })).values()];
    expect(ofBob).toMatchObject([
      { name: 'queue version', state: 'failed', detail: expect.stringContaining('NOPERM') },
    ]);
  });
});

describe('what is known of other servers', () => {
  it('is whether they are new enough', async () => {
    expect(await stateOf('queue version', { redis_version: '6.2.0' })).toBe('ok Redis 6.2.0');
    expect(await stateOf('queue version', { redis_version: '8.0.1' })).toBe('ok Redis 8.0.1');
    expect(await stateOf('queue version', { redis_version: '6.0.16' })).toBe('failed Redis 6.0.16, which is too old');
    expect(await stateOf('queue version', {})).toMatch(/^failed Redis of an unknown version/);
    const valkey = { redis_version: '7.2.4', server_name: 'valkey', valkey_version: '8.1.0' };
    expect(await stateOf('queue version', valkey)).toBe('ok Valkey 8.1.0');
  });

  it('is whether they are clusters, and whether they can write', async () => {
    expect(await stateOf('queue role', { cluster_enabled: '1' })).toMatch(/^failed it is part of a cluster/);
    for (const name of ['aof_last_write_status', 'rdb_last_bgsave_status'])
      expect(await stateOf('queue persistence', { [name]: 'err' })).toMatch(/^failed it can not write its files/);
  });
});

describe('a look at a queue', () => {
  it('that can not be reached is one failed check', async () => {
    const port = await freePort();
    const checks = await checkQueue(addressOf({ port, url: `redis://127.0.0.1:${port}/0` }), 5000);
    expect(checks).toMatchObject([{ name: 'queue', state: 'failed', detail: expect.stringContaining('ECONNREFUSED') }]);
  });

  it.skipIf(!hasRedis)('is all that there is to say', async () => {
    await withRedis({ password: 'hunter22' }, async (server) => {
      const login = { password: 'hunter22', passwordFrom: 'a test' };
      const checks = await checkQueue(addressOf(server, login), 5000);
      expect(checks[0]).toEqual({
        name: 'queue',
        state: 'ok',
        detail: `${server.url} takes connections and the login`,
        hint: null,
      });
      expect(checks.map(({ state }) => state)).toEqual([...Array(6).fill('ok'), 'warning']);
    });
  });
});
