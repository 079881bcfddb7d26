import { QueueError } from '../../queue/errors.js';
import type { QueuedRun } from '../output/runs.js';
import { withQueue } from './open-queue.js';
import { standingOf } from './standing.js';

/** All runs of a queue, those that began last first. @throws QueueError, ConfigError */
export async function listQueued(via: string): Promise<QueuedRun[]> {
  return withQueue(via, async (queue) => {
    const runs: QueuedRun[] = [];
    for (const run of await queue.store.runs()) {
      try {
        const state = await queue.store.state(run);
        runs.push({ run, head: state.work.head, standing: await standingOf(queue, state) });
      } catch (error) {
        if (!(error instanceof QueueError)) throw error;
      }
    }
    return runs;
  });
}
