import { isDeviceRow, isSettledRow, untold } from '../../queue/settle.js';
import type { Claimed } from '../../queue/work.js';
import { JournalError } from '../../run/journal/errors.js';
import { type Named, phoneKey } from '../../run/journal/identity.js';
import { isRecord } from '../../run/journal/is-record.js';
import { Past } from '../../run/journal/past.js';
import { readJournal } from '../../run/journal/reader.js';
import type { AcceptedRecord, IntentRecord, JournalRecord, OutcomeRecord } from '../../run/journal/record.js';
import { DUPLICATE, type Outcome } from '../../run/outcome.js';
import { isPutBack } from './put-back.js';

type PhoneRecord = IntentRecord | AcceptedRecord | OutcomeRecord;

/** What earlier claims of a slice have done. */
export interface SlicePast {
  readonly past: Past;
  /** Outcomes of which whoever follows the run has not heard. */
  readonly untold: readonly OutcomeRecord[];
  /**
   * What is left of a row that none of its phones gets to any more, given as one phone: nothing if it has an outcome or may have been
   * told, and those of its devices that were not told if some were.
   */
  left(row: OutcomeRecord): readonly OutcomeRecord[];
  /** Whether a row has been brought to its end as one, which may be before its phones were known. */
  isSettled(row: EntryName): boolean;
  /** The phones that have an outcome or may have been told. */
  begun(): readonly Named[];
  /** Whether it has been told that an AOR was typed twice; for each time once. */
  isToldTwice(outcome: Pick<Outcome, 'row' | 'aor' | 'reason'>): boolean;
}

type EntryName = Pick<Outcome, 'row' | 'aor'> & Partial<Pick<OutcomeRecord, 'device'>>;

/** Where a slice belongs to. */
export interface PastOptions {
  /** Whether its rows are those of a copy of the registrations. */
  readonly isCopy: boolean;
  /** What this worker has written of the run on its own disk, as far as it may concern this slice. */
  readonly own: readonly PhoneRecord[];
}

/**
 * What was done for a slice before, if anything: as Redis has it, which has every intent, and as the disk of this worker has it,
 * which may know of outcomes that were on their way to Redis, and of all that Redis has forgotten, as its last second in a power cut.
 */
export async function slicePast(claimed: Claimed, { isCopy, own }: PastOptions): Promise<SlicePast | undefined> {
  if (claimed.seq === 0 && own.length === 0) return undefined;
  const all = claimed.log.flatMap((lines) => lines.split('\n')).flatMap(parse);
  const shared = all.filter((record) => !isTypedTwice(record));
  const again = all.filter(isTypedTwice);
  const told = new Set(shared.flatMap((record) => (isTold(record) ? [phoneKey(record, true)] : [])));
  const known = new Set(shared.flatMap((record) => ('aor' in record ? [phoneKey(record, true)] : [])));
  const here = new Set(claimed.entries.map((entry) => rowOf(untold(entry, '', ''))));
  // Only phones of this slice, and only what Redis lacks: its word on a phone is a later one.
  const isWanted = (record: PhoneRecord): boolean => {
    const key = phoneKey(record, true);
    return known.has(key) ? !told.has(key) && isReply(record) : here.has(rowOf(record)) && !isTypedTwice(record);
  };
  const past = Past.of([...shared.map(asFinal), ...own.filter(isWanted)], { byRow: true, isCopy });
  const unheard: OutcomeRecord[] = [];
  const begun: Named[] = [];
  const rows = new Set<string>();
  for await (const record of past.outcomes()) {
    if (past.of(record) === 'due') continue;
    begun.push(record);
    rows.add(rowOf(record));
    if (!told.has(phoneKey(record, true))) unheard.push(record);
  }
  const devices = devicesOf(shared);
  const left = (row: OutcomeRecord): OutcomeRecord[] => {
    if (!rows.has(rowOf(row))) return [row];
    const all = devices.get(rowOf(row)) ?? [];
    return all.map((device) => ({ ...row, device, devices: all })).filter((one) => past.of(one) === 'due');
  };
  const settled = new Set(
    shared.flatMap((record) => (isTold(record) && isSettledRow(record) ? [entryOf(record)] : [])),
  );
  const isToldTwice = (outcome: Pick<Outcome, 'row' | 'aor' | 'reason'>): boolean => {
    const index = isRowlessDuplicate(outcome) ? again.findIndex(({ aor }) => aor === outcome.aor) : -1;
    if (index >= 0) again.splice(index, 1);
    return index >= 0;
  };
  return {
    past,
    untold: unheard,
    left,
    isSettled: (row) => settled.has(entryOf(row)),
    // What was said again since is among what this claim says.
    begun: () => [...begun, ...again],
    isToldTwice,
  };
}

/** What a worker has written of phones. A journal that can't be read tells of none, and Redis has their intents. */
export async function phonesIn(path: string): Promise<readonly PhoneRecord[]> {
  const found: PhoneRecord[] = [];
  try {
    for await (const record of readJournal(path)) if ('aor' in record) found.push(record);
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
  }
  return found;
}

/** Of an AOR that was typed twice: it is known as the phone of its first outcome, and must not stand for that. */
function isTypedTwice(record: JournalRecord): record is OutcomeRecord {
  return record.kind === 'outcome' && isRowlessDuplicate(record);
}

function isRowlessDuplicate({ row, reason }: Pick<Outcome, 'row' | 'reason'>): boolean {
  return row === null && reason === DUPLICATE;
}

/** An outcome that whoever follows the run has. */
function isTold(record: JournalRecord): record is OutcomeRecord {
  return record.kind === 'outcome' && !isPutBack(record);
}

/**
 * What shows that an order was written. That one was not written shows nothing: another worker may have claimed the slice since, and
 * written it.
 */
function isReply(record: JournalRecord): record is AcceptedRecord | OutcomeRecord {
  if (record.kind === 'outcome') return record.outcome !== 'not-sent' && record.outcome !== 'unknown';
  return record.kind === 'accepted';
}

/** The devices of each row that has several. */
function devicesOf(records: readonly JournalRecord[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>();
  for (const record of records) {
    // Later claims may have found the same devices under other Call-IDs.
    if ('devices' in record && record.devices && !found.has(rowOf(record))) found.set(rowOf(record), record.devices);
  }
  return found;
}

/** What was told as not sent is final: whoever follows the run has it. */
function asFinal(record: JournalRecord): JournalRecord {
  return isTold(record) && record.outcome === 'not-sent' ? { ...record, outcome: 'skipped' } : record;
}

/** A row, whose devices are settled together, or a device that was registered. */
function entryOf(name: EntryName & Pick<OutcomeRecord, 'devices'>): string {
  return isDeviceRow(name) ? `${name.aor} ${name.device}` : rowOf(name);
}

/** A row, as far as its phones have their outcomes together. */
export function rowOf({ row, aor }: Pick<Outcome, 'row' | 'aor'>): string {
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
