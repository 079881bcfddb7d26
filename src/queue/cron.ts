import { getNextMillis } from 'bullmq';

/** When something is due, again and again. */
export interface Timing {
  /** Minute, hour, day of month, month and day of week, before them seconds or not; or `@daily` and the like. */
  readonly cron: string;
  /** Of the IANA database: `Europe/Berlin`. */
  readonly tz: string;
}

/** The first due time behind one, milliseconds since 1970; undefined if there is none. @throws Error if there is no such expression */
export function dueAfter({ cron, tz }: Timing, after: number): number | undefined {
  return getNextMillis(after, { pattern: cron, tz });
}

/** The last due time up to now, of which `due` is one. */
export function latestDue(timing: Timing, due: number, now: number): number {
  const isBefore = (time: number): boolean => (dueAfter(timing, time) ?? Number.POSITIVE_INFINITY) <= now;
  if (due >= now || !isBefore(due)) return due;
  // Behind `low` there is one more, behind `high` there is none.
  let low = due;
  let high = now;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isBefore(middle)) low = middle;
    else high = middle;
  }
  return dueAfter(timing, low) ?? due;
}

/** How many due times there are from one on and before another; counted up to `most`. */
export function countDue(timing: Timing, from: number, before: number, most: number): number {
  let count = 0;
  for (let time: number | undefined = from; time !== undefined && time < before && count < most; count++) {
    time = dueAfter(timing, time);
  }
  return count;
}
