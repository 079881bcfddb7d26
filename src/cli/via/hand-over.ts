import type { Entry, PhoneSource } from '../../inventory/phone.js';
import { cut } from '../../queue/cut.js';
import type { Work, WorkSizes } from '../../queue/work.js';
import { Workers } from '../../queue/workers.js';
import { glance } from '../../run/glance.js';
import { type Survey, survey } from '../../run/survey.js';
import type { Done } from '../conclude.js';
import { confirm, mustAsk } from '../confirm.js';
import { EXIT } from '../exit-codes.js';
import { Failure, usageError } from '../failure.js';
import { describeWarnings, judge, judgeCount } from '../judge.js';
import { asked, judgeTask, openListed, routesFor, sourceOf } from '../prepare.js';
import { rolloutNumbers } from '../rollout.js';
import type { Task, Undertaking } from '../task.js';
import { printable } from '../terminal.js';
import { UNKNOWN_WIDTHS } from './follow.js';
import { handAndFollow } from './follow-own.js';
import { handRegistered } from './hand-registered.js';
import { nameRun, type OpenQueue, openQueue, queueAddress } from './open-queue.js';
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

/** How a server is spoken to, which through a queue its worker does: here these would have no effect. What the environment or settings say is for other runs. */
const OF_WORKER: ReadonlySet<string> = new Set(['host', 'port', 'user', 'password-file', 'timeout', 'concurrency']);

/** What can't be had through a queue. */
export function judgeVia({ flags, typed, ask, command }: Task): void {
  if (ask) throw usageError(`--via: ${command} asks the server itself`, 'run it beside the server');
  if (flags.resume !== undefined) throw usageError('--via: a run that began without a queue goes on without one');
  if (flags['retry-unknown'] && flags['failed-from'] === undefined) {
    throw usageError('--via with --retry-unknown', 'together with --failed-from RUN, those of that run are told again');
  }
  if (flags.detach && flags.journal !== undefined) {
    throw usageError('--detach with --journal: of a run that is not followed nothing is written here', 'one of them');
  }
  const idle = [...typed].find((flag) => OF_WORKER.has(flag));
  if (idle !== undefined) {
    throw usageError(
      `--via with --${idle}: the worker beside the server has its own`,
      'leave it out; phonectl worker, beside the server, takes it',
    );
  }
}

/** The workers that are meant: those of `--server`, else all that there have been. */
export async function serversOf({ flags }: Pick<Task, 'flags'>, { store, address }: OpenQueue): Promise<string[]> {
  const known = [...(await new Workers(store).all()).keys()].sort();
  if (known.length === 0) {
    throw new Failure(`${address.name}: no worker has told of itself yet`, EXIT.connection, {
      hint: 'beside each FreeSWITCH: phonectl worker --server NAME --queue URL',
    });
  }
  const wanted = flags.server ?? known;
  return wanted.map((name) => {
    const found = known.find((one) => one.toLowerCase() === name.toLowerCase());
    if (found) return found;
    throw usageError(`--server ${name}: ${address.name} has no worker of that name`, `there are: ${known.join(', ')}`);
  });
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

/** What is known of phones before they are handed over. */
interface Judged {
  readonly found: Survey;
  /** What has been said of them. */
  readonly said: readonly string[];
  /** The servers that some of them are for. */
  readonly servers: readonly string[];
}

/**
 * Plans all phones that are named, as far as that can be done here, and asks where that is due; undefined if the answer is no.
 * @throws Failure, InventoryError, TemplateError
 */
export async function judgeListed(
  task: Undertaking,
  servers: readonly string[],
  phones: PhoneSource,
): Promise<Judged | undefined> {
  const { order, flags, terminal } = task;
  const first = await glance(phones.entries(), 0);
  judgeCount(first.phones, phones, flags);
  if (order.reboots) mustAsk(terminal, order, first.phones, flags.yes);
  const sites = servers.map((name) => ({
    connector: { name, aliases: [], setting: () => undefined },
    lookUp: undefined,
    offline: undefined,
  }));
  const routes = routesFor(task, order, sites);
  const concerned = new Set<string>();
  const found = await survey(noting(phones.entries(), serverOf(servers), concerned), routes);
  judge(found, phones, flags);
  const said = describeWarnings(found, phones.name);
  if (!flags.quiet) for (const line of said) terminal.say(printable(line));
  // Who lacks a vendor here may have one at the server: all that can be told may be.
  const mayBeTold = found.phones - found.invalid;
  if (!(await confirm(terminal, asked(order, found), mayBeTold, flags.yes))) return undefined;
  return { found, said, servers: servers.filter((server) => concerned.has(server)) };
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

/** The same entries, where it is noted whose they are. */
async function* noting(
  entries: AsyncIterable<Entry>,
  of: (entry: Entry) => string,
  concerned: Set<string>,
): AsyncGenerator<Entry, void, undefined> {
  for await (const entry of entries) {
    concerned.add(of(entry));
    yield entry;
  }
}

/** The server of each row; the first one has those that are no phone, as somebody has to say so. */
function serverOf(servers: readonly string[]): (entry: Entry) => string {
  const byName = new Map(servers.map((name) => [name.toLowerCase(), name]));
  const [first = ''] = servers;
  return (entry) => {
    const named = entry.kind === 'phone' ? entry.phone.server : undefined;
    return (named !== undefined && byName.get(named.toLowerCase())) || first;
  };
}

/** Rows of which nobody knows whose they are, as what is wrong with them: none of the workers must guess. */
async function* assigned(
  entries: AsyncIterable<Entry>,
  servers: readonly string[],
): AsyncGenerator<Entry, void, undefined> {
  const names = servers.map((name) => name.toLowerCase());
  for await (const entry of entries) {
    const { phone } = entry.kind === 'phone' ? entry : { phone: undefined };
    const isKnown = phone?.server === undefined ? servers.length === 1 : names.includes(phone.server.toLowerCase());
    if (!phone || isKnown) yield entry;
    else yield astray(phone, servers);
  }
}

function astray(
  { aor, server, row = 0 }: Extract<Entry, { kind: 'phone' }>['phone'],
  servers: readonly string[],
): Entry {
  const names = servers.join(', ');
  const problem =
    server === undefined
      ? `no server is named, and it may be any of ${names}`
      : `server "${server}" is none of ${names}`;
  return { kind: 'problem', row, aor: `${aor.user}@${aor.host}`, problems: [{ row, problem }] };
}
