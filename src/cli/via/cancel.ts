import { settleUnclaimed } from '../../queue/settle.js';
import { withQueue } from './open-queue.js';
import { whichRun } from './which-run.js';

/** The reason of phones that were not told as somebody ended their run. */
const CANCELLED = 'cancelled';

/**
 * Ends a run everywhere; one that was never handed over as a whole is forgotten. A sentence about it.
 * @throws QueueError, ConfigError, JournalError
 */
export async function cancelRun(text: string, via: string | undefined): Promise<string> {
  return withQueue(via, async (queue) => {
    const run = await whichRun(queue, text);
    await queue.store.state(run);
    if (await queue.store.forget(run)) return `run ${run} had not begun, and is forgotten`;
    if (!(await queue.store.stop(run, CANCELLED))) return `run ${run} is over`;
    await settleUnclaimed(queue.store, run, CANCELLED);
    const { state } = await queue.store.state(run);
    return state === 'over'
      ? `run ${run} is cancelled, and over`
      : `run ${run} is cancelled; what is on its way is awaited`;
  });
}
