import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { KEEP_MS } from '../../queue/fields.js';

export interface PruneOptions {
  readonly folder: string;
  /** Paths that are in use, however old they are. */
  readonly used: () => Promise<ReadonlySet<string>>;
  readonly signal: AbortSignal;
  /** @default a day */
  readonly everyMs?: number;
}

const DAY_MS = 86_400_000;

/** Keeps a folder from growing for ever, now and once a day until the signal is aborted. */
export async function keepPruned({ folder, used, signal, everyMs = DAY_MS }: PruneOptions): Promise<void> {
  while (!signal.aborted) {
    await pruneWork(folder, Date.now(), await used());
    await wait(everyMs, undefined, { signal }).catch(() => {});
  }
}

/** Removes what a worker has written of runs that the queue has forgotten by now. What can't be removed stays. */
export async function pruneWork(folder: string, now: number, used: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const found = used.has(path) ? undefined : await stat(path).catch(() => undefined);
    if (found && now - found.mtimeMs > KEEP_MS) await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}
