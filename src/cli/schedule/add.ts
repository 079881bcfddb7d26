import { randomUUID } from 'node:crypto';
import type { Entry } from '../../inventory/phone.js';
import { dueAfter } from '../../queue/cron.js';
import { type Schedule, Schedules } from '../../queue/schedules.js';
import { EXIT } from '../exit-codes.js';
import { Failure, usageError } from '../failure.js';
import { judgeTask, openListed } from '../prepare.js';
import { withCanary } from '../rollout.js';
import type { Task, Undertaking } from '../task.js';
import type { Terminal } from '../terminal.js';
import { asRegistered, confirmRegistered, judgeWhere } from '../via/hand-registered.js';
import { judgeListed } from '../via/judge-listed.js';
import { judgeVia, serversOf } from '../via/meant.js';
import { type OpenQueue, openQueue, queueAddress } from '../via/open-queue.js';
import { listingOf, workFor } from '../via/work-for.js';
import { formatDue } from './format.js';
import { parseTiming } from './timing.js';

export interface AddOptions {
  readonly name: string;
  readonly cron: string;
  readonly tz: string | undefined;
  readonly graceMs: number;
  readonly via: string | undefined;
  /** What is to be sent each time. */
  readonly task: Task;
  readonly terminal: Terminal;
}

/**
 * Has something sent by the clock; a sentence about it.
 * @throws Failure, TemplateError, ConfigError, QueueError, PackError: then nothing is
 */
export async function addSchedule(options: AddOptions): Promise<string> {
  const { name, task: given, terminal } = options;
  judgeName(name);
  const timing = parseTiming(options.cron, options.tz);
  const first = dueAfter(timing, Date.now()) ?? 0;
  const task: Undertaking = { ...withCanary(given), terminal, began: new Date(first) };
  judgeTask(task);
  judgeVia(task);
  judgeSource(task);
  const queue = await openQueue(await queueAddress(viaOf(options), '--via'));
  const schedules = new Schedules(queue.store);
  try {
    const servers = await serversOf(task, queue);
    const wanted = await wantedOf(queue, { ...task, flags: { ...task.flags, server: servers } }, servers);
    const { graceMs } = options;
    await schedules.add({ ...timing, name, graceMs, ...wanted, id: randomUUID(), added: new Date().toISOString() });
  } finally {
    await schedules.close();
    await queue.close();
  }
  return `schedule ${name}: due first on ${formatDue(timing, first)}`;
}

/** What is sent each time. @throws Failure if it is not to be */
async function wantedOf(
  queue: OpenQueue,
  task: Undertaking,
  servers: readonly string[],
): Promise<Pick<Schedule, 'work' | 'phones'>> {
  const facts = { servers, via: queue.address.name, listing: { ...listingOf(task), limit: null, where: [] } };
  if (task.flags.registered) {
    await judgeWhere(task);
    const source = 'registrations' as const;
    const work = await workFor(asRegistered(task), { ...facts, source, phones: 0, listing: listingOf(task) });
    if (await confirmRegistered(task, servers, ', each time')) return { work, phones: [] };
    throw new Failure('nothing was added', EXIT.usage);
  }
  const source = await openListed(task, undefined);
  try {
    const judged = await judgeListed(task, servers, source);
    if (!judged) throw new Failure('nothing was added', EXIT.usage);
    const { found } = judged;
    const phones: Entry[] = [];
    for await (const entry of source.entries()) phones.push(entry);
    const work = await workFor(task, { ...facts, source: 'arguments', phones: found.phones - found.repeated });
    return { work, phones };
  } finally {
    await source.close();
  }
}

/** Names are typed, and stand in the keys of Redis. @throws Failure */
function judgeName(name: string): void {
  if (/^[A-Za-z0-9][\w.-]{0,63}$/.test(name)) return;
  throw usageError(`"${name}": not a name for a schedule`, 'letters, digits, . _ and -, 64 at most');
}

/** What workers can't have when it is due. @throws Failure */
function judgeSource({ command, flags }: Task): void {
  const instead = 'name the phones, or --registered';
  if (flags.inventory !== undefined) {
    throw usageError(`--inventory ${flags.inventory}: the workers do not have that file when it is due`, instead);
  }
  if (flags['failed-from'] !== undefined) {
    throw usageError(`--failed-from ${flags['failed-from']}: it is the same phones each time`, instead);
  }
  if (flags.resume !== undefined) throw usageError('a run that is resumed can not be scheduled', instead);
  if (flags['dry-run']) {
    throw usageError('--dry-run: it would send nothing', `to see what would be sent: ${command} … --dry-run`);
  }
}

/** The queue that is named, before the command or in it. @throws Failure if these are two */
function viaOf({ via, task }: AddOptions): string | undefined {
  const inner = task.flags.via;
  if (via !== undefined && inner !== undefined && via !== inner) {
    throw usageError('--via: one queue before --, and another one behind it', 'name it once');
  }
  return via ?? inner;
}
