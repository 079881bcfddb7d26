import { RunLists } from '../../queue/lists.js';
import { registeredPhones } from '../../run/registered.js';
import type { Done } from '../conclude.js';
import { ask, MANY_PHONES } from '../confirm.js';
import { EXIT } from '../exit-codes.js';
import { Failure, usageError } from '../failure.js';
import { narrow } from '../phones.js';
import type { Undertaking } from '../task.js';
import { handAndFollow } from './follow-own.js';
import { nameRun, type OpenQueue } from './open-queue.js';
import { listingOf, workFor } from './work-for.js';

/**
 * Hands over a run for the phones that are registered, of which the workers beside the servers know.
 * @throws Failure, WhereError, TemplateError, QueueError, PackError: nothing was handed over
 */
export async function handRegistered(queue: OpenQueue, task: Undertaking, servers: readonly string[]): Promise<Done> {
  await judgeWhere(task);
  const run = await nameRun(queue, task.began);
  const facts = { run, servers, source: 'registrations', phones: 0, via: queue.address.name } as const;
  const work = await workFor(asRegistered(task), { ...facts, listing: listingOf(task) });
  if (!(await confirmRegistered(task, servers))) {
    return { exitCode: EXIT.usage, failure: new Failure('nothing was sent', EXIT.usage) };
  }
  return handAndFollow(queue, task, work, async (signal) => {
    signal.throwIfAborted();
    await new RunLists(queue.store).begin(work);
    await queue.queues.releaseLists(run);
  });
}

/** Whoever takes the phones that are registered asks for them, and whether they still are. */
export function asRegistered(task: Undertaking): Undertaking {
  return { ...task, flags: { ...task.flags, check: true } };
}

/** What is wrong with a condition is to be known before it is handed over. @throws WhereError */
export async function judgeWhere({ flags }: Undertaking): Promise<void> {
  const none = registeredPhones({ all: () => [] }, undefined);
  const columns = (): readonly string[] => [...none.columns(), 'server'];
  for await (const _ of narrow({ ...none, columns }, flags).entries()) return;
}

/**
 * Asks, as nobody knows how many they are. False if the answer is no.
 * @param when said behind the question, such as how often it will be done
 * @throws Failure if there is nobody to ask and `--yes` was not given
 */
export async function confirmRegistered(
  { order, flags, terminal }: Undertaking,
  servers: readonly string[],
  when = '',
): Promise<boolean> {
  const isFew = flags.limit !== undefined && flags.limit <= MANY_PHONES && order.reboots === false;
  if (flags.yes || isFew) return true;
  const those = flags.where ? ` with ${flags.where.join(', ')}` : '';
  const most = flags.limit === undefined ? 'all' : `at most ${flags.limit}`;
  const question = `${order.verb} ${most} phones that are registered at ${servers.join(', ')}${those}${when}`;
  if (terminal.mayAsk) return ask(terminal, question);
  throw usageError(
    `${question}: that needs --yes where nobody can be asked`,
    'inventory export, beside a server, shows who is registered there',
  );
}
