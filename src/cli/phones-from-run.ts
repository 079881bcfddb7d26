import { stateFolder } from '../config/state.js';
import { formatAor } from '../inventory/aor.js';
import type { Entry, Phone, PhoneSource } from '../inventory/phone.js';
import type { OutcomeRecord } from '../run/journal/record.js';
import { findJournal } from '../run/journal/store.js';
import { fellShort } from '../run/outcome.js';
import { EXIT } from './exit-codes.js';
import { Failure } from './failure.js';
import { endOf, type OpenRun, openRun } from './run-journals.js';

export interface FromRunOptions {
  /** Whether those count too of whom nobody knows whether they were told. */
  readonly retryUnknown: boolean;
  /** Whether each goes to the server that it was at; else all go to the one that is named now. */
  readonly byServer: (used: ReadonlySet<string>) => boolean;
  /** The queue that has the run if there is no journal of it here. */
  readonly via?: string | undefined;
}

/**
 * The phones that fell short in a run, or those of `named` among them; of several devices only those that did.
 * @throws JournalError, Failure, QueueError
 */
export async function phonesFromRun(
  run: string,
  named: PhoneSource | undefined,
  { retryUnknown, byServer, via }: FromRunOptions,
): Promise<PhoneSource> {
  const short = await shortOf(run, via);
  const records = short.filter(({ outcome }) => outcome !== 'unknown' || retryUnknown);
  return named ? among(named, records) : asPhones(run, records, byServer(new Set(records.map(({ server }) => server))));
}

/** Who fell short in a run, by its journal; of one that others carried out, and that was not seen to its end here, by the queue. */
async function shortOf(run: string, via: string | undefined): Promise<OutcomeRecord[]> {
  const journal = await findJournal(stateFolder(process.env), run).catch((error: unknown) => {
    if (via === undefined || run === 'last') throw error;
    return undefined;
  });
  const found = journal === undefined ? undefined : await openRun(journal);
  if (found && (found.head.via === undefined || (await endOf(found.path)))) return shortIn(found);
  const id = found?.head.run ?? run;
  if (via === undefined) {
    throw new Failure(`run ${id} went on at the workers, and its journal here has only a part of it`, EXIT.input, {
      hint: `this fetches the rest: phonectl run follow ${id} --via ${found?.head.via}`,
    });
  }
  const { withCollected } = await import('./via/collect.js');
  return withCollected(id, via, async (collected) => {
    if (collected.standing.state === 'over') return shortIn(collected);
    const hint = `phonectl run follow ${collected.head.run} --via ${collected.standing.via}`;
    throw new Failure(`run ${collected.head.run} is still under way`, EXIT.input, { hint });
  });
}

async function shortIn({ head, past }: OpenRun): Promise<OutcomeRecord[]> {
  const records: OutcomeRecord[] = [];
  for await (const record of past.outcomes()) if (fellShort(record, head.evidence)) records.push(record);
  return records;
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
