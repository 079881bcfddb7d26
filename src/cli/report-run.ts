import type { OutcomeRecord } from '../run/journal/record.js';
import { Tally } from '../run/journal/tally.js';
import { type Counts, fellShort } from '../run/outcome.js';
import type { Format } from './flags.js';
import { createReporter } from './output/create.js';
import { plural } from './plural.js';
import { endOf, type OpenRun, openRun, summarise } from './run-journals.js';
import { printable, type Terminal } from './terminal.js';
import { toOutcome } from './to-outcome.js';
import { describeStanding } from './via/describe-standing.js';

/** A way to open a run: its journal, or what a queue has of it. */
export type Opener = <T>(use: (run: OpenRun) => Promise<T>) => Promise<T>;

/** Of a run that was not followed nothing is here. */
const ELSEWHERE = 'phonectl run list; of one that was handed over through a queue: --via queue';

/**
 * Where a run is looked for: in the journals of this machine, or in a queue.
 * @throws JournalError, QueueError, ConfigError
 */
export function opener(run: string, via: string | undefined): Opener {
  return async (use) => {
    if (via === undefined) return use(await openRun(run, ELSEWHERE));
    return (await import('./via/collect.js')).withCollected(run, via, use);
  };
}

/**
 * Writes the report of a run. That it is not over is said beside it.
 * @throws JournalError
 */
export async function reportRun(
  open: OpenRun,
  flags: { readonly output: Format | 'html'; readonly json: boolean; readonly verbose: boolean },
  terminal: Terminal,
): Promise<void> {
  if (open.head.via !== undefined) await sayUnlessOver(open, terminal);
  if (flags.output === 'html' && !flags.json) await writeHtml(open, terminal);
  else await writeReport(open, { ...flags, output: flags.output as Format }, terminal);
}

async function sayUnlessOver(open: OpenRun, terminal: Terminal): Promise<void> {
  const { run, end, awaited, standing, head } = await summarise(open);
  if (end) return;
  const waits = `${plural(awaited, 'phone')} ${awaited === 1 ? 'has' : 'have'} no outcome yet`;
  const stands = standing
    ? describeStanding(standing)
    : `it was not seen to its end here: run report ${run} --via ${head.via}`;
  terminal.say(printable(`note: run ${run}: ${stands}; ${waits}`));
}

async function writeHtml({ path, head, past }: OpenRun, terminal: Terminal): Promise<void> {
  const { renderHtml } = await import('./output/html.js');
  const tally = new Tally(head.evidence);
  let last: number | null = null;
  for await (const outcome of past.outcomes()) {
    tally.add(outcome);
    last = Math.max(last ?? 0, outcome.at);
  }
  const end = await endOf(path);
  const html = renderHtml(head, { endedAt: end?.at ?? last, exitCode: end?.exitCode ?? null, ms: end?.ms }, tally);
  await terminal.write(html);
}

/** Writes it in a format that a run has, too. */
export async function writeReport(
  { path, head, past, standing }: OpenRun,
  flags: { readonly output: Format; readonly json: boolean; readonly verbose: boolean },
  terminal: Terminal,
): Promise<void> {
  const { run, command, evidence, started, servers, source } = head;
  const of = source === 'calls' ? 'call' : 'phone';
  const reporter = await createReporter({ ...flags, quiet: false, 'dry-run': false }, terminal);
  const server = servers.join(', ');
  await reporter.begin({ command, server, dryRun: false, evidence, started, run, of }, await measure(past.outcomes()));
  const counts: Counts = {};
  let short = 0;
  let last = 0;
  for await (const record of past.outcomes()) {
    last = Math.max(last, record.at);
    counts[record.outcome] = (counts[record.outcome] ?? 0) + 1;
    if (fellShort(record, evidence)) short++;
    await reporter.phone({ outcome: toOutcome(record), bytes: undefined });
  }
  const end = await endOf(path);
  const endedAt = end?.at ?? (standing ? last : 0);
  const ms = end?.ms ?? endedAt - Date.parse(started);
  await reporter.end({ counts, short, ms: Math.max(0, ms) });
}

/** How many phones there are, and how wide the columns of a table must be. */
async function measure(outcomes: AsyncIterable<OutcomeRecord>) {
  const widths = { aor: 0, vendor: 0, event: 0 };
  let phones = 0;
  for await (const record of outcomes) {
    phones++;
    for (const column of ['aor', 'vendor', 'event'] as const) {
      widths[column] = Math.max(widths[column], record[column]?.length ?? 0);
    }
  }
  return { phones, widths };
}
