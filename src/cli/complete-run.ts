import { stateFolder } from '../config/state.js';
import { Past } from '../run/journal/past.js';
import { readJournal } from '../run/journal/reader.js';
import type { EndRecord } from '../run/journal/record.js';
import { journalPath } from '../run/journal/store.js';
import type { Done } from './conclude.js';
import { EXIT } from './exit-codes.js';
import { isJournalInUse } from './locks.js';
import { nextSteps } from './output/next-steps.js';
import { plural } from './plural.js';
import { formatCounts } from './progress.js';
import { writeReport } from './report-run.js';
import type { Resumed } from './resumed.js';
import { summarise } from './run-journals.js';
import type { Task } from './task.js';
import { printable } from './terminal.js';

/**
 * Says of a run with nothing left to do that this is so, as no server need be asked for it; its journal stays as it is.
 * Formats for programs have the outcomes that there are. Undefined if something is left, or may be.
 * @throws JournalError
 */
export async function concludeComplete(
  { path, head }: Resumed,
  { flags, terminal }: Pick<Task, 'flags' | 'terminal'>,
): Promise<Done | undefined> {
  // With another inventory there may be phones that the journal does not know.
  if (flags['accept-changes']) return undefined;
  const { end, isCounted } = await partsOf(path);
  const past = await Past.read(path);
  const isAllGood = end?.exitCode === EXIT.ok;
  if (!isAllGood && !(isCounted && past.isComplete(head.phones, flags['retry-unknown'] ?? false))) return undefined;
  if (!end && (await isJournalInUse(path))) return undefined;
  if (flags.json || flags.output !== 'table') await writeReport({ path, head, past }, flags, terminal);
  const { counts, short } = await summarise({ path, head, past });
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const exitCode = exitOf(end, short);
  const run = path === journalPath(stateFolder(process.env), head.run) ? head.run : path;
  // Of a run that was quiet itself this is all that there is to see.
  const isQuiet = flags.quiet && !head.args.some((word) => word === '--quiet' || word === '-q');
  if (!isQuiet || exitCode !== EXIT.ok) {
    terminal.say(printable(`run ${run}: nothing is left to do; ${plural(all, 'phone')}: ${formatCounts(counts)}`));
  }
  return { exitCode, goOn: exitCode === EXIT.ok ? [] : nextSteps({ run, head, counts, short }) };
}

/** How a run ended, and whether all its parts had the same phones, so that they can be counted. */
async function partsOf(path: string): Promise<{ end: EndRecord | undefined; isCounted: boolean }> {
  let end: EndRecord | undefined;
  let isCounted = true;
  for await (const record of readJournal(path)) {
    end = record.kind === 'end' ? record : undefined;
    if (record.kind === 'resumed' && !record.byRow) isCounted = false;
  }
  return { end, isCounted };
}

/** That it was interrupted, or could not show its outcomes, does not matter once all of them are there. */
function exitOf(end: EndRecord | undefined, short: number): number {
  if (end?.exitCode === EXIT.stopped) return EXIT.stopped;
  return short > 0 || end?.exitCode === EXIT.short ? EXIT.short : EXIT.ok;
}
