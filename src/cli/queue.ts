import { findQueue, type QueueAddress } from '../config/queue.js';
import type { Check } from '../run/check-up-check.js';
import { keepSecret, withoutSecrets } from './secrets.js';
import { settings } from './settings.js';

/** The flag that names the queue. */
export interface QueueFlags {
  readonly queue?: string | undefined;
}

/**
 * The queue that is meant, without connecting; undefined if none is named. From then on no output shows its password.
 * @param flag what the flag is called, for messages
 * @throws ConfigError
 */
export async function queueFor(
  { queue: url }: QueueFlags,
  flag: '--via' | '--queue' = '--queue',
): Promise<QueueAddress | undefined> {
  const queue = await findQueue({ url, flag }, { settings: (await settings()).settings, env: process.env });
  if (queue?.password !== undefined) keepSecret(queue.password);
  return queue;
}

/** Looks whether it can hold runs. Its client is loaded by this, as few commands need it. @param timeoutMs milliseconds */
export async function lookAtQueue(queue: QueueAddress, timeoutMs: number): Promise<readonly Check[]> {
  const { checkQueue } = await import('../queue/check-up.js');
  const checks = await checkQueue(queue, timeoutMs);
  // What it says may be what it was told.
  return checks.map((check) => ({ ...check, detail: withoutSecrets(check.detail) }));
}
