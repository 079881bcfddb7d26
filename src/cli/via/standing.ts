import type { RunState } from '../../queue/store.js';
import { isThere, Workers } from '../../queue/workers.js';
import type { Standing } from './describe-standing.js';
import type { OpenQueue } from './open-queue.js';

export async function standingOf(queue: OpenQueue, { run, state, stopped, slices }: RunState): Promise<Standing> {
  const isOpen = state === 'open';
  return {
    via: queue.address.name,
    state,
    stopped,
    slices,
    done: state === 'filling' || state === 'listing' ? 0 : await queue.store.slicesDone(run),
    silent: isOpen ? await silentServers(queue, run) : [],
  };
}

/** The servers that something of a run is left for and whose workers have not been heard of lately. */
export async function silentServers({ store }: OpenQueue, run: string): Promise<string[]> {
  const there = await new Workers(store).all();
  const due = new Set((await store.due(run)).map(({ server }) => server));
  return [...due].filter((server) => {
    const worker = there.get(server);
    return !worker || !isThere(worker, Date.now());
  });
}
