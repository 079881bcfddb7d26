import type { Entry, PhoneSource } from './phone.js';
import { bindWhere, type Condition, matches, type Where } from './where.js';

export interface Selection {
  /** All must hold. */
  readonly where?: readonly Where[];
  /** The number of phones after which reading stops; rows with problems don't count. */
  readonly limit?: number;
}

/**
 * The part of a source that is meant. Rows with problems are dropped by `where` like phones if they could be taken apart,
 * and pass if they could not: nobody knows whether they are meant, and a problem must not get lost. `limit` counts phones
 * only, and rows behind the last of them are not read, so their problems are not found.
 * Closing the selection closes the source.
 * @throws WhereError while entries are read, before the first, if `where` names a column that there is not
 */
export function select(source: PhoneSource, { where = [], limit }: Selection): PhoneSource {
  return {
    name: source.name,
    columns: () => source.columns(),
    entries: () => selected(source, where, limit ?? Number.POSITIVE_INFINITY),
    close: () => source.close(),
  };
}

async function* selected(source: PhoneSource, where: readonly Where[], limit: number): AsyncGenerator<Entry, void> {
  let conditions: readonly Condition[] | undefined;
  let left = limit;
  if (left <= 0) return;
  for await (const entry of source.entries()) {
    // Only now: not every source knows its columns before its first entry.
    conditions ??= bindAll(where, source);
    const columns = entry.kind === 'phone' ? entry.phone.columns : entry.columns;
    if (columns !== undefined && !matches(conditions, columns)) continue;
    yield entry;
    if (entry.kind === 'phone' && --left <= 0) return;
  }
  if (conditions === undefined) bindAll(where, source);
}

function bindAll(where: readonly Where[], source: PhoneSource): readonly Condition[] {
  return where.map((one) => bindWhere(one, source.columns()));
}
