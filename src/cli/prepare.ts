import type { PhoneSource } from '../inventory/phone.js';
import type { RunRecord } from '../run/journal/record.js';
import type { Order } from '../run/order.js';
import { Planner } from '../run/plan.js';
import { Routes } from '../run/routes.js';
import { type Survey, survey } from '../run/survey.js';
import type { Connector } from './connector.js';
import { usageError } from './failure.js';
import { parseRate, parseRetry } from './flag-values.js';
import { judgeRetry } from './judge.js';
import { narrow, openPhones } from './phones.js';
import type { Resumed } from './resumed.js';
import { judgeRollout } from './rollout.js';
import type { OpenSite } from './sites.js';
import type { Task, TaskFlags, Undertaking } from './task.js';
import { judgeCertainty, withoutTrace } from './watch.js';

/** What is wrong with what was typed, before anything else is done. */
export function judgeTask({ order, aors, flags }: Task): void {
  judgeCertainty(flags, order);
  judgeNumbers(flags);
  if (!flags.resume) judgeRetry(order, flags['retry-unknown'] ?? false);
  if (flags.registered && aors.length > 0) throw usageError(`both ${aors[0]} and --registered`, 'one of them');
}

/** Flags that are read where they are used are looked at before anything else is done. */
function judgeNumbers(flags: TaskFlags): void {
  if (flags.rate !== undefined) parseRate(flags.rate);
  parseRetry(flags['retry-for']);
  judgeRollout(flags);
}

/** The phones that are named: in a file, in arguments, or in the journal of a run. */
export async function openListed({ aors, flags }: Task, resumed: Resumed | undefined): Promise<PhoneSource> {
  const inventory = resumed?.copy ?? flags.inventory;
  if (flags['failed-from'] === undefined) return openPhones(aors, { ...flags, inventory });
  const named =
    inventory === undefined && aors.length === 0 ? undefined : await openPhones(aors, { ...flags, inventory });
  const { server, via } = flags;
  const options = {
    retryUnknown: flags['retry-unknown'] ?? false,
    // Through a queue the servers are those that have workers, and a run without one may have called them otherwise.
    byServer: (used: ReadonlySet<string>) =>
      server !== undefined && (via === undefined || server.length > 1 || server.some((name) => used.has(name))),
    via,
  };
  const { phonesFromRun } = await import('./phones-from-run.js');
  const source = await phonesFromRun(flags['failed-from'], named, options);
  return named ? source : narrow(source, flags);
}

/** A server, as far as planning needs to know it. */
export interface RouteSite extends Pick<OpenSite, 'lookUp' | 'offline'> {
  readonly connector: Pick<Connector, 'name' | 'aliases' | 'setting'>;
}

/** A task, as far as planning needs to know it. */
export interface RouteTask extends Pick<Undertaking, 'catalog' | 'began'> {
  readonly flags: Partial<Pick<TaskFlags, 'server' | 'sip-profile'>>;
}

/** What makes orders of phones, each for its server. */
export function routesFor({ catalog, flags, began }: RouteTask, order: Order, sites: readonly RouteSite[]): Routes {
  const isNamed = flags.server !== undefined;
  return new Routes(
    sites.map(({ connector, lookUp, offline }) => {
      const { name, aliases } = connector;
      const registrar = lookUp?.registrar;
      const sipProfile = flags['sip-profile'] ?? connector.setting('sip-profile')?.value;
      const isDown = offline !== undefined;
      return {
        name,
        aliases,
        registrar,
        isDown,
        plans: new Planner({
          order,
          catalog,
          server: name,
          sipProfile,
          began,
          registrar,
          mayAsk: !registrar && !isDown,
        }),
      };
    }),
    { toMailbox: order.toMailbox ?? false, isNamed },
  );
}

/** A task, as far as a plan of it needs to know it. */
export interface PlanTask extends Pick<Undertaking, 'catalog' | 'began' | 'order'> {
  readonly flags: Partial<Pick<TaskFlags, 'server' | 'sip-profile' | 'evidence' | 'trace'>>;
}

/** What is to be sent, and by which way. */
export interface Plan {
  readonly order: Order;
  readonly routes: Routes;
  readonly found: Survey;
  /** Whether mod_sms reports what phones answer. */
  readonly reports: boolean;
}

/** Plans everything once, and counts. Where mod_sms can report what phones answer, in the words that it reports on. */
export async function plan(
  { order, ...task }: PlanTask,
  sites: readonly OpenSite[],
  phones: Pick<PhoneSource, 'entries'>,
): Promise<Plan> {
  const { flags } = task;
  const draft = async (candidate: Order) => {
    const routes = routesFor(task, candidate, sites);
    return { order: candidate, routes, found: await survey(phones.entries(), routes) };
  };
  const first = await draft(order);
  if (order.reporting && (await mayReport(first.found, flags, sites))) {
    return { ...(await draft(order.reporting)), reports: true };
  }
  if (flags.evidence === 'answered' && flags.trace === false) throw withoutTrace();
  return { ...first, reports: false };
}

/** Whether mod_sms can report the answers; of several devices on one extension it tells too little. */
async function mayReport(
  { shared }: Survey,
  flags: Pick<TaskFlags, 'evidence'>,
  sites: readonly OpenSite[],
): Promise<boolean> {
  if (flags.evidence !== 'answered' || shared > 0) return false;
  const there = await Promise.all(sites.map(({ lookUp }) => lookUp?.questions.moduleExists('mod_sms') ?? false));
  return there.every(Boolean);
}

/** What an order is asked about: of a template, and of what settings make of a resync, what comes out tells whether it is a reboot. */
export function asked({ verb, reboots }: Order, { restarts, ownRestarts }: Survey): Pick<Order, 'verb' | 'reboots'> {
  return { verb, reboots: reboots === undefined ? restarts > 0 : reboots || ownRestarts > 0 };
}

/** Whether a run has a journal: not a dry one, and not one for a single AOR, as scripts send them all day long. */
export function keepsJournal({ aors, flags }: Pick<Task, 'aors' | 'flags'>): boolean {
  if (flags['dry-run'] || flags['no-journal']) return false;
  return flags.journal !== undefined || flags.resume !== undefined || aors.length !== 1;
}

/** Where the phones of a run come from, as its journal says it. */
export function sourceOf(
  { flags, aors }: Task,
  phones: PhoneSource,
  resumed: Resumed | undefined,
): RunRecord['source'] {
  if (resumed) return resumed.head.source;
  if (flags.registered) return 'registrations';
  if (flags.inventory !== undefined) return phones.copyTo ? 'pipe' : 'file';
  return aors.length > 0 ? 'arguments' : 'run';
}
