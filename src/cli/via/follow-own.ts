import { settleUnclaimed } from '../../queue/settle.js';
import type { Work } from '../../queue/work.js';
import type { RunRecord } from '../../run/journal/record.js';
import type { Done } from '../conclude.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { Interrupt } from '../interrupt.js';
import { toLine } from '../output/json.js';
import { nextSteps } from '../output/next-steps.js';
import { SCHEMA } from '../output/schema.js';
import type { TaskFlags, Undertaking } from '../task.js';
import { printable, type Terminal } from '../terminal.js';
import { followRun, UNKNOWN_WIDTHS } from './follow.js';
import { holdPhones } from './hold-phones.js';
import type { OpenQueue } from './open-queue.js';
import { OwnJournal } from './own-journal.js';

/**
 * Hands a run over and follows it, unless it is not to be followed.
 * @param publish puts it into the queue; nothing is sent if it throws
 * @param said what has been said of it already, which workers will say too
 * @throws QueueError, JournalError, LockHeldError, Failure
 */
export async function handAndFollow(
  queue: OpenQueue,
  task: Undertaking,
  work: Work,
  publish: (signal: AbortSignal) => Promise<void>,
  said: readonly string[] = [],
): Promise<Done> {
  const { flags, terminal } = task;
  const { run } = work.head;
  const interrupt = new Interrupt();
  interrupt.begin();
  const say = (line: string): void => terminal.say(printable(line));
  try {
    const giveUp = await holdPhones(queue, task, work.head, interrupt.signal);
    let own: OwnJournal | undefined;
    try {
      own = await OwnJournal.begin(task, work.head, say);
      await publish(interrupt.signal);
    } catch (error) {
      await own?.remove();
      await giveUp();
      // One that was opened already is not carried out behind the user's back.
      if (!(await queue.store.forget(run))) await queue.store.stop(run, 'it could not be handed over');
      if (!interrupt.signal.aborted) throw error;
      const exitCode = interrupt.exitCode ?? EXIT.interrupted;
      return { exitCode, failure: new Failure('nothing was sent', exitCode) };
    }
    if (flags.detach) return await detach(work.head, flags, terminal);
    return await follow(queue, work, task, own, interrupt, said);
  } finally {
    interrupt.release();
  }
}

/** Leaves it to the workers, and says how to look at it from anywhere. */
async function detach({ run, via = '' }: RunRecord, flags: TaskFlags, terminal: Terminal): Promise<Done> {
  const goOn = [`phonectl run follow ${run} --via ${via}`, `phonectl run report ${run} --via ${via}`];
  const format = flags.json ? 'json' : flags.output;
  const line = `run ${run} is handed over to ${via}`;
  if (format === 'json' || format === 'jsonl') await terminal.write(`${toLine({ schema: SCHEMA, run, via })}\n`);
  else if (format === 'table') await terminal.write(`${printable(line)}\n`);
  else terminal.say(printable(line));
  return { exitCode: EXIT.ok, goOn };
}

/** Follows it to its end. Who interrupts this ends the run, wherever it is under way. */
async function follow(
  queue: OpenQueue,
  { head, sizes = { phones: head.phones, widths: UNKNOWN_WIDTHS } }: Work,
  { order, flags, terminal }: Undertaking,
  own: OwnJournal | undefined,
  interrupt: Interrupt,
  said: readonly string[],
): Promise<Done> {
  const { run, via } = head;
  if (!flags.quiet) terminal.say(printable(`note: run ${run} is handed over to ${via}`));
  terminal.onBroken(() => interrupt.abort('nobody reads the output any more'));
  const stop = (): void => {
    const reason = String(interrupt.signal.reason);
    void queue.store
      .stop(run, reason)
      .then(() => settleUnclaimed(queue.store, run, reason))
      .catch(() => {});
  };
  if (interrupt.signal.aborted) stop();
  else interrupt.signal.addEventListener('abort', stop, { once: true });
  try {
    const options = { run, flags, terminal, sizes, verb: order.verb, interrupt, journal: own, said };
    const { done, counts, short, ms } = await followRun(queue, options);
    if (!own) return done;
    await own.end(done.exitCode, ms);
    return { ...done, goOn: nextSteps({ run: own.run, head, counts, short }) };
  } catch (error) {
    // Of a run that came to no phones there is nothing to be reported.
    await (error instanceof Failure ? own?.remove() : own?.leave());
    throw error;
  }
}
