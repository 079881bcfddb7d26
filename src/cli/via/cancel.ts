import { settleUnclaimed } from '../../queue/settle.js';
import { openQueue, queueAddress } from './open-queue.js';

/** The reason of phones that were not told as somebody ended their run. */
const CANCELLED = 'cancelled';

/** Ends a run everywhere; a sentence about it. @throws QueueError, ConfigError */
export async function cancelRun(run: string, via: string | undefined): Promise<string> {
  const queue = await openQueue(await queueAddress(via, '--via'));
  try {
    await queue.store.state(run);
    if (!(await queue.store.stop(run, CANCELLED))) return `run ${run} is over`;
    await settleUnclaimed(queue.store, run, CANCELLED);
    const { state } = await queue.store.state(run);
    return state === 'over'
      ? `run ${run} is cancelled, and over`
      : `run ${run} is cancelled; what is on its way is awaited`;
  } finally {
    await queue.close();
  }
}
