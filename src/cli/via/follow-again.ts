import type { WorkSizes } from '../../queue/work.js';
import type { Done } from '../conclude.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { Interrupt } from '../interrupt.js';
import type { OutputFlags } from '../output/create.js';
import { printable, type Terminal } from '../terminal.js';
import { completeOwn } from './collect.js';
import { NOT_WHOLE } from './describe-standing.js';
import { followRun, UNKNOWN_WIDTHS } from './follow.js';
import { type OpenQueue, openQueue, queueAddress } from './open-queue.js';
import { whichRun } from './which-run.js';

export interface FollowFlags extends Omit<OutputFlags, 'dry-run'> {
  readonly via?: string | undefined;
}

/**
 * Follows a run that another process has handed over.
 * @param text its id, the beginning of it, or `last`
 * @throws QueueError, ConfigError, JournalError, Failure
 */
export async function followAgain(text: string, flags: FollowFlags, terminal: Terminal): Promise<Done> {
  const queue = await openQueue(await queueAddress(flags.via, '--via'));
  const interrupt = new Interrupt();
  try {
    const run = await whichRun(queue, text);
    const sizes = await sizesOf(queue, run);
    // The run is not ours to end: a signal only leaves it.
    interrupt.begin();
    terminal.onBroken(() => interrupt.abort('nobody reads the output any more'));
    const options = { run, flags: { ...flags, 'dry-run': false }, terminal, sizes, verb: 'follow', interrupt };
    const { done, isOver } = await followRun(queue, { ...options, leaves: true });
    if (isOver) {
      await completeOwn(queue, run).catch((error: Error) =>
        terminal.say(printable(`warning: its journal here can't be made whole: ${error.message}`)),
      );
      return done;
    }
    const at = `${run} --via ${queue.address.name}`;
    terminal.say(printable(`note: run ${run} goes on; to end it: phonectl run cancel ${at}`));
    return { ...done, goOn: [`phonectl run follow ${at}`] };
  } finally {
    interrupt.release();
    await queue.close();
  }
}

async function sizesOf({ store, address }: OpenQueue, run: string): Promise<WorkSizes> {
  const { state, work } = await store.state(run);
  if (state === 'filling') {
    const hint = `wait a moment; if it stays so, this forgets it: phonectl run cancel ${run} --via ${address.name}`;
    throw new Failure(`run ${run} has ${NOT_WHOLE}`, EXIT.input, { hint });
  }
  const { phones = work.head.phones, widths = UNKNOWN_WIDTHS } = work.sizes ?? {};
  const isSound = [phones, widths.aor, widths.vendor, widths.event].every((size) => Number.isSafeInteger(size));
  return isSound ? { phones, widths } : { phones: work.head.phones, widths: UNKNOWN_WIDTHS };
}
