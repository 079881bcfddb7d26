import { STOP_RULE } from '../run/stop-rule.js';
import { settleUnclaimed } from './settle.js';
import type { RunStore } from './store.js';

/** Ends a run that has not been sent within the time that it was given, as a stop rule would. By the clock of the queue. */
export async function expire(store: RunStore, run: string): Promise<void> {
  const at = await store.redis.hget(store.keys.run(run), 'expiresAt');
  if (at === null) return;
  const [seconds] = await store.redis.time();
  if (Number(seconds) * 1000 < Number(at)) return;
  const reason = `${STOP_RULE}: not sent by ${new Date(Number(at)).toISOString()}, when it was to be over`;
  // Again, too: whoever stopped it may not have come to the rest.
  await store.stop(run, reason);
  await settleUnclaimed(store, run, reason);
}
