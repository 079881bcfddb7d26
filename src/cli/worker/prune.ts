import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { KEEP_MS } from '../../queue/store.js';

/** Removes what a worker has written of runs that the queue has forgotten by now. What can't be removed stays. */
export async function pruneWork(folder: string, now: number): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => undefined);
    if (found && now - found.mtimeMs > KEEP_MS) await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}
