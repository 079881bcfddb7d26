import type { Done } from '../conclude.js';
import { EXIT } from '../exit-codes.js';
import { Interrupt } from '../interrupt.js';
import type { OutputFlags } from '../output/create.js';
import type { Terminal } from '../terminal.js';
import { followRun } from './follow.js';
import { openQueue, queueAddress } from './open-queue.js';

/** No phone of the run has been looked at here, so nobody knows how wide the columns of its table will be. */
const WIDTHS = { aor: 24, vendor: 10, event: 24 };

export interface FollowFlags extends Omit<OutputFlags, 'dry-run'> {
  readonly via?: string | undefined;
}

/** Follows a run that another process has handed over. @throws QueueError, ConfigError */
export async function followAgain(run: string, flags: FollowFlags, terminal: Terminal): Promise<Done> {
  const queue = await openQueue(await queueAddress(flags.via, '--via'));
  // The run is not ours to end: the first signal leaves.
  const interrupt = new Interrupt();
  try {
    const options = { run, flags: { ...flags, 'dry-run': false }, terminal, widths: WIDTHS, verb: 'follow', interrupt };
    const done = await followRun(queue, options);
    return interrupt.exitCode === undefined ? done : { exitCode: interrupt.exitCode ?? EXIT.ok };
  } finally {
    interrupt.release();
    await queue.close();
  }
}
