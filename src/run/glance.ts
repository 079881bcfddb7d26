import type { Aor } from '../inventory/aor.js';
import type { Entry } from '../inventory/phone.js';

/** What a first look at the rows of a run shows, before any server is asked. */
export interface Glance {
  readonly phones: number;
  readonly hasProblems: boolean;
  /** The phones, if they are few enough to be asked for one by one. */
  readonly aors: readonly Aor[] | undefined;
}

/**
 * Counts rows, and keeps the AORs of up to `keep` of them.
 * @throws InventoryError, WhereError
 */
export async function glance(entries: AsyncIterable<Entry>, keep: number): Promise<Glance> {
  const aors: Aor[] = [];
  let phones = 0;
  let hasProblems = false;
  for await (const entry of entries) {
    phones++;
    if (entry.kind === 'problem') hasProblems = true;
    else if (aors.length <= keep) aors.push(entry.phone.aor);
  }
  return { phones, hasProblems, aors: aors.length <= keep ? aors : undefined };
}
