import { Redis } from 'ioredis';
import type { QueueAddress } from '../config/queue.js';
export interface RedisOptions {
  readonly onLost?: (reason: string) => void;
  readonly onBack?: () => void;
  readonly name?: string;
}
export async function openRedis(address: QueueAddress, _options: RedisOptions = {}): Promise<Redis> {
  const redis = new Redis({
    host: address.host,
    port: address.port,
    db: address.db,
    ...(address.password !== undefined && { password: address.password }),
    maxRetriesPerRequest: null,
  });
  redis.on('error', () => {});
  await redis.ping();
  return redis;
}
