import { Schedules } from '../../queue/schedules.js';
import type { RunStore } from '../../queue/store.js';
import { withQueue } from '../via/open-queue.js';

/** Opens the schedules of a queue for as long as the function is under way. @throws QueueError, ConfigError, Failure */
export async function withSchedules<T>(
  via: string | undefined,
  use: (schedules: Schedules, store: RunStore) => Promise<T>,
): Promise<T> {
  return withQueue(via, async ({ store }) => {
    const schedules = new Schedules(store);
    try {
      return await use(schedules, store);
    } finally {
      await schedules.close();
    }
  });
}
