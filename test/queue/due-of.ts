import type { RunStore } from '../../src/queue/store.js';
import type { Slice } from '../../src/queue/work.js';

/** All slices that are due of a run, server by server. */
export async function dueOf(store: RunStore, run: string): Promise<Slice[]> {
  const { servers } = await store.due(run);
  return (await Promise.all(servers.map((server) => store.dueAt(run, server)))).flat();
}
