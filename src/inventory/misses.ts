import { near } from './near.js';
import { show } from './show.js';
import type { Condition, Where } from './where.js';

/** So many values of a column are kept to find one that is near; no file makes it more. */
const KEPT = 200;
const SHOWN = 5;
const LONGEST = 64;
/** A slip can be told from another value only in so many characters. */
const SHORTEST = 3;

type Reading = Readonly<Record<string, string | undefined>>;

/** What the columns that are compared hold, as long as no phone is selected: to say what there is instead. */
export class Misses {
  readonly #found: readonly { readonly condition: Condition; readonly values: Set<string>; isMet: boolean }[];

  constructor(conditions: readonly Condition[]) {
    this.#found = conditions.map((condition) => ({ condition, values: new Set(), isMet: false }));
  }

  /** A row that is not meant. @param readings what is known of the phone, the best first */
  add(...readings: readonly Reading[]): void {
    for (const found of this.#found) {
      const { condition, values } = found;
      const { column, test } = condition;
      const there = readings.flatMap((reading) => (Object.hasOwn(reading, column) ? (reading[column] ?? []) : []));
      found.isMet ||= there.some(test);
      const [value] = there;
      if (value && value.length <= LONGEST && values.size < KEPT) values.add(value);
    }
  }

  /** `vendor is snom, yealink, …`, of the first condition that no row meets; undefined if each is met by some row. */
  describe(where: readonly Where[]): string | undefined {
    const at = this.#found.findIndex(({ isMet }) => !isMet);
    const found = this.#found[at];
    if (!found) return undefined;
    const { column } = found.condition;
    const values = [...found.values];
    const { value = '', operator } = where[at] ?? {};
    // Of numbers of floors each is near the other.
    const close = operator === '=' && value.length >= SHORTEST ? near(value, values) : [];
    if (close.length > 0) return `did you mean ${close.map((one) => `${column}=${show(one)}`).join(' or ')}?`;
    if (values.length === 0) return `no row has a ${column}`;
    const shown = values.slice(0, SHOWN).map((one) => show(one));
    return `${column} is ${shown.join(', ')}${values.length > SHOWN ? ', …' : ''}`;
  }
}
