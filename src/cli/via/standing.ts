import { RunLists } from '../../queue/lists.js';
import type { RunState } from '../../queue/store.js';
import { Workers } from '../../queue/workers.js';
import type { Standing } from './describe-standing.js';
import type { OpenQueue } from './open-queue.js';

export async function standingOf(queue: OpenQueue, { run, state, stopped, slices }: RunState): Promise<Standing> {
  const isBegun = state === 'open' || state === 'over';
  const { store } = queue;
  const unlisted = (await new RunLists(store).missing(run)).map(({ server }) => server);
  const awaited = state === 'open' ? (await store.due(run)).servers : unlisted;
  return {
    via: queue.address.name,
    state,
    stopped,
    slices,
    done: isBegun ? await store.slicesDone(run) : 0,
    unlisted,
    // Those whose workers have not been heard of lately.
    silent: await new Workers(store).silent(awaited),
  };
}
