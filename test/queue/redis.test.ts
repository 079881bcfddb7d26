import { createServer } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { toFailure } from '../../src/cli/failure.js';
import type { QueueAddress } from '../../src/config/queue.js';
import { QueueError } from '../../src/queue/errors.js';
import { openRedis } from '../../src/queue/redis.js';
import { freePort } from '../support/free-port.js';
import { hasRedis, type RedisServer, withRedis } from '../support/redis.js';
import { addressOf } from './address.js';

const SECRET = 'hunter22';

/** That a queue answers, after which its connection is ended. */
async function answers(address: QueueAddress): Promise<void> {
  const redis = await openRedis(address);
  try {
    expect(await redis.ping()).toBe('PONG');
  } finally {
    redis.disconnect();
  }
}

/** Why a queue could not be opened, with what to try. */
async function refusalOf(address: QueueAddress, timeoutMs?: number): Promise<string> {
  const error: unknown = await openRedis(address, timeoutMs === undefined ? {} : { timeoutMs }).then(
    (redis) => {
      redis.disconnect();
      return undefined;
    },
    (error: unknown) => error,
  );
  if (!(error instanceof QueueError)) throw new Error(`no QueueError: ${error}`);
  // All of it, as far as anything could show it.
  expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
  return `${error.message} | ${error.hint}`;
}

/** Notes what is told of a connection. */
function listener() {
  const told: string[] = [];
  return {
    told,
    onLost: (reason: string) => {
      told.push(`lost: ${reason}`);
    },
    onBack: () => {
      told.push('back');
    },
  };
}

const withPassword = { password: SECRET, passwordFrom: 'PHONECTL_QUEUE_PASSWORD' };

describe('a queue that is not there', () => {
  it('is one at whose port nobody listens', async () => {
    const server = { port: await freePort(), url: 'redis://127.0.0.1:1/0' };
    expect(await refusalOf(addressOf(server))).toBe(
      "queue redis://127.0.0.1:1/0 can't be reached: nothing listens there (ECONNREFUSED) | is the server running, and is this its port?",
    );
    // A name may have several addresses, and then there is an error for each.
    expect(await refusalOf(addressOf(server, { host: 'localhost' }))).toContain('nothing listens there (ECONNREFUSED)');
  });

  it('is one whose host there is not', async () => {
    const address = addressOf({ port: 6379, url: 'redis://queue.invalid:6379/0' }, { host: 'queue.invalid' });
    expect(await refusalOf(address)).toMatch(/there is no host of this name \(ENOTFOUND\)|could not be looked up/);
  });

  it('is one that says nothing, or hangs up', async () => {
    const silent = createServer((socket) => socket.on('error', () => {}).resume());
    const curt = createServer((socket) => socket.on('error', () => {}).end());
    for (const server of [silent, curt]) await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const portOf = (server: typeof silent) => (server.address() as { port: number }).port;
    const url = 'redis://it/0';
    expect(await refusalOf(addressOf({ port: portOf(silent), url }), 300)).toMatch(
      /^queue redis:\/\/it\/0 can't be reached: it was not ready within 300 ms \| /,
    );
    expect(await refusalOf(addressOf({ port: portOf(curt), url }))).toMatch(
      /^queue redis:\/\/it\/0 closed the connection before the login was done \| if it takes TLS only: rediss:/,
    );
    silent.close();
    curt.close();
  });

  it('ends a command with exit code 4', async () => {
    expect(toFailure(new QueueError('it is down', 'start it'))).toMatchObject({
      message: 'it is down',
      hint: 'start it',
      exitCode: 4,
    });
  });
});

describe.skipIf(!hasRedis).concurrent('the login to a queue', () => {
  it('needs nothing where nothing is asked for', async () => {
    await withRedis({}, (server) => answers(addressOf(server)));
  });

  it('is that of the password, and is refused without it or with another', async () => {
    await withRedis({ password: SECRET }, async (server) => {
      await answers(addressOf(server, withPassword));
      expect(await refusalOf(addressOf(server))).toMatch(
        /^queue redis:\S+ wants a password, and none is known: NOAUTH .* \| password-file below queue in the settings, PHONECTL_QUEUE_PASSWORD/,
      );
      const wrong = { ...withPassword, password: `${SECRET}-not` };
      expect(await refusalOf(addressOf(server, wrong))).toMatch(
        /^queue redis:\S+ refused the login: WRONGPASS .* \| is the password right\? it is that of PHONECTL_QUEUE_PASSWORD$/,
      );
    });
  });

  it('is that of a user of the ACL', async () => {
    const users = [`alice on >${SECRET} ~* &* +@all`];
    await withRedis({ password: 'of-default', users }, async (server) => {
      await answers(addressOf(server, { ...withPassword, user: 'alice' }));
      expect(await refusalOf(addressOf(server, { ...withPassword, user: 'bob' }))).toMatch(
        /refused the login as bob: WRONGPASS/,
      );
      expect(await refusalOf(addressOf(server, { user: 'alice' }))).toMatch(
        /refused the login as alice without a password: WRONGPASS/,
      );
    });
  });

  it('is for the database that was meant, or for none', async () => {
    await withRedis({}, async (server) => {
      const redis = await openRedis(addressOf(server, { db: 3 }), { name: 'a-test' });
      expect(await redis.client('INFO')).toMatch(/ name=a-test .* db=3 /);
      redis.disconnect();
      expect(await refusalOf(addressOf(server, { db: 99 }))).toMatch(
        /has no database 99: ERR DB index is out of range \| /,
      );
    });
  });

  it('is refused where there are too many', async () => {
    await withRedis({ lines: ['maxclients 1'] }, async (server) => {
      const redis = await openRedis(addressOf(server));
      // It says why and hangs up at once; what we wrote meanwhile may have its words thrown away.
      expect(await refusalOf(addressOf(server))).toMatch(
        /takes no more connections: ERR max number of clients|closed the connection before the login was done/,
      );
      redis.disconnect();
    });
  });
});

describe.skipIf(!hasRedis).concurrent('a queue whose password is known for another address', () => {
  it('says that it was not given to it', async () => {
    const withheld = { from: 'PHONECTL_QUEUE_PASSWORD', of: 'redis://localhost:6379/0' };
    await withRedis({ password: SECRET }, async (server) => {
      expect(await refusalOf(addressOf(server, { withheld }))).toMatch(
        /wants a password, and that of PHONECTL_QUEUE_PASSWORD was not given to it, as it belongs to redis:\/\/localhost:6379\/0: NOAUTH .* \| the address as it is known: redis:\/\/localhost:6379\/0$/,
      );
      expect(await refusalOf(addressOf(server, { withheld, user: 'alice' }))).toContain('was not given to it');
    });
  });
});

describe.skipIf(!hasRedis).concurrent('a queue with TLS', () => {
  const withTls = (use: (server: RedisServer) => Promise<void>) => withRedis({ tls: true, password: SECRET }, use);

  it('is trusted by the certificate of its CA', async () => {
    await withTls(async (server) => {
      const tls = { ca: await server.ca() };
      await answers(addressOf(server, { ...withPassword, tls }));
      await answers(addressOf(server, { ...withPassword, tls, host: 'localhost' }));
    });
  });

  it('is not trusted without it', async () => {
    await withTls(async (server) => {
      expect(await refusalOf(addressOf(server, { ...withPassword, tls: { ca: undefined } }))).toMatch(
        /^queue rediss:\S+ was not trusted: its certificate is not vouched for by a CA that is known here \(DEPTH_ZERO_SELF_SIGNED_CERT\) \| the certificate of its CA: ca-file below queue in the settings$/,
      );
    });
  });

  it('is not reached without TLS, and none that has no TLS with it', async () => {
    await withTls(async (server) => {
      expect(await refusalOf(addressOf(server, withPassword))).toMatch(/\| if it takes TLS only: rediss:/);
    });
    await withRedis({}, async (server) => {
      // It waits for the end of what it takes for a line.
      const said = await refusalOf(addressOf(server, { ...withPassword, tls: { ca: undefined } }), 1000);
      expect(said).toContain('redis:// instead of rediss://');
    });
  });
});

describe.skipIf(!hasRedis).concurrent('a queue that was lost', () => {
  it('is back after kill -9, and what was said meanwhile is done once', async ({ expect }) => {
    await withRedis({ password: SECRET }, async (server) => {
      const { told, ...callbacks } = listener();
      const redis = await openRedis(addressOf(server, withPassword), callbacks);
      expect(await redis.incr('count')).toBe(1);
      await server.kill9();
      await expect.poll(() => told).toEqual(['lost: it closed the connection']);
      const waiting = redis.incr('count');
      await server.restart();
      expect(await waiting).toBe(2);
      expect(told).toEqual(['lost: it closed the connection', 'back']);
      redis.disconnect();
    });
  });

  it('is told once each time, however often it is tried', async ({ expect }) => {
    await withRedis({}, async (server) => {
      const { told, ...callbacks } = listener();
      const redis = await openRedis(addressOf(server), callbacks);
      let tries = 0;
      redis.on('reconnecting', () => tries++);
      for (let round = 1; round <= 2; round++) {
        tries = 0;
        await server.kill9();
        await expect.poll(() => tries).toBeGreaterThan(3);
        await server.restart();
        expect(await redis.ping()).toBe('PONG');
        expect(told.map((text) => text.split(':')[0])).toEqual(Array(round).fill(['lost', 'back']).flat());
      }
      redis.disconnect();
    });
  });

  it('has a command that blocked wait on', async () => {
    await withRedis({}, async (server) => {
      const redis = await openRedis(addressOf(server));
      const other = await openRedis(addressOf(server));
      const popped = redis.blpop('list', 0);
      await other.ping();
      await server.kill9();
      await server.restart();
      await other.rpush('list', 'value');
      expect(await popped).toEqual(['list', 'value']);
      redis.disconnect();
      other.disconnect();
    });
  });

  it('is no loss if it was ended by us', async () => {
    await withRedis({}, async (server) => {
      const { told, ...callbacks } = listener();
      const [one, other] = [
        await openRedis(addressOf(server), callbacks),
        await openRedis(addressOf(server), callbacks),
      ];
      const ended = [one, other].map((redis) => new Promise((resolve) => redis.once('end', resolve)));
      one.disconnect();
      await other.quit();
      await Promise.all(ended);
      expect(told).toEqual([]);
    });
  });
});
