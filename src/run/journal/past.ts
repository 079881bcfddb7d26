import type { OutcomeWord } from '../outcome.js';
import { deviceKey, type Named, phoneKey, rowKey } from './identity.js';
import { readHead, readJournal } from './reader.js';
import type { AcceptedRecord, IntentRecord, JournalRecord, OutcomeRecord } from './record.js';

type PhoneRecord = IntentRecord | AcceptedRecord | OutcomeRecord;

/** Where a phone stands: its outcome is final; it may have been told and nobody knows; it is still to be told. */
type Standing = 'over' | 'unknown' | 'due';

/** What is left to do for a phone. */
export interface Left {
  /**
   * `doubtful`: others of its row were told and some were not, and which of them it is can't be known, as it is registered
   * under a Call-ID that the journal does not have.
   */
  readonly standing: Standing | 'doubtful';
  /** Which device of its row it is in the journal, and has to be called there from now on. */
  readonly device: string | null;
}

export interface RowOptions {
  /** The Call-ID that the row itself names, if it is one device of an extension. */
  readonly named?: string | undefined;
  /** Whether those of whom nobody knows whether they were told are told again. */
  readonly retryUnknown: boolean;
}

/** What a journal says of its phones: who has an outcome, who may have been told, who is still to be told. */
export class Past {
  /** Of the journal; undefined if it is no file. */
  readonly #path: string | undefined;
  readonly #byRow: boolean;
  readonly #standings = new Map<string, Standing>();
  /** How many records of a phone there are in the file, which is read again for the last one: that one counts. */
  readonly #records = new Map<string, number>();
  /** The last record of each phone, in their order, where there is no file. */
  readonly #last = new Map<string, PhoneRecord>();
  /** The devices of an extension, by its row: their Call-IDs. */
  readonly #devices = new Map<string, Set<string>>();
  /** The rows of which all devices are known, and not only those whose turn it was. */
  readonly #listed = new Set<string>();
  /** Whether rows name devices as they were when the run began. */
  readonly #isCopy: boolean;

  private constructor(path: string | undefined, byRow: boolean, isCopy: boolean) {
    this.#path = path;
    this.#byRow = byRow;
    this.#isCopy = isCopy;
  }

  /**
   * @param byRow whether row numbers still mean what they meant in the last part of the run
   * @throws JournalError
   */
  static async read(path: string, byRow = true): Promise<Past> {
    const isCopy = (await readHead(path)).source === 'registrations';
    // Registrations have no row before they are read from a copy.
    const past = new Past(path, byRow && !isCopy && (await hasRows(path)), isCopy);
    for await (const record of readJournal(path)) {
      if (isOfPhone(record)) past.#take(record);
    }
    return past;
  }

  /**
   * The same of records that are in no file; the last of each phone is kept.
   * @param options.byRow whether row numbers mean the same in all of them
   * @param options.isCopy whether rows are those of a copy of the registrations
   */
  static of(records: Iterable<JournalRecord>, options: { readonly byRow: boolean; readonly isCopy?: boolean }): Past {
    const { byRow, isCopy = false } = options;
    const past = new Past(undefined, byRow && !isCopy, isCopy);
    for (const record of records) {
      if (isOfPhone(record)) past.#take(record);
    }
    return past;
  }

  /** How many phones nobody knows of whether they were told. */
  get unknown(): number {
    return [...this.#standings.values()].filter((standing) => standing === 'unknown').length;
  }

  /**
   * Whether nothing is left to do for a run over so many phones.
   * @param retryUnknown whether those of whom nobody knows whether they were told are to be told again
   */
  isComplete(phones: number, retryUnknown: boolean): boolean {
    const standings = [...this.#standings.values()];
    return standings.length >= phones && !standings.some((standing) => isOpen(standing, retryUnknown));
  }

  /** Where a phone of the journal stands. */
  of(phone: Named): Standing {
    return this.#standings.get(phoneKey(phone, this.#byRow)) ?? 'due';
  }

  /**
   * What is left to do for the phones of one row. A device has a new Call-ID each time it has restarted: one that the
   * journal does not know may be one of those that were told, and is told only if none was.
   */
  ofRow(phones: readonly Named[], { named, retryUnknown }: RowOptions): Left[] {
    const here = new Set(phones.map((phone) => phoneKey(phone, this.#byRow)));
    const taken = new Set<string>();
    return phones.map((phone): Left => {
      const { device } = phone;
      const own = this.#standings.get(phoneKey(phone, this.#byRow));
      if (own !== undefined) return { standing: own, device };
      const row = rowKey(phone, this.#byRow);
      const byName = named === undefined ? undefined : this.#standings.get(deviceKey(row, named));
      if (named !== undefined && byName !== undefined) return { standing: byName, device: named };
      const known = [null, ...(this.#devices.get(row) ?? [])];
      // Those that are left and not there any more under their Call-ID: one of them it is, if it was not told.
      const place = known.find((one) => {
        const key = deviceKey(row, one);
        return !here.has(key) && !taken.has(key) && isOpen(this.#standings.get(key), retryUnknown);
      });
      if (place !== undefined) taken.add(deviceKey(row, place));
      const isTold = known.some((one) => this.#isTold(deviceKey(row, one)));
      // A row of a copy is one device, unless the extension was told as one: it was alone there then.
      const isOther = this.#isCopy && named === device && !this.#isTold(row);
      if (!isTold || isOther) return { standing: 'due', device: place ?? device };
      if (place === undefined && this.#isWhole(row, phone, named)) return { standing: 'over', device };
      return { standing: 'doubtful', device: place === undefined ? (named ?? device) : place };
    });
  }

  /** Whether the journal has all phones of a row. */
  #isWhole(row: string, phone: Named, named: string | undefined): boolean {
    if (this.#listed.has(row) || this.#isTold(row)) return true;
    return this.#byRow && phone.row !== null && named !== undefined;
  }

  #isTold(key: string): boolean {
    return (this.#standings.get(key) ?? 'due') !== 'due';
  }

  /**
   * The last word on each phone, in the order in which they came.
   * @throws JournalError
   */
  async *outcomes(): AsyncGenerator<OutcomeRecord, void, undefined> {
    if (this.#path === undefined) {
      for (const record of this.#last.values()) yield outcomeOf(record);
      return;
    }
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
    this.#count(key, record);
    if (record.device === null) return;
    const row = rowKey(record, this.#byRow);
    this.#know(row, record.device);
    // What a later part of the run found there are the same devices under other Call-IDs. Rows that have lost their numbers may
    // share an extension, with devices of each in the list of its own.
    if (record.devices === undefined || !this.#byRow || this.#listed.has(row)) return;
    this.#listed.add(row);
    for (const device of record.devices) {
      this.#know(row, device);
      const other = deviceKey(row, device);
      if (!this.#standings.has(other)) this.#standings.set(other, 'due');
    }
  }

  #count(key: string, record: PhoneRecord): void {
    if (this.#path !== undefined) {
      this.#records.set(key, (this.#records.get(key) ?? 0) + 1);
      return;
    }
    // Taken out first: a key that is set again would keep its old place.
    this.#last.delete(key);
    this.#last.set(key, record);
  }

  #know(row: string, device: string): void {
    const devices = this.#devices.get(row);
    if (devices) devices.add(device);
    else this.#devices.set(row, new Set([device]));
  }
}

function isOpen(standing: Standing | undefined, retryUnknown: boolean): boolean {
  return standing === 'due' || (standing === 'unknown' && retryUnknown);
}

/** Whether row numbers mean the same in all parts of a run. */
async function hasRows(path: string): Promise<boolean> {
  for await (const record of readJournal(path)) {
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
