import type { InferredFlags } from '@oclif/core/interfaces';
import { EslError } from '../esl/index.js';
import type { PhoneSource } from '../inventory/phone.js';
import type { Catalog } from '../payload/catalog.js';
import { Calls } from '../run/calls.js';
import { withoutCredentials } from '../run/challenge.js';
import { glance } from '../run/glance.js';
import type { LaneOptions } from '../run/lane.js';
import type { Order } from '../run/order.js';
import { Pace, REAL_CLOCK } from '../run/pace.js';
import { Planner } from '../run/plan.js';
import { registeredPhones } from '../run/registered.js';
import { MANY } from '../run/registrar.js';
import { type RunOptions, type RunResult, run } from '../run/run.js';
import { type Survey, survey } from '../run/survey.js';
import { conclude, type Done } from './conclude.js';
import { confirm, mustAsk } from './confirm.js';
import { type Connector, connectorFor } from './connector.js';
import { EXIT } from './exit-codes.js';
import { Failure, usageError } from './failure.js';
import {
  certaintyFlags,
  connectionFlags,
  outputFlags,
  parseRate,
  registeredFlag,
  selectionFlags,
  sendingFlags,
  templateFlags,
} from './flags.js';
import { Interrupt } from './interrupt.js';
import { describeChallenged, describeWarnings, judge, judgeCount } from './judge.js';
import { type LookUp, openLookUp, withoutRight } from './look-up.js';
import { createReporter } from './output/create.js';
import { narrow, openPhones } from './phones.js';
import { Progress } from './progress.js';
import { printable, type Terminal } from './terminal.js';
import { evidenceFor, evidenceTimeout, judgeCertainty, MAX_REPORTING, withoutTrace } from './watch.js';

/** The flags of every command that sends. */
export const sendFlags = {
  ...selectionFlags,
  ...registeredFlag,
  ...sendingFlags,
  ...certaintyFlags,
  ...connectionFlags,
  ...outputFlags,
  ...templateFlags,
};

export type SendFlags = InferredFlags<typeof sendFlags>;

/** A dry run has no need of a server, a pace or evidence. */
type TaskFlags = Omit<SendFlags, OnlineFlag> & Partial<Pick<SendFlags, OnlineFlag>>;
type OnlineFlag = keyof typeof connectionFlags | keyof typeof certaintyFlags | keyof typeof registeredFlag | 'rate';

/** What is to be sent, to whom, and who is asking. */
export interface Task {
  readonly order: Order;
  readonly aors: readonly string[];
  /** As the user calls it: `mwi on`. */
  readonly command: string;
  readonly flags: TaskFlags;
  readonly catalog: Catalog;
  readonly terminal: Terminal;
  /** What is made of the phones by asking the server, before anything else; then a dry run asks, too. */
  readonly ask?: ((phones: PhoneSource, lookUp: LookUp) => PhoneSource) | undefined;
}

/** A task whose phones are open, and whose server has been asked. */
interface Job extends Task {
  readonly connector: Connector;
  readonly phones: PhoneSource;
  readonly lookUp: LookUp | undefined;
  /** Why the server could not be asked: then it can't be sent to either. */
  readonly offline: EslError | undefined;
}

/**
 * Asks the server who is there, plans every phone, stops if something is wrong with one, asks where that is due, sends,
 * and reports each outcome.
 * @throws Failure, InventoryError, TemplateError, ConfigError, QuestionError: nothing was sent
 */
export async function carryOut(task: Task): Promise<Done> {
  const { aors, flags, terminal } = task;
  judgeCertainty(flags, task.order);
  const connector = await connectorFor(flags);
  const interrupt = new Interrupt();
  terminal.onBroken(() => interrupt.abort('nobody reads the output any more'));
  if (flags.registered && aors.length > 0) throw usageError(`both ${aors[0]} and --registered`, 'one of them');
  const listed = flags.registered ? undefined : await openPhones(aors, flags);
  let lookUp: LookUp | undefined;
  try {
    const first = listed && (await lookOver(listed, task, connector.name));
    let offline: EslError | undefined;
    if (asksServer(task)) {
      try {
        lookUp = await openLookUp(connector, flags['sip-profile']);
        await lookUp.registrar.prepare(first?.aors);
      } catch (error) {
        // With a list of phones each of them has an outcome, also if the server is not there.
        if (!listed || task.ask) throw error;
        if (!(error instanceof EslError) || flags['dry-run']) throw withoutRight(error);
        offline = error;
      }
    }
    const selected = listed ?? narrow(await registered(lookUp, flags), flags);
    const phones = lookUp && task.ask ? task.ask(selected, lookUp) : selected;
    return await send({ ...task, connector, phones, lookUp, offline }, interrupt);
  } finally {
    interrupt.release();
    await lookUp?.close();
    await listed?.close();
  }
}

/** A dry run stays off the network, unless it is asked for what only the server knows. */
function asksServer({ flags, ask }: Task): boolean {
  return flags.registered || (flags.check ?? (!flags['dry-run'] || ask !== undefined));
}

/** Counts the phones, and finds what is wrong with them, before a server is asked. */
async function lookOver(phones: PhoneSource, { order, catalog, flags, terminal, ask }: Task, server: string) {
  const first = await glance(phones.entries(), MANY);
  judgeCount(first.phones, phones.name, flags);
  // A script that forgot --yes learns it whatever the server says.
  if (order.reboots && !flags['dry-run']) mustAsk(terminal, order, first.phones, flags.yes);
  // Rows that lack what the server will add can't be planned yet.
  if (first.hasProblems && !flags['skip-invalid'] && !ask) {
    const planner = new Planner({ order, catalog, server, sipProfile: flags['sip-profile'] });
    judge(await survey(phones.entries(), planner), phones.name, flags);
  }
  return first;
}

async function registered(lookUp: LookUp | undefined, flags: TaskFlags): Promise<PhoneSource> {
  if (!lookUp) throw new Error('--registered without a look-up');
  const { registrar } = lookUp;
  const profile = flags['sip-profile'] === undefined ? undefined : registrar.profile(flags['sip-profile'])?.name;
  return registeredPhones(await registrar.everybody(), profile);
}

async function send(job: Job, interrupt: Interrupt): Promise<Done> {
  const { flags, terminal, connector, phones, lookUp, offline } = job;
  let { order } = job;
  let { planner, found } = await draft(job, order);
  const reports = await mayReport(job, found);
  if (reports && order.reporting) {
    order = order.reporting;
    ({ planner, found } = await draft(job, order));
  } else if (flags.evidence === 'answered' && flags.trace === false) {
    throw withoutTrace();
  }
  judge(found, phones.name, flags);
  if (!flags.quiet) await warn(job, found);
  if (!flags['dry-run'] && !offline && !(await confirm(terminal, asked(order, found), found.orders, flags.yes))) {
    return { exitCode: EXIT.usage, failure: new Failure('nothing was sent', EXIT.usage) };
  }
  interrupt.begin();
  const { signal } = interrupt;
  const evidence = flags['dry-run']
    ? undefined
    : await evidenceFor({ flags, found, reports, connector, lookUp, signal });
  if (evidence?.traces && !flags.quiet) terminal.say(describeTrace(found));
  const release = evidence?.traces
    ? interrupt.hold('FreeSWITCH still traces SIP, which is being switched off')
    : undefined;
  const lane: LaneOptions = {
    connect: () => (offline ? Promise.reject(offline) : connector.open({ maxInFlight: flags.concurrency, signal })),
    pace: new Pace(flags.rate === undefined ? order.rate : parseRate(flags.rate)),
    signal,
  };
  const result = await sendAndReport(job, found, {
    entries: flags['dry-run'] ? until(signal, phones.entries()) : phones.entries(),
    planner,
    concurrency: reports ? Math.min(flags.concurrency, MAX_REPORTING) : flags.concurrency,
    holdsSlot: reports,
    ...(flags.evidence && { wanted: flags.evidence }),
    ...(evidence && { evidence }),
    ...(lookUp && {
      busy: { calls: new Calls(lookUp.questions, REAL_CLOCK), policy: flags.busy, ...evidenceTimeout(flags) },
    }),
    ...(!flags['dry-run'] && { lane }),
  });
  release?.();
  return conclude(result, interrupt, terminal);
}

/** Plans everything once, and counts. */
async function draft({ flags, catalog, connector, phones, lookUp }: Job, order: Order) {
  const { 'sip-profile': sipProfile } = flags;
  const planner = new Planner({ order, catalog, server: connector.name, sipProfile, registrar: lookUp?.registrar });
  return { planner, found: await survey(phones.entries(), planner) };
}

/** Whether mod_sms can report what phones answer to this order; of several devices on one extension it tells too little. */
async function mayReport({ order, flags, lookUp }: Job, { shared }: Survey): Promise<boolean> {
  if (!order.reporting || flags.evidence !== 'answered' || !lookUp || shared > 0) return false;
  return lookUp.questions.moduleExists('mod_sms');
}

/** Entries as long as the signal is not aborted: what a dry run does not get to has no outcome. */
async function* until<T>(signal: AbortSignal, entries: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  for await (const entry of entries) {
    if (signal.aborted) return;
    yield entry;
  }
}

/** What an order is asked about: of a template, what comes out of it tells whether it is a reboot. */
function asked({ verb, reboots }: Order, { restarts }: Survey): Pick<Order, 'verb' | 'reboots'> {
  return { verb, reboots: reboots ?? restarts > 0 };
}

async function warn({ terminal, phones, lookUp }: Job, found: Survey): Promise<void> {
  const lines = describeWarnings(found, phones.name);
  const { unreadable = 0 } = lookUp?.registrar ?? {};
  if (unreadable > 0)
    lines.push(`warning: ${unreadable} registrations can't be read; their phones seem not registered`);
  if (lookUp && found.challenged.length > 0) {
    // Who may not look into the directory is not told what is in it; the order goes out all the same.
    const lacking = await withoutCredentials(found.challenged, lookUp.questions).catch(() => []);
    lines.push(...describeChallenged(lacking, found.challenged));
  }
  for (const line of lines) terminal.say(printable(line));
}

function describeTrace({ profiles }: Survey): string {
  return `note: to see the answers, FreeSWITCH traces SIP on ${[...profiles].join(', ')} until they are in; each message of all phones there costs it a log line meanwhile`;
}

async function sendAndReport(
  { order, command, flags, terminal, connector }: Job,
  found: Survey,
  options: Omit<RunOptions, 'onOutcome' | 'onAccepted'>,
): Promise<RunResult> {
  const reporter = await createReporter(flags, terminal);
  const begun = performance.now();
  const { evidence = 'accepted', 'dry-run': dryRun } = flags;
  const head = { command, server: connector.name, dryRun, evidence, started: new Date().toISOString() };
  await reporter.begin(head, found);
  const progress = new Progress(terminal, order.verb, found.phones);
  const result = await run({
    ...options,
    onAccepted: () => progress.wait(),
    onOutcome: (outcome, bytes, wasWaiting) => {
      progress.count(outcome.outcome, wasWaiting);
      return reporter.phone({ outcome, bytes });
    },
  });
  progress.stop();
  await reporter.end({ ...result, ms: performance.now() - begun });
  return result;
}
