import type { OutcomeWord } from '../outcome.js';
import { type Named, phoneKey, rowKey } from './identity.js';
import { readJournal } from './reader.js';
import type { AcceptedRecord, IntentRecord, JournalRecord, OutcomeRecord } from './record.js';

type PhoneRecord = IntentRecord | AcceptedRecord | OutcomeRecord;

/** Where a phone stands: its outcome is final; it may have been told and nobody knows; it is still to be told. */
type Standing = 'over' | 'unknown' | 'due';

/** What a journal says of its phones: who has an outcome, who may have been told, who is still to be told. */
export class Past {
  readonly #path: string;
  readonly #byRow: boolean;
  readonly #standings = new Map<string, Standing>();
  /** How many records of a phone there are: the last one counts. */
  readonly #records = new Map<string, number>();
  /** The devices of an extension, by its row. */
  readonly #devices = new Map<string, Set<string>>();

  private constructor(path: string, byRow: boolean) {
    this.#path = path;
    this.#byRow = byRow;
  }

  /**
   * @param byRow whether row numbers still mean what they meant in the last part of the run
   * @throws JournalError
   */
  static async read(path: string, byRow = true): Promise<Past> {
    const past = new Past(path, byRow && (await hasRows(path)));
    for await (const record of readJournal(path)) {
      if (isOfPhone(record)) past.#take(record);
    }
    return past;
  }

  /** How many phones nobody knows of whether they were told. */
  get unknown(): number {
    return [...this.#standings.values()].filter((standing) => standing === 'unknown').length;
  }

  /**
   * Where a phone of now stands. `doubtful` is a device that the journal does not know, of an extension of which others
   * may have been told: it could be one of those, registered anew.
   */
  of(phone: Named): Standing | 'doubtful' {
    const own = this.#standings.get(phoneKey(phone, this.#byRow));
    if (own !== undefined) return own;
    const row = rowKey(phone, this.#byRow);
    const others = [row, ...(this.#devices.get(row) ?? [])];
    return others.some((key) => (this.#standings.get(key) ?? 'due') !== 'due') ? 'doubtful' : 'due';
  }

  /**
   * The last word on each phone, in the order in which they came.
   * @throws JournalError
   */
  async *outcomes(): AsyncGenerator<OutcomeRecord, void, undefined> {
    const left = new Map(this.#records);
    for await (const record of readJournal(this.#path)) {
      if (!isOfPhone(record)) continue;
      const key = phoneKey(record, this.#byRow);
      const rest = (left.get(key) ?? 0) - 1;
      left.set(key, rest);
      if (rest === 0) yield outcomeOf(record);
    }
  }

  #take(record: PhoneRecord): void {
    const key = phoneKey(record, this.#byRow);
    this.#standings.set(key, standingOf(record));
    this.#records.set(key, (this.#records.get(key) ?? 0) + 1);
    if (record.device === null) return;
    const row = rowKey(record, this.#byRow);
    const devices = this.#devices.get(row);
    if (devices) devices.add(key);
    else this.#devices.set(row, new Set([key]));
  }
}

/** Whether row numbers mean the same in all parts of a run. Registrations have none before they are read from a copy. */
async function hasRows(path: string): Promise<boolean> {
  for await (const record of readJournal(path)) {
    if (record.kind === 'run' && record.source === 'registrations') return false;
    if (record.kind === 'resumed' && !record.byRow) return false;
  }
  return true;
}

function isOfPhone(record: JournalRecord): record is PhoneRecord {
  return record.kind === 'intent' || record.kind === 'accepted' || record.kind === 'outcome';
}

function standingOf(record: PhoneRecord): Standing {
  if (record.kind !== 'outcome') return record.kind === 'intent' ? 'unknown' : 'over';
  const standings: Partial<Record<OutcomeWord, Standing>> = { unknown: 'unknown', 'not-sent': 'due' };
  return standings[record.outcome] ?? 'over';
}

/** What is known of a phone whose last record this is. */
function outcomeOf(record: PhoneRecord): OutcomeRecord {
  if (record.kind === 'outcome') return record;
  const { at, aor, server, profile, vendor, event, row, device, model, firmware } = record;
  const subject = { kind: 'outcome', at, aor, server, profile, vendor, event, row, device, model, firmware } as const;
  if (record.kind === 'accepted') {
    const reason = 'the run ended before its evidence came';
    return { ...subject, outcome: 'accepted', reason, sipStatus: null, eventUuid: record.eventUuid, ms: record.ms };
  }
  const reason = 'the run ended before its reply was written down; it may have happened';
  return { ...subject, outcome: 'unknown', reason, sipStatus: null, eventUuid: null, ms: null };
}
