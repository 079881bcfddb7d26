import { randomUUID } from 'node:crypto';
import { formatAor } from '../inventory/aor.js';
import type { Entry } from '../inventory/phone.js';
import type { OutcomeRecord } from '../run/journal/record.js';
import { outcomeOf } from '../run/outcome.js';
import { type RunStore, SliceLostError } from './store.js';
import type { Slice } from './work.js';

/**
 * Brings the phones of a run that has been stopped to their outcome where no worker has begun with them: else a run would wait for a
 * worker that may never come. What a worker has begun with is left to it, as only it knows what has become of it.
 */
export async function settleUnclaimed(store: RunStore, run: string, reason: string): Promise<void> {
  const token = randomUUID();
  do {
    for (const server of (await store.due(run)).servers) {
      for (const slice of await store.dueAt(run, server)) {
        const claimed = await store.claim(slice, token, true);
        if (!claimed) continue;
        const records = claimed.entries.map((entry) => untold(entry, server, reason));
        // Its worker may take it at this very moment, and says the same then.
        await settleWith(store, slice, { token, seq: 1, records }).catch(passOver);
      }
    }
  } while (await store.advance(run));
}

function passOver(error: unknown): void {
  if (!(error instanceof SliceLostError)) throw error;
}

interface Settlement {
  readonly token: string;
  /** The number of this write. */
  readonly seq: number;
  /** Of all phones that are left. */
  readonly records: readonly OutcomeRecord[];
}

/**
 * Ends a slice with these outcomes.
 * @throws SliceLostError if it is somebody else's by now: then they were not said
 */
export async function settleWith(store: RunStore, slice: Slice, { token, seq, records }: Settlement): Promise<void> {
  const outcomes = records.map((record) => JSON.stringify(record));
  await store.append(slice, token, seq, { intents: [], outcomes, orders: 0, failures: 0 });
  await store.finish(slice, token);
}

/** Whether a row has come to an end as one, and not phone by phone: `untold`. */
export function isSettledRow({ outcome, event }: Pick<OutcomeRecord, 'outcome' | 'event'>): boolean {
  return outcome === 'not-sent' && event === null;
}

/** Whether it is about a device that was listed by its Call-ID, and not about a row, whose devices are named together. */
export function isDeviceRow({ row, device, devices }: Partial<OutcomeRecord>): boolean {
  return row === null && Boolean(device) && devices === undefined;
}

/** A phone that nobody has begun with. */
export function untold(entry: Entry, server: string, reason: string): OutcomeRecord {
  const isPhone = entry.kind === 'phone';
  const aor = isPhone ? formatAor(entry.phone.aor) : (entry.aor ?? '');
  const profile = (isPhone ? entry.phone.profile : undefined) ?? '';
  const row = (isPhone ? entry.phone.row : entry.row) ?? null;
  const target = { aor, server, profile, vendor: null, event: null, row };
  return {
    kind: 'outcome',
    at: Date.now(),
    ...outcomeOf(target, { outcome: 'not-sent', reason }),
    // Registrations have no row: several devices of an extension are told apart by their Call-IDs.
    device: (isPhone && row === null && entry.phone.columns.call_id) || null,
    model: null,
    firmware: null,
  };
}
