import type { Entry, PhoneSource } from '../../inventory/phone.js';
import { packedName, packTemplates } from '../../payload/pack.js';
import { cut } from '../../queue/cut.js';
import { settleUnclaimed } from '../../queue/settle.js';
import { WORK_SCHEMA, type Work, type WorkSizes } from '../../queue/work.js';
import { Workers } from '../../queue/workers.js';
import { glance } from '../../run/glance.js';
import { JOURNAL_SCHEMA, type RunRecord } from '../../run/journal/record.js';
import { newRunId } from '../../run/journal/store.js';
import { type OrderSpec, renameTemplates } from '../../run/order-spec.js';
import { type Survey, survey } from '../../run/survey.js';
import type { Done } from '../conclude.js';
import { confirm, mustAsk } from '../confirm.js';
import { EXIT } from '../exit-codes.js';
import { Failure, usageError } from '../failure.js';
import { parseRate } from '../flag-values.js';
import { Interrupt } from '../interrupt.js';
import { describeWarnings, judge, judgeCount } from '../judge.js';
import { pinned } from '../keeping.js';
import { toLine } from '../output/json.js';
import { nextSteps } from '../output/next-steps.js';
import { SCHEMA } from '../output/schema.js';
import { asked, judgeTask, openListed, routesFor, sourceOf } from '../prepare.js';
import { rolloutNumbers } from '../rollout.js';
import { currentFolder } from '../settings.js';
import type { Task, TaskFlags, Undertaking } from '../task.js';
import { printable, type Terminal } from '../terminal.js';
import { howOf } from '../worker/how.js';
import { followRun } from './follow.js';
import { type OpenQueue, openQueue, queueAddress } from './open-queue.js';
import { OwnJournal } from './own-journal.js';

/** Of a run that waits for evidence a slice is long, as the next one begins when its last phone is back. */
const PER_SLICE = { least: 50, most: 1000, waiting: 5000 };
/** The columns of a table whose values only the servers know, characters. */
const UNKNOWN_WIDTHS = { aor: 24, vendor: 10, event: 24 };
/** So long a slice should take at the pace of the run, seconds. */
const SLICE_SECONDS = 2;

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
    phones = await openListed(meant, undefined);
    return await handTo(queue, meant, servers, phones);
  } finally {
    await phones?.close();
    await queue.close();
  }
}

/** What can't be had through a queue. */
function judgeVia({ flags, ask, command }: Task): void {
  if (ask) throw usageError(`--via: ${command} asks the server itself`, 'run it beside the server');
  if (flags.registered) {
    throw usageError(
      '--via: who is registered is known beside the servers only',
      'an inventory: inventory export makes one',
    );
  }
  if (flags.resume !== undefined) throw usageError('--via: a run that began without a queue goes on without one');
  if (flags['retry-unknown'] && flags['failed-from'] === undefined) {
    throw usageError('--via with --retry-unknown', 'together with --failed-from RUN, those of that run are told again');
  }
  if (flags.detach && flags.journal !== undefined) {
    throw usageError('--detach with --journal: of a run that is not followed nothing is written here', 'one of them');
  }
}

/** The workers that are meant: those of `--server`, else all that there have been. */
async function serversOf({ flags }: Task, { store, address }: OpenQueue): Promise<string[]> {
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
  const found = await survey(phones.entries(), routes);
  judge(found, phones, flags);
  if (!flags.quiet) for (const line of describeWarnings(found, phones.name)) terminal.say(printable(line));
  // Who lacks a vendor here may have one at the server: all that can be told may be.
  const mayBeTold = found.phones - found.invalid;
  if (!(await confirm(terminal, asked(order, found), mayBeTold, flags.yes))) {
    return { exitCode: EXIT.usage, failure: new Failure('nothing was sent', EXIT.usage) };
  }
  const work = await workOf(task, servers, phones, found, queue.address.name);
  const interrupt = new Interrupt();
  interrupt.begin();
  const say = (line: string): void => terminal.say(printable(line));
  try {
    const own = await OwnJournal.begin(task, work.head, say);
    try {
      await publish(queue, work, task, servers, phones, found, interrupt.signal);
    } catch (error) {
      await own?.remove();
      await queue.store.forget(work.head.run);
      if (!interrupt.signal.aborted) throw error;
      const exitCode = interrupt.exitCode ?? EXIT.interrupted;
      return { exitCode, failure: new Failure('nothing was sent', exitCode) };
    }
    if (flags.detach) return await detach(work.head, flags, terminal);
    return await follow(queue, work, task, own, interrupt);
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
    const options = { run, flags, terminal, sizes, verb: order.verb, interrupt, journal: own };
    const { done, counts, short, ms } = await followRun(queue, options);
    if (!own) return done;
    await own.end(done.exitCode, ms);
    return { ...done, goOn: nextSteps({ run: own.run, head, counts, short }) };
  } catch (error) {
    await own?.leave();
    throw error;
  }
}

async function workOf(
  task: Undertaking,
  servers: readonly string[],
  phones: PhoneSource,
  found: Survey,
  via: string,
): Promise<Work> {
  const { order, flags, catalog, began } = task;
  const { maxFailures, pauseMs } = rolloutNumbers(flags);
  const head: RunRecord = {
    kind: 'run',
    schema: JOURNAL_SCHEMA,
    run: newRunId(began),
    command: task.command,
    args: await pinned(task.argv),
    cwd: currentFolder(),
    version: task.version,
    started: began.toISOString(),
    servers,
    evidence: flags.evidence ?? 'accepted',
    source: sourceOf(task, phones, undefined),
    phones: found.phones - found.repeated,
    fingerprints: [],
    via,
  };
  return {
    schema: WORK_SCHEMA,
    head,
    order: renameTemplates(order.spec, packedName),
    templates: await packTemplates(catalog, templatesOf(order.spec)),
    how: howOf(flags),
    rule: { maxFailures, isCanary: flags.canary ?? false },
    pauseMs,
    sizes: { phones: found.phones, widths: widthsOf(found) },
  };
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

function templatesOf(spec: OrderSpec): string[] {
  if (spec.kind !== 'template') return [];
  return [spec.template, ...(spec.reporting ? templatesOf(spec.reporting) : [])];
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
      return store.addRows({ run, number }, server, entries);
    },
  });
  signal.throwIfAborted();
  await store.open(run, sliced);
  await queues.release(run);
}

function sliceSize({ order, flags }: Undertaking): number {
  if (flags.evidence !== undefined && flags.evidence !== 'accepted') return PER_SLICE.waiting;
  const rate = flags.rate === undefined ? order.rate : parseRate(flags.rate);
  if (rate === 0) return PER_SLICE.most;
  return Math.min(PER_SLICE.most, Math.max(PER_SLICE.least, Math.round(rate * SLICE_SECONDS)));
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
