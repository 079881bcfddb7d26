import type { QueueAddress } from '../../src/config/queue.js';
import type { RedisServer } from '../support/redis.js';

/** The address of a server that a test has started, as the settings would give it. */
export function addressOf(server: Pick<RedisServer, 'port' | 'url'>, more: Partial<QueueAddress> = {}): QueueAddress {
  return {
    host: '127.0.0.1',
    port: server.port,
    db: 0,
    user: undefined,
    password: undefined,
    passwordFrom: undefined,
    tls: undefined,
    prefix: 'phonectl',
    name: server.url,
    ...more,
  };
}
