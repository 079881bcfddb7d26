import { RunLists } from '../../queue/lists.js';
import type { RunState } from '../../queue/store.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { plural } from '../plural.js';
import type { OpenQueue } from './open-queue.js';

/** What is said of a run that its queue has lost, as one without append-only files does. @param missing phones without an outcome */
export function lostByQueue({ address }: OpenQueue, { run }: Pick<RunState, 'run'>, missing: number): Failure {
  const rest = missing > 0 ? `; of ${plural(missing, 'phone')} nobody knows whether they were told` : '';
  return new Failure(`${address.name} knows nothing of run ${run} any more: it has lost its data${rest}`, EXIT.short, {
    hint: 'phonectl doctor shows whether it writes down what it is given; phones that may be told again: the same command once more',
  });
}

/** Which servers were left out of a run that was to be for all who are registered, and why; undefined if none was. */
export async function leftOut({ store }: OpenQueue, { run, work }: RunState): Promise<Failure | undefined> {
  if (!work.listing) return undefined;
  const all = await new RunLists(store).all(run);
  const missing = all.flatMap(({ server, problem }) => (problem === undefined ? [] : [`${server}: ${problem}`]));
  if (missing.length === 0) return undefined;
  return new Failure(`who is registered there was not told: ${missing.join('; ')}`, EXIT.short);
}
