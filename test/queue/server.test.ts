import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { hasRedis, withRedis } from '../support/redis.js';

describe.skipIf(!hasRedis).concurrent('the server that tests start', () => {
  it('has what it was told after kill -9, on the same port', async () => {
    await withRedis({}, async (server) => {
      const before = new Redis(server.port);
      await before.set('key', 'value');
      before.disconnect();
      await server.kill9();
      expect(server.pid).toBeUndefined();
      await server.restart();
      const after = new Redis(server.port);
      expect(await after.get('key')).toBe('value');
      after.disconnect();
    });
  });

  it('has users and passwords as it was told', async () => {
    await withRedis({ password: 'of-default', users: ['alice on >of-alice ~* +@all'] }, async ({ port }) => {
      for (const login of [{ password: 'of-default' }, { username: 'alice', password: 'of-alice' }]) {
        const redis = new Redis(port, login);
        expect(await redis.ping()).toBe('PONG');
        redis.disconnect();
      }
    });
  });

  it('speaks TLS, and is known by its certificate', async () => {
    await withRedis({ tls: true, policy: 'allkeys-lru', appendOnly: false }, async (server) => {
      const redis = new Redis(server.port, '127.0.0.1', { tls: { ca: await server.ca() } });
      expect(await redis.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'allkeys-lru']);
      redis.disconnect();
    });
  });
});
