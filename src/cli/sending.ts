import type { PhoneSource } from '../inventory/phone.js';
import { glance } from '../run/glance.js';
import { MANY } from '../run/registrar.js';
import type { RunResult } from '../run/run.js';
import { type Survey, survey } from '../run/survey.js';
import { type Job, runJob } from './carry.js';
import { conclude, type Done } from './conclude.js';
import { confirm, mustAsk } from './confirm.js';
import { type Connector, connectorsFor } from './connector.js';
import { EXIT } from './exit-codes.js';
import { Failure, toFailure, usageError } from './failure.js';
import { Interrupt } from './interrupt.js';
import { judge, judgeCount } from './judge.js';
import type { Keeping } from './keeping.js';
import { withoutRight } from './look-up.js';
import { nextSteps } from './output/next-steps.js';
import { narrow } from './phones.js';
import { asked, judgeTask, keepsJournal, openListed, plan, routesFor, sourceOf } from './prepare.js';
import { registeredAt } from './registered-at.js';
import type { Resumed } from './resumed.js';
import { withCanary } from './rollout.js';
import { askSites, closeSites, type OpenSite, unasked } from './sites.js';
import type { Task, Undertaking } from './task.js';
import { warn } from './warn.js';

/**
 * Asks the servers who is there, plans every phone, stops if something is wrong with one, asks where that is due, sends,
 * and reports each outcome.
 * @throws Failure, InventoryError, TemplateError, ConfigError, QuestionError, JournalError, LockHeldError: nothing was sent
 */
export async function carryOut(given: Task): Promise<Done> {
  const wanted = withCanary(given);
  const resumed =
    given.flags.resume === undefined ? undefined : await (await import('./resumed.js')).findResumed(given.flags.resume);
  if (wanted.flags.via !== undefined && !wanted.flags['dry-run']) {
    return (await import('./via/hand-over.js')).handOver(wanted);
  }
  judgeTask(wanted);
  const complete = resumed && (await (await import('./complete-run.js')).concludeComplete(resumed, wanted));
  if (complete) return complete;
  const connectors =
    wanted.flags.via === undefined
      ? await connectorsFor(wanted.flags)
      : await (await import('./via/stand-ins.js')).standIns(wanted);
  const meant = withNames(wanted, connectors);
  const { flags, terminal } = meant;
  const interrupt = new Interrupt();
  terminal.onBroken(() => interrupt.abort('nobody reads the output any more'));
  const task: Undertaking = { ...meant, began: resumed ? new Date(resumed.head.started) : new Date() };
  const locks = await lock(task, connectors, resumed, interrupt.signal);
  let phones: PhoneSource | undefined;
  let sites: readonly OpenSite[] = [];
  try {
    const isListed = !flags.registered || resumed?.copy !== undefined;
    phones = isListed ? await openListed(task, resumed) : undefined;
    const first = phones && (await lookOver(phones, task, connectors));
    sites = asksServer(task)
      ? await askSites(connectors, flags['sip-profile'], first?.aors).catch(orWithoutRight)
      : unasked(connectors);
    judgeSites(sites, task, isListed);
    phones ??= narrow(registeredAt(sites, flags['sip-profile']), flags);
    const [site] = sites;
    const asked = task.ask && site?.lookUp ? task.ask(phones, site.lookUp) : phones;
    return await send({ task, sites, phones: asked, selected: phones, resumed, interrupt });
  } finally {
    interrupt.release();
    await closeSites(sites);
    await phones?.close();
    await locks?.release();
  }
}

/** Servers that have a name, from the settings too, are those that rows may mean. */
function withNames(task: Task, connectors: readonly Connector[]): Task {
  const names = connectors.filter(({ isNamed }) => isNamed).map(({ name }) => name);
  return names.length === 0 ? task : { ...task, flags: { ...task.flags, server: names } };
}

// What keeps a run alive is loaded only where it is needed: most of what a short command costs is loading modules.
async function lock(task: Task, connectors: readonly Connector[], resumed: Resumed | undefined, signal: AbortSignal) {
  const { flags } = task;
  const isFleet = flags.inventory !== undefined || flags.registered || resumed !== undefined;
  if (flags['dry-run'] || !isFleet) return undefined;
  return (await import('./locks.js')).takeLocks({ task, connectors, resumed, signal });
}

/** A dry run stays off the network, unless it is asked for what only the server knows. */
function asksServer({ flags, ask }: Task): boolean {
  return flags.registered || (flags.check ?? (!flags['dry-run'] || ask !== undefined));
}

function orWithoutRight(error: unknown): never {
  throw withoutRight(error);
}

/** Whether a run can do without those servers that could not be asked. */
function judgeSites(sites: readonly OpenSite[], { flags, ask }: Task, isListed: boolean): void {
  const down = sites.filter(({ offline }) => offline !== undefined);
  // With a list of phones each of them has an outcome, also if no server is there.
  const isNeeded = !isListed || flags['dry-run'] || ask !== undefined;
  if (isNeeded && down[0]?.offline && down.length === sites.length) throw down[0].offline;
  if (sites.length > 1 && ask) throw usageError('--server: this command asks one server', 'one --server, or --host');
}

/** Counts the phones, and finds what is wrong with them, before a server is asked. */
async function lookOver(phones: PhoneSource, task: Undertaking, connectors: readonly Connector[]) {
  const { order, flags, terminal, ask } = task;
  const first = await glance(phones.entries(), MANY);
  judgeCount(first.phones, phones, flags);
  // A script that forgot --yes learns it whatever the server says.
  if (order.reboots && !flags['dry-run']) mustAsk(terminal, order, first.phones, flags.yes);
  // Rows that lack what the server will add can't be planned yet.
  if (first.hasProblems && !flags['skip-invalid'] && !ask) {
    const found = await survey(phones.entries(), routesFor(task, order, unasked(connectors)));
    judge(found, phones, flags);
  }
  return first;
}

interface Ready {
  readonly task: Undertaking;
  readonly sites: readonly OpenSite[];
  readonly phones: PhoneSource;
  /** The same before the server was asked what to make of them. */
  readonly selected: PhoneSource;
  readonly resumed: Resumed | undefined;
  readonly interrupt: Interrupt;
}

async function send(ready: Ready): Promise<Done> {
  const { task, sites, phones, resumed, interrupt } = ready;
  const { flags, terminal } = task;
  const { order, routes, found, reports } = await plan(task, sites, phones);
  judge(found, phones, flags);
  // Of a run that goes on they have been said; and what keeps it from going on should not come after them.
  if (!flags.quiet && !resumed) await warn(found, phones, sites, terminal);
  const isOffline = sites.every(({ offline }) => offline !== undefined);
  // Rows that only lack what the server would have told are no reason to say that they can't be told.
  if (isOffline && found.orders === 0 && sites[0]?.offline && !flags['dry-run']) throw sites[0].offline;
  if (!flags['dry-run'] && !isOffline && !(await confirm(terminal, asked(order, found), found.orders, flags.yes))) {
    return { exitCode: EXIT.usage, failure: new Failure('nothing was sent', EXIT.usage) };
  }
  const keeping = await keepFor(ready, found);
  if (!flags.quiet && resumed) await warn({ ...found, notes: new Map() }, phones, sites, terminal);
  interrupt.begin();
  const job: Job = { task, order, phones, sites, routes, found, reports, keeping, interrupt };
  try {
    const result = await runJob(job);
    const done = conclude(result, interrupt, terminal);
    return keeping ? await finish(keeping, done, result) : done;
  } finally {
    await keeping?.release();
  }
}

async function keepFor({ task, sites, selected, resumed }: Ready, found: Survey): Promise<Keeping | undefined> {
  if (!keepsJournal(task)) return undefined;
  const { keep } = await import('./keeping.js');
  const servers = sites.map(({ connector: { name, host, port } }) => ({ name, host, port }));
  const source = sourceOf(task, selected, resumed);
  return keep({ task, phones: selected, source, count: found.phones - found.repeated, servers, resumed });
}

/** Writes the last line of the journal, and finds out how to go on. */
async function finish(
  { journal, ...keeping }: Keeping,
  done: Done,
  { counts, short, ms }: RunResult & { ms: number },
): Promise<Done> {
  const goOn = nextSteps({ ...keeping, counts, short });
  try {
    await journal.end(done.exitCode, ms);
    return { ...done, goOn };
  } catch (error) {
    return { ...done, failure: done.failure ?? toFailure(error) };
  }
}
