import type { OutcomeRecord } from '../run/journal/record.js';
import { Tally } from '../run/journal/tally.js';
import { type Counts, fellShort } from '../run/outcome.js';
import type { Format } from './flags.js';
import { createReporter } from './output/create.js';
import { endOf, type OpenRun, openRun } from './run-journals.js';
import type { Terminal } from './terminal.js';
import { toOutcome } from './to-outcome.js';

/**
 * Writes the report of a run.
 * @throws JournalError
 */
export async function reportRun(
  run: string,
  flags: { readonly output: Format | 'html'; readonly json: boolean; readonly verbose: boolean },
  terminal: Terminal,
): Promise<void> {
  const open = await openRun(run);
  if (flags.output === 'html' && !flags.json) await writeHtml(open, terminal);
  else await writeReport(open, { ...flags, output: flags.output as Format }, terminal);
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
  { path, head, past }: OpenRun,
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
  for await (const record of past.outcomes()) {
    counts[record.outcome] = (counts[record.outcome] ?? 0) + 1;
    if (fellShort(record, evidence)) short++;
    await reporter.phone({ outcome: toOutcome(record), bytes: undefined });
  }
  const end = await endOf(path);
  const ms = end?.ms ?? (end ? end.at - Date.parse(started) : 0);
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
