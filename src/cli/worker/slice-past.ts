import type { Claimed } from '../../queue/work.js';
import { phoneKey } from '../../run/journal/identity.js';
import { isRecord } from '../../run/journal/is-record.js';
import { Past } from '../../run/journal/past.js';
import { readJournal } from '../../run/journal/reader.js';
import type { JournalRecord, OutcomeRecord } from '../../run/journal/record.js';
import type { Outcome } from '../../run/outcome.js';
import type { RunAtWork } from './work-of.js';

/** What earlier claims of a slice have done. */
export interface SlicePast {
  readonly past: Past;
  /** Outcomes of which whoever follows the run has not heard. */
  readonly untold: readonly OutcomeRecord[];
  /** Whether a row has an outcome, or may have been told. */
  has(outcome: Pick<Outcome, 'row' | 'aor'>): boolean;
}

/**
 * What was done for a slice before, if anything: as Redis has it, which has every intent, and as the disk of this worker has it,
 * which may know of outcomes that were on their way to Redis.
 */
export async function slicePast(claimed: Claimed, { state, journalPath }: RunAtWork): Promise<SlicePast | undefined> {
  if (claimed.seq === 0) return undefined;
  const shared = claimed.log.flatMap((lines) => lines.split('\n')).flatMap(parse);
  const told = new Set(shared.flatMap((record) => (record.kind === 'outcome' ? [phoneKey(record, true)] : [])));
  const known = new Set(shared.flatMap((record) => ('aor' in record ? [phoneKey(record, true)] : [])));
  const own: JournalRecord[] = [];
  for await (const record of readJournal(journalPath)) {
    // Only phones of this slice, and only what Redis lacks: its word on a phone is a later one.
    if ('aor' in record && known.has(phoneKey(record, true)) && !told.has(phoneKey(record, true))) own.push(record);
  }
  const isCopy = state.work.head.source === 'registrations';
  const past = Past.of([...shared.map(asFinal), ...own], { byRow: true, isCopy });
  const untold: OutcomeRecord[] = [];
  const rows = new Set<string>();
  for await (const record of past.outcomes()) {
    if (past.of(record) === 'due') continue;
    rows.add(rowOf(record));
    if (!told.has(phoneKey(record, true))) untold.push(record);
  }
  return { past, untold, has: (outcome) => rows.has(rowOf(outcome)) };
}

/** What was told as not sent is final: whoever follows the run has it. */
function asFinal(record: JournalRecord): JournalRecord {
  return record.kind === 'outcome' && record.outcome === 'not-sent' ? { ...record, outcome: 'skipped' } : record;
}

function rowOf({ row, aor }: Pick<Outcome, 'row' | 'aor'>): string {
  return row === null ? aor : String(row);
}

function parse(line: string): JournalRecord[] {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? [value] : [];
  } catch {
    return [];
  }
}
