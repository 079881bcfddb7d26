import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { stateFolder } from '../config/state.js';
import { acquireLock, type Lock, LockHeldError, REGISTRATIONS } from '../run/lock.js';
import type { Connector } from './connector.js';
import { parseSpan } from './flag-values.js';
import type { Resumed } from './resumed.js';
import type { Task } from './task.js';

export interface LocksOptions {
  readonly task: Task;
  readonly connectors: readonly Connector[];
  readonly resumed: Resumed | undefined;
  readonly signal: AbortSignal;
}

/**
 * Sees to it that nobody else tells the same phones at the same time: one run for each server and inventory, and one for
 * each journal. Phones that are named one by one are nobody's fleet.
 * @throws LockHeldError, ConfigError
 */
export async function takeLocks({
  task,
  connectors,
  resumed,
  signal,
}: LocksOptions): Promise<{ release(): Promise<void> }> {
  const { flags, command } = task;
  const names = await namesOf(task, connectors, resumed);
  const waitMs = lockTimeout(flags);
  const locks: Lock[] = [];
  const release = async (): Promise<void> => {
    for (const lock of locks.reverse()) await lock.release();
  };
  try {
    // In one order for all, so that two runs never wait for each other.
    for (const name of names.sort()) {
      locks.push(await acquireLock({ folder: lockFolder(), name, run: resumed?.head.run ?? command, waitMs, signal }));
    }
  } catch (error) {
    await release();
    throw error;
  }
  return { release };
}

/** How long to wait for another run, milliseconds. */
export function lockTimeout({ 'lock-timeout': given }: Task['flags']): number {
  return given === undefined ? 0 : parseSpan('lock-timeout', given);
}

/** What the phones of a run are, for others that may be for the same; undefined if they are named one by one, or come by a pipe. */
export async function fleetOf({ inventory, registered }: Task['flags']): Promise<string | undefined> {
  if (registered) return REGISTRATIONS;
  if (inventory === undefined || inventory === '-') return undefined;
  return realpath(inventory).catch(() => inventory);
}

async function namesOf(
  { flags }: Task,
  connectors: readonly Connector[],
  resumed: Resumed | undefined,
): Promise<string[]> {
  const own = resumed ? [await journalLock(resumed.path)] : [];
  const phones = await fleetOf(flags);
  if (phones === undefined) return own;
  const addresses = await Promise.all(connectors.map((connector) => connector.address()));
  return [...own, ...new Set(addresses.map((address) => `${address}\n${phones}`))];
}

async function journalLock(path: string): Promise<string> {
  return `journal ${await realpath(path)}`;
}

/**
 * Keeps others from going on with a run that is under way.
 * @throws LockHeldError
 */
export async function lockJournal(path: string, run: string): Promise<Lock> {
  return acquireLock({ folder: lockFolder(), name: await journalLock(path), run, waitMs: 0 });
}

/** Whether a run is writing to this journal. */
export async function isJournalInUse(path: string): Promise<boolean> {
  try {
    await (await lockJournal(path, 'run prune')).release();
    return false;
  } catch (error) {
    if (error instanceof LockHeldError) return true;
    throw error;
  }
}

function lockFolder(): string {
  return join(stateFolder(process.env), 'locks');
}
