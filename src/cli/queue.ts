import { findQueue, type QueueAddress } from '../config/queue.js';
import { keepSecret } from './secrets.js';
import { settings } from './settings.js';

/** The flag that names the queue. */
export interface QueueFlags {
  readonly queue?: string | undefined;
}

/**
 * The queue that is meant, without connecting; undefined if none is named. From then on no output shows its password.
 * @throws ConfigError
 */
export async function queueFor({ queue: url }: QueueFlags): Promise<QueueAddress | undefined> {
  const queue = await findQueue({ url }, { settings: (await settings()).settings, env: process.env });
  if (queue?.password !== undefined) keepSecret(queue.password);
  return queue;
}
