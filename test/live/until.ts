import { setTimeout as sleep } from 'node:timers/promises';

const GLANCE_MS = 10;

/** Looks again and again until something has come about that nobody announces. False if it has not in this time. */
export async function within(ms: number, done: () => boolean | Promise<boolean>): Promise<boolean> {
  const end = performance.now() + ms;
  while (!(await done())) {
    if (performance.now() > end) return false;
    await sleep(GLANCE_MS);
  }
  return true;
}
