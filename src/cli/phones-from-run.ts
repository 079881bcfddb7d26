import { stateFolder } from '../config/state.js';
import { formatAor } from '../inventory/aor.js';
import type { Entry, PhoneSource } from '../inventory/phone.js';
import { Past } from '../run/journal/past.js';
import { readHead } from '../run/journal/reader.js';
import type { OutcomeRecord } from '../run/journal/record.js';
import { findJournal } from '../run/journal/store.js';
import { fellShort } from '../run/outcome.js';

/**
 * The phones that fell short in a run, or those of `named` among them.
 * @param options.retryUnknown whether those count too of whom nobody knows whether they were told
 * @param options.byServer whether each goes to the server that it was at; else all go to the one that is named now
 * @throws JournalError
 */
export async function phonesFromRun(
  run: string,
  named: PhoneSource | undefined,
  { retryUnknown, byServer }: { retryUnknown: boolean; byServer: boolean },
): Promise<PhoneSource> {
  const path = await findJournal(stateFolder(process.env), run);
  const { evidence } = await readHead(path);
  const past = await Past.read(path);
  const phones = new Map<string, OutcomeRecord>();
  for await (const record of past.outcomes()) {
    if (!fellShort(record, evidence) || (record.outcome === 'unknown' && !retryUnknown)) continue;
    phones.set(`${record.aor}\n${record.device ?? ''}`, record);
  }
  return named ? among(named, phones.values()) : asPhones(run, phones.values(), byServer);
}

function among(named: PhoneSource, phones: Iterable<OutcomeRecord>): PhoneSource {
  const aors = new Set([...phones].map(({ aor }) => aor));
  return {
    ...named,
    columns: () => named.columns(),
    entries: async function* () {
      for await (const entry of named.entries()) {
        if (entry.kind === 'phone' && aors.has(formatAor(entry.phone.aor))) yield entry;
      }
    },
    close: () => named.close(),
  };
}

function asPhones(run: string, records: Iterable<OutcomeRecord>, byServer: boolean): PhoneSource {
  const entries = [...records].flatMap((record) => entryOf(record, byServer) ?? []);
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
