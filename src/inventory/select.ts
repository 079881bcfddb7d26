import { Misses } from './misses.js';
import type { Entry, Phone, PhoneSource } from './phone.js';
import { bindWhere, type Condition, matches, type Where } from './where.js';

export interface Selection {
  /** All must hold. */
  readonly where?: readonly Where[];
  /** The number of phones after which reading stops; rows with problems don't count. */
  readonly limit?: number;
  /** What is known of a phone beside what its row says, such as the vendor that its User-Agent tells. */
  readonly recognise?: {
    readonly columns: readonly string[];
    of(phone: Phone): Readonly<Record<string, string | undefined>>;
  };
}

/**
 * The part of a source that is meant. Rows with problems are dropped by `where` like phones if they could be taken apart,
 * and pass if they could not: nobody knows whether they are meant, and a problem must not get lost. `limit` counts phones
 * only, and rows behind the last of them are not read, so their problems are not found.
 * Closing the selection closes the source.
 * @throws WhereError while entries are read, before the first, if `where` names a column that there is not
 */
export function select(source: PhoneSource, selection: Selection): PhoneSource {
  let none: string | undefined;
  return {
    name: source.name,
    columns: () => source.columns(),
    entries: () =>
      selected(source, selection, (why) => {
        none = why;
      }),
    whyNone: () => none,
    copyTo: source.copyTo,
    encoding: source.encoding,
    close: () => source.close(),
  };
}

async function* selected(
  source: PhoneSource,
  { where = [], limit = Number.POSITIVE_INFINITY, recognise }: Selection,
  onNone: (why: string | undefined) => void,
): AsyncGenerator<Entry, void> {
  let conditions: readonly Condition[] | undefined;
  /** What recognises phones, if a condition is about that. */
  let asked: Selection['recognise'];
  /** What there is instead, as long as nobody is selected. */
  let misses: Misses | undefined;
  let left = limit;
  if (left <= 0) return;
  for await (const entry of source.entries()) {
    // Only now: not every source knows its columns before its first entry.
    if (!conditions) {
      conditions = bindAll(where, source);
      if (conditions.some(({ column }) => recognise?.columns.includes(column))) asked = recognise;
      misses = new Misses(conditions);
    }
    const columns = entry.kind === 'phone' ? entry.phone.columns : entry.columns;
    const recognised = asked && entry.kind === 'phone' ? asked.of(entry.phone) : undefined;
    if (columns !== undefined && !matches(conditions, columns, recognised)) {
      if (recognised) misses?.add(recognised, columns);
      else misses?.add(columns);
      continue;
    }
    misses = undefined;
    yield entry;
    if (entry.kind === 'phone' && --left <= 0) return;
  }
  if (conditions === undefined) bindAll(where, source);
  onNone(misses?.describe(where));
}

function bindAll(where: readonly Where[], source: PhoneSource): readonly Condition[] {
  return where.map((one) => bindWhere(one, source.columns()));
}
