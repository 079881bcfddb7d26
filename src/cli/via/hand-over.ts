import type { PhoneSource } from '../../inventory/phone.js';
import { cut } from '../../queue/cut.js';
import type { Work, WorkSizes } from '../../queue/work.js';
import type { Survey } from '../../run/survey.js';
import type { Done } from '../conclude.js';
import { EXIT } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { judgeTask, openListed, sourceOf } from '../prepare.js';
import { rolloutNumbers } from '../rollout.js';
import type { Task, Undertaking } from '../task.js';
import { printable } from '../terminal.js';
import { UNKNOWN_WIDTHS } from './follow.js';
import { handAndFollow } from './follow-own.js';
import { handRegistered } from './hand-registered.js';
import { judgeListed } from './judge-listed.js';
import { judgeVia, serversOf } from './meant.js';
import { nameRun, type OpenQueue, openQueue, queueAddress } from './open-queue.js';
import { assigned, serverOf } from './whose.js';
import { sliceSize, workFor } from './work-for.js';

/**
 * Plans a run as always, but for what only the servers know, hands it to the workers beside them, and follows it.
 * @throws Failure, InventoryError, TemplateError, ConfigError, QueueError, PackError: nothing was handed over
 */
export async function handOver(task: Task): Promise<Done> {
  const { flags, terminal } = task;
  judgeTask(task);
  judgeVia(task);
  const address = await queueAddress(flags.via, '--via');
  const queue = await openQueue(address, {
    onLost: (reason) => terminal.say(printable(`warning: ${address.name} is gone: ${reason}; waiting for it`)),
    onBack: () => terminal.say(printable(`note: ${address.name} is back`)),
  });
  let phones: PhoneSource | undefined;
  try {
    const servers = await serversOf(task, queue);
    const meant = { ...task, flags: { ...flags, server: servers }, began: new Date() };
    if (flags.registered) return await handRegistered(queue, meant, servers);
    phones = await openListed(meant, undefined);
    return await handTo(queue, meant, servers, phones);
  } finally {
    await phones?.close();
    await queue.close();
  }
}

async function handTo(
  queue: OpenQueue,
  task: Undertaking,
  servers: readonly string[],
  phones: PhoneSource,
): Promise<Done> {
  const judged = await judgeListed(task, servers, phones);
  if (!judged) return { exitCode: EXIT.usage, failure: new Failure('nothing was sent', EXIT.usage) };
  const { found, said } = judged;
  const work = await workFor(task, {
    run: await nameRun(queue, task.began),
    name: phones.name,
    servers: judged.servers,
    source: sourceOf(task, phones, undefined),
    phones: found.phones - found.repeated,
    via: queue.address.name,
    sizes: { phones: found.phones, widths: widthsOf(found) },
  });
  return handAndFollow(queue, task, work, (signal) => publish(queue, work, task, servers, phones, found, signal), said);
}

/** A phone of which only its server knows the make may have any vendor and any event. */
function widthsOf({ orders, phones, invalid, widths: { aor, vendor, event } }: Survey): WorkSizes['widths'] {
  if (orders === phones - invalid) return { aor, vendor, event };
  return {
    aor,
    vendor: Math.max(vendor, UNKNOWN_WIDTHS.vendor),
    event: Math.max(event, UNKNOWN_WIDTHS.event),
  };
}

async function publish(
  { store, queues }: OpenQueue,
  work: Work,
  task: Undertaking,
  servers: readonly string[],
  phones: PhoneSource,
  found: Survey,
  signal: AbortSignal,
): Promise<void> {
  const { run } = work.head;
  await store.begin(work);
  const { batches } = rolloutNumbers(task.flags);
  const options = { perSlice: sliceSize(task), batches, total: found.phones, serverOf: serverOf(servers) };
  const sliced = await cut(assigned(phones.entries(), servers), options, {
    add: (number, server, entries) => {
      signal.throwIfAborted();
      return store.addRows({ run, number, server }, entries);
    },
  });
  signal.throwIfAborted();
  await store.open(run, sliced);
  await queues.release(run);
}
