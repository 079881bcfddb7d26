import { stateFolder } from '../config/state.js';
import { formatAor } from '../inventory/aor.js';
import type { Entry, Phone, PhoneSource } from '../inventory/phone.js';
import { Past } from '../run/journal/past.js';
import { readHead } from '../run/journal/reader.js';
import type { OutcomeRecord } from '../run/journal/record.js';
import { findJournal } from '../run/journal/store.js';
import { fellShort } from '../run/outcome.js';

export interface FromRunOptions {
  /** Whether those count too of whom nobody knows whether they were told. */
  readonly retryUnknown: boolean;
  /** Whether each goes to the server that it was at; else all go to the one that is named now. */
  readonly byServer: boolean;
}

/**
 * The phones that fell short in a run, or those of `named` among them; of several devices only those that did.
 * @throws JournalError
 */
export async function phonesFromRun(
  run: string,
  named: PhoneSource | undefined,
  { retryUnknown, byServer }: FromRunOptions,
): Promise<PhoneSource> {
  const path = await findJournal(stateFolder(process.env), run);
  const { evidence } = await readHead(path);
  const past = await Past.read(path);
  const records: OutcomeRecord[] = [];
  for await (const record of past.outcomes()) {
    if (fellShort(record, evidence) && (record.outcome !== 'unknown' || retryUnknown)) records.push(record);
  }
  return named ? among(named, records) : asPhones(run, records, byServer);
}

function among(named: PhoneSource, records: readonly OutcomeRecord[]): PhoneSource {
  const byAor = new Map<string, OutcomeRecord[]>();
  for (const record of records) byAor.set(record.aor, [...(byAor.get(record.aor) ?? []), record]);
  return {
    ...named,
    columns: () => named.columns(),
    entries: async function* () {
      for await (const entry of named.entries()) {
        if (entry.kind === 'problem') continue;
        for (const record of byAor.get(formatAor(entry.phone.aor)) ?? []) {
          if (isOf(record, entry.phone)) yield { kind: 'phone', phone: deviceOf(record, entry.phone) };
        }
      }
    },
    close: () => named.close(),
  };
}

/** Whether a row is the phone of a record: at the same line, if both are from a file, and else at the same place. */
function isOf({ row, server, profile }: OutcomeRecord, phone: Phone): boolean {
  if (row !== null && phone.row !== undefined) return row === phone.row;
  return (phone.server ?? server) === server && (phone.profile ?? profile) === profile;
}

function deviceOf({ device }: OutcomeRecord, phone: Phone): Phone {
  return device === null ? phone : { ...phone, columns: { ...phone.columns, call_id: device } };
}

function asPhones(run: string, records: readonly OutcomeRecord[], byServer: boolean): PhoneSource {
  const entries = records.flatMap((record) => entryOf(record, byServer) ?? []);
  return {
    name: `run ${run}`,
    columns: () => COLUMNS,
    entries: async function* () {
      yield* entries;
    },
    close: () => Promise.resolve(),
  };
}

const COLUMNS = ['aor', 'user', 'domain', 'profile', 'server', 'vendor', 'model', 'firmware', 'call_id'];

/** A row that was wrong has no phone to be told. */
function entryOf(record: OutcomeRecord, byServer: boolean): Entry | undefined {
  const { aor, profile, server, vendor, model, firmware, device } = record;
  const at = aor.lastIndexOf('@');
  if (at < 1) return undefined;
  const [user, host] = [aor.slice(0, at), aor.slice(at + 1)];
  const columns = {
    aor,
    user,
    domain: host,
    profile,
    server,
    vendor: vendor ?? '',
    model: model ?? '',
    firmware: firmware ?? '',
    call_id: device ?? '',
  };
  return {
    kind: 'phone',
    phone: { aor: { user, host }, profile, ...(byServer && { server }), ...(vendor && { vendor }), columns },
  };
}
