import { pickRun } from '../../run/journal/store.js';
import type { OpenQueue } from './open-queue.js';

/**
 * The run of the queue that is meant by its id, by the beginning of it, or by `last`: the one that began last.
 * @throws JournalError if there is none, or several
 */
export async function whichRun({ store, address }: OpenQueue, text: string): Promise<string> {
  const runs = (await store.runs()).map((run) => ({ run }));
  return pickRun(runs, text, { place: address.name, hint: `phonectl run list --via ${address.name}` }).run;
}
