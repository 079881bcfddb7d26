import { randomUUID } from 'node:crypto';
import { formatAor } from '../inventory/aor.js';
import type { Entry } from '../inventory/phone.js';
import type { OutcomeRecord } from '../run/journal/record.js';
import { outcomeOf } from '../run/outcome.js';
import type { RunStore } from './store.js';

/**
 * Brings the phones of a run that has been stopped to their outcome where no worker has begun with them: else a run would wait for a
 * worker that may never come. What a worker has begun with is left to it, as only it knows what has become of it.
 */
export async function settleUnclaimed(store: RunStore, run: string, reason: string): Promise<void> {
  const token = randomUUID();
  do {
    for (const { slice, server } of await store.due(run)) {
      const claimed = await store.claim(slice, token, true);
      if (!claimed) continue;
      const outcomes = claimed.entries.map((entry) => JSON.stringify(untold(entry, server, reason)));
      await store.append(slice, token, 1, { intents: [], outcomes, orders: 0, failures: 0 });
      await store.finish(slice, token);
    }
  } while (await store.advance(run));
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
    device: null,
    model: null,
    firmware: null,
  };
}
