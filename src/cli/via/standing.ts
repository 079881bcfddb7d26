import { RunLists } from '../../queue/lists.js';
import type { RunState } from '../../queue/store.js';
import { isThere, Workers } from '../../queue/workers.js';
import type { Standing } from './describe-standing.js';
import type { OpenQueue } from './open-queue.js';

export async function standingOf(queue: OpenQueue, { run, state, stopped, slices }: RunState): Promise<Standing> {
  const isBegun = state === 'open' || state === 'over';
  const unlisted = (await new RunLists(queue.store).missing(run)).map(({ server }) => server);
  return {
    via: queue.address.name,
    state,
    stopped,
    slices,
    done: isBegun ? await queue.store.slicesDone(run) : 0,
    unlisted,
    silent: state === 'open' ? await silentServers(queue, run) : await silentOf(queue, unlisted),
  };
}

/** The servers that something of a run is left for and whose workers have not been heard of lately. */
export async function silentServers(queue: OpenQueue, run: string): Promise<string[]> {
  return silentOf(queue, (await queue.store.due(run)).servers);
}

/** Those servers whose workers have not been heard of lately. */
export async function silentOf({ store }: OpenQueue, servers: Iterable<string>): Promise<string[]> {
  const there = await new Workers(store).all();
  return [...servers].filter((server) => {
    const worker = there.get(server);
    return !worker || !isThere(worker, Date.now());
  });
}
