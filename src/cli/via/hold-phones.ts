import { hostname } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import { hold, release } from '../../queue/hold.js';
import type { RunRecord } from '../../run/journal/record.js';
import { REGISTRATIONS } from '../../run/lock.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { fleetOf, lockTimeout } from '../locks.js';
import type { Undertaking } from '../task.js';
import type { OpenQueue } from './open-queue.js';

/** Between two looks whether the other run is over, milliseconds. */
const LOOK_MS = 1000;

/**
 * Sees to it that no other run of the queue tells the same phones at the same time, as `takeLocks` does for those without one: one run for each server
 * and inventory.
 * @returns gives them up again, for a run that is not handed over after all
 * @throws Failure if another one does
 */
export async function holdPhones(
  { store, address }: OpenQueue,
  { flags }: Pick<Undertaking, 'flags'>,
  { run, servers }: RunRecord,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const found = await fleetOf(flags);
  if (found === undefined) return async () => {};
  // Who is registered is the same from everywhere; a file is one of this machine.
  const fleet = { servers, phones: found === REGISTRATIONS ? found : `${hostname()} ${found}` };
  const deadline = performance.now() + lockTimeout(flags);
  for (;;) {
    const holder = await hold(store, run, fleet);
    if (!holder) return () => release(store, run, fleet);
    const left = deadline - performance.now();
    if (left <= 0 || signal.aborted) {
      const since = new Date(holder.since).toISOString();
      const look = `phonectl run follow ${holder.run} --via ${address.name}`;
      throw new Failure(`another run is telling the same phones: ${holder.run}, since ${since}`, EXIT.locked, {
        hint: `wait for it with --lock-timeout 10m; ${look} shows it`,
      });
    }
    await wait(Math.min(left, LOOK_MS), undefined, { signal }).catch(() => {});
  }
}
