import type { PhoneSource } from '../inventory/phone.js';
import type { Order } from '../run/order.js';
import { fellShort, type Outcome } from '../run/outcome.js';
import type { Rollout } from '../run/rollout.js';
import type { Routes } from '../run/routes.js';
import { mergeResults, type RunOptions, type RunResult, run } from '../run/run.js';
import type { Survey } from '../run/survey.js';
import type { Interrupt } from './interrupt.js';
import type { Keeping } from './keeping.js';
import { createReporter } from './output/create.js';
import type { Reporter } from './output/reporter.js';
import { type Hearers, optionsOf, type Part } from './part.js';
import { Progress } from './progress.js';
import { rolloutFor } from './rollout.js';
import type { OpenSite } from './sites.js';
import type { Task } from './task.js';
import { printable } from './terminal.js';
import { toOutcome } from './to-outcome.js';

/** A task that is planned and may be carried out. */
export interface Job {
  readonly task: Task;
  /** That of the task, or the one that mod_sms reports on. */
  readonly order: Order;
  readonly phones: PhoneSource;
  readonly sites: readonly OpenSite[];
  readonly routes: Routes;
  readonly found: Survey;
  /** Whether mod_sms reports what phones answer. */
  readonly reports: boolean;
  readonly keeping: Keeping | undefined;
  readonly interrupt: Interrupt;
}

/** Sends, each server at its own pace, and reports every outcome as it comes. Says how long it took, milliseconds. */
export async function runJob(job: Job): Promise<RunResult & { readonly ms: number }> {
  const { task, order, sites, found, keeping, interrupt } = job;
  const { flags, terminal } = task;
  const { evidence: wanted = 'accepted', 'dry-run': dryRun } = flags;
  const { signal } = interrupt;
  const say = (line: string): void => {
    if (!flags.quiet) terminal.say(printable(line));
  };
  const rollout = dryRun ? undefined : rolloutFor(flags, { total: found.orders, signal, say });
  const reporter = await createReporter(flags, terminal);
  const progress = new Progress(terminal, order.verb, found.phones);
  const begun = performance.now();
  const server = sites.map(({ connector }) => connector.name).join(', ');
  await reporter.begin(
    {
      command: task.command,
      server,
      dryRun,
      evidence: wanted,
      started: new Date().toISOString(),
      run: keeping?.run ?? null,
    },
    found,
  );
  const before = await tellEarlier(job, reporter, progress);
  const hears: Hearers = {
    onAccepted: () => progress.wait(),
    onOutcome: (outcome, bytes, wasWaiting) => {
      progress.count(outcome.outcome, wasWaiting);
      return reporter.phone({ outcome, bytes });
    },
  };
  const results = dryRun
    ? [await run({ ...hears, entries: until(signal, job.phones.entries()), planner: job.routes, concurrency: 1 })]
    : await sendAll(
        await Promise.all(sites.map((site) => optionsOf(partOf(site, job, rollout, hears, say)))),
        interrupt,
      );
  const result = mergeResults([before, ...results], rollout?.stopped);
  progress.stop();
  const all = { ...result, ms: performance.now() - begun };
  await reporter.end(all);
  return all;
}

async function sendAll(parts: readonly RunOptions[], interrupt: Interrupt): Promise<RunResult[]> {
  const traces = parts.some(({ evidence }) => evidence?.traces);
  const release = traces && interrupt.hold('FreeSWITCH still traces SIP, which is being switched off');
  const results = await Promise.all(parts.map(run));
  if (release) release();
  return results;
}

/** The outcomes of earlier parts of the run, so that one report has all. */
async function tellEarlier({ task, keeping }: Job, reporter: Reporter, progress: Progress): Promise<RunResult> {
  const counts: Partial<Record<Outcome['outcome'], number>> = {};
  let short = 0;
  const { past, retryUnknown } = keeping?.earlier ?? {};
  if (past) {
    for await (const record of past.outcomes()) {
      const standing = past.of(record);
      if (standing === 'due' || (standing === 'unknown' && retryUnknown)) continue;
      const outcome = toOutcome(record);
      counts[outcome.outcome] = (counts[outcome.outcome] ?? 0) + 1;
      if (fellShort(outcome, task.flags.evidence)) short++;
      progress.count(outcome.outcome);
      await reporter.phone({ outcome, bytes: undefined });
    }
  }
  return { counts, short, connectError: undefined, lost: undefined, failure: undefined };
}

/** What one server has to do of it. */
function partOf(
  site: OpenSite,
  { task, order, phones, routes, found, reports, keeping, interrupt, sites }: Job,
  rollout: Rollout | undefined,
  hears: Hearers,
  say: (line: string) => void,
): Part {
  const { name } = site.connector;
  return {
    site,
    order,
    flags: task.flags,
    entries: phones.entries(),
    planner: routes.only(name),
    profiles: [...(found.profiles.get(name) ?? [])],
    reports,
    signal: interrupt.signal,
    journal: keeping?.journal,
    earlier: keeping?.earlier,
    rollout,
    hears,
    at: sites.length > 1 ? `${name}: ` : '',
    say,
  };
}

/** Entries as long as the signal is not aborted: what a dry run does not get to has no outcome. */
async function* until<T>(signal: AbortSignal, entries: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  for await (const entry of entries) {
    if (signal.aborted) return;
    yield entry;
  }
}
