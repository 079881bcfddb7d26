import { RunLists } from '../../queue/lists.js';
import type { RunState } from '../../queue/store.js';
import { EXIT } from '../exit-codes.js';
import { Failure, usageError } from '../failure.js';
import type { OpenQueue } from './open-queue.js';

/** Why a run was over before it had begun, as its servers told of no phone for it; undefined of any other run. */
export async function nobodyOf(
  { store }: OpenQueue,
  { run, state, stopped, phones, work }: RunState,
): Promise<Failure | undefined> {
  if (state !== 'over' || stopped !== undefined || phones > 0 || work.listing === undefined) return undefined;
  const all = await new RunLists(store).all(run);
  const [first, ...others] = all.flatMap(({ server, problem }) => (problem === undefined ? [] : [{ server, problem }]));
  if (first && others.length + 1 === all.length) {
    return new Failure(`nobody could be asked who is registered: ${first.server}: ${first.problem}`, EXIT.connection, {
      hint: 'doctor, beside the server, shows what is wrong there',
      details: others.map(({ server, problem }) => `${server}: ${problem}`),
    });
  }
  return usageError(
    'registrations: no phone is selected',
    'inventory export, beside a server, shows who is registered there',
  );
}
