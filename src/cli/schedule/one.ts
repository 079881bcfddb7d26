import { dueAfter } from '../../queue/cron.js';
import type { Schedule } from '../../queue/schedules.js';
import { formatDue } from './format.js';
import { withSchedules } from './with-schedules.js';

/** When a schedule is due next, milliseconds since 1970. @throws QueueError, ConfigError */
export async function nextOf(name: string, count: number, via: string | undefined) {
  return withSchedules(via, async (schedules) => {
    const schedule = await schedules.get(name);
    const times: number[] = [];
    for (let last = Date.now(); times.length < count; ) {
      const next = dueAfter(schedule, last);
      if (next === undefined) break;
      times.push(next);
      last = next;
    }
    return { schedule, times };
  });
}

/** A line for each. */
export function describeTimes(schedule: Schedule, times: readonly number[]): string {
  return times.map((time) => `${formatDue(schedule, time)}\n`).join('');
}

/** @throws QueueError, ConfigError */
export async function removeSchedule(name: string, via: string | undefined): Promise<void> {
  await withSchedules(via, (schedules) => schedules.remove(name));
}
