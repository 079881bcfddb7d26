import type { InferredFlags } from '@oclif/core/interfaces';
import { resolveServer, type Server } from '../config/server.js';
import { connect, serverName } from '../esl/index.js';
import type { PhoneSource } from '../inventory/phone.js';
import { describeProblem } from '../inventory/row-problem.js';
import type { Catalog } from '../payload/catalog.js';
import type { LaneOptions } from '../run/lane.js';
import type { Order } from '../run/order.js';
import { Pace } from '../run/pace.js';
import { Planner } from '../run/plan.js';
import { type RunOptions, type RunResult, run } from '../run/run.js';
import { type Survey, survey } from '../run/survey.js';
import { confirm } from './confirm.js';
import { EXIT } from './exit-codes.js';
import { Failure, toFailure } from './failure.js';
import {
  connectionFlags,
  DEFAULT_TIMEOUT,
  outputFlags,
  parseDuration,
  parseRate,
  selectionFlags,
  sendingFlags,
  templateFlags,
} from './flags.js';
import { Interrupt } from './interrupt.js';
import { createReporter } from './output/create.js';
import { openPhones } from './phones.js';
import { plural, wrongRows } from './plural.js';
import { Progress } from './progress.js';
import type { Terminal } from './terminal.js';

/** The flags of every command that sends. */
export const sendFlags = {
  ...selectionFlags,
  ...sendingFlags,
  ...connectionFlags,
  ...outputFlags,
  ...templateFlags,
};

export type SendFlags = InferredFlags<typeof sendFlags>;

/** A dry run has no need of a server or a pace. */
type TaskFlags = Omit<SendFlags, ServerFlag> & Partial<Pick<SendFlags, ServerFlag>>;
type ServerFlag = keyof typeof connectionFlags | 'rate';

/** What is to be sent, to whom, and who is asking. */
export interface Task {
  readonly order: Order;
  readonly aors: readonly string[];
  /** As the user calls it: `mwi on`. */
  readonly command: string;
  readonly flags: TaskFlags;
  readonly catalog: Catalog;
  readonly terminal: Terminal;
}

export interface Done {
  readonly exitCode: number;
  /** What to tell the user beside the outcomes. */
  readonly failure?: Failure;
}

/**
 * Plans every phone, stops if something is wrong with one, asks where that is due, sends, and reports each outcome.
 * @throws Failure, InventoryError, TemplateError, ConfigError: nothing was sent
 */
export async function carryOut(task: Task): Promise<Done> {
  const { order, aors, flags, catalog, terminal } = task;
  const { host, port, 'password-file': passwordFile } = flags;
  const server = await resolveServer({ host, port, passwordFile, env: process.env });
  const name = serverName(server.host, server.port);
  const interrupt = new Interrupt();
  const lane: LaneOptions = {
    connect: connector(server, flags, interrupt.signal),
    pace: new Pace(flags.rate === undefined ? order.rate : parseRate(flags.rate)),
    signal: interrupt.signal,
  };
  const planner = new Planner({ order, catalog, server: name, sipProfile: flags['sip-profile'] });
  terminal.onBroken(() => interrupt.abort('nobody reads the output any more'));
  const phones = await openPhones(aors, flags);
  try {
    const found = await survey(phones.entries(), planner);
    judge(found, phones, flags);
    if (!flags.quiet) for (const [vendor, note] of found.notes) terminal.say(`note: ${vendor}: ${note}`);
    if (!flags['dry-run'] && !(await confirm(terminal, asked(order, found), found.orders, flags.yes))) {
      return { exitCode: EXIT.usage, failure: new Failure('nothing was sent', EXIT.usage) };
    }
    interrupt.begin();
    const result = await sendAndReport(task, name, found, {
      entries: flags['dry-run'] ? until(interrupt.signal, phones.entries()) : phones.entries(),
      planner,
      concurrency: flags.concurrency,
      ...(!flags['dry-run'] && { lane }),
    });
    return conclude(result, interrupt, terminal);
  } finally {
    interrupt.release();
    await phones.close();
  }
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

function connector(server: Server, { concurrency, timeout }: TaskFlags, signal: AbortSignal): LaneOptions['connect'] {
  const ms = parseDuration('timeout', timeout ?? DEFAULT_TIMEOUT);
  return () => connect({ ...server, maxInFlight: concurrency, signal, connectTimeoutMs: ms, replyTimeoutMs: ms });
}

async function sendAndReport(
  { order, command, flags, terminal }: Task,
  server: string,
  found: Survey,
  options: Omit<RunOptions, 'onOutcome'>,
): Promise<RunResult> {
  const reporter = await createReporter(flags, terminal);
  const begun = performance.now();
  await reporter.begin({ command, server, dryRun: flags['dry-run'], started: new Date().toISOString() }, found);
  const progress = new Progress(terminal, order.verb, found.phones);
  const result = await run({
    ...options,
    onOutcome: (outcome, bytes) => {
      progress.count(outcome.outcome);
      return reporter.phone({ outcome, bytes });
    },
  });
  progress.stop();
  await reporter.end({ ...result, ms: performance.now() - begun });
  return result;
}

/** Refuses to begin if the selection is empty, if anything in it is wrong, or if it spans several servers. */
function judge(found: Survey, { name }: PhoneSource, flags: TaskFlags): void {
  const exit = flags.inventory === undefined ? EXIT.usage : EXIT.input;
  if (found.phones === 0) {
    const hint = flags.where ? 'inventory list shows what a selection selects' : undefined;
    throw new Failure(`${name}: no phone is selected`, exit, { hint });
  }
  if (found.servers.size > 1) {
    const servers = [...found.servers].join(', ');
    throw new Failure(`${name} has phones of several servers: ${servers}; a run is for one`, exit, {
      hint: `choose the phones of one: --where server=${[...found.servers][0]}`,
    });
  }
  const [named] = found.servers;
  if (named !== undefined && flags.host === undefined && !flags['dry-run']) {
    throw new Failure(`${name} names the server ${named}, and --host does not say where that is`, exit, {
      hint: 'the host of its event socket: --host',
    });
  }
  if (found.invalid > 0 && !flags['skip-invalid']) {
    throw new Failure(`${name}: ${wrongRows(found.invalid)}; nothing was sent`, exit, {
      details: describeFaults(found, name),
      ...(found.orders > 0 && exit === EXIT.input && { hint: 'mend them, or send to the others with --skip-invalid' }),
    });
  }
}

function describeFaults({ faults, invalid }: Survey, name: string): string[] {
  const lines = faults.flatMap(({ outcome, problems }) => {
    if (problems.length > 0) return problems.map((problem) => describeProblem(name, problem));
    const where = outcome.row === null ? '' : `${name}:${outcome.row}: `;
    return [`${where}${outcome.aor}: ${outcome.reason}`];
  });
  if (invalid > faults.length) lines.push(`… and ${invalid - faults.length} more`);
  return lines;
}

function conclude(
  { counts, short, connectError, lost, failure }: RunResult,
  interrupt: Interrupt,
  terminal: Terminal,
): Done {
  if (failure !== undefined) {
    const { message, exitCode, hint } = toFailure(failure);
    // The code of an inventory that is wrong says that nothing was sent.
    const written = (counts.accepted ?? 0) + (counts.refused ?? 0) + (counts.unknown ?? 0);
    if (written === 0 || exitCode === EXIT.internal)
      return { exitCode, failure: new Failure(message, exitCode, { hint }) };
    const after = `after ${plural(written, 'order')}: ${message}; the phones that are left were not told`;
    return { exitCode: EXIT.short, failure: new Failure(after, EXIT.short) };
  }
  if (terminal.broken && !terminal.failure && counts['not-sent']) {
    const left = `${interrupt.signal.reason}; ${plural(counts['not-sent'], 'phone')} not told`;
    return { exitCode: EXIT.short, failure: new Failure(left, EXIT.short) };
  }
  // A server that hangs up once all is answered does no harm; replies that match no command may be anybody's.
  const isShort = short > 0 || lost?.code === 'protocol';
  const exitCode = interrupt.exitCode ?? (connectError ? EXIT.connection : isShort ? EXIT.short : EXIT.ok);
  const error = connectError ?? (isShort ? lost : undefined);
  return error ? { exitCode, failure: new Failure(error.message, exitCode, { hint: error.hint }) } : { exitCode };
}
