import { SeenSet } from '../inventory/duplicates.js';
import type { Entry, RowProblem } from '../inventory/phone.js';
import { vendorOf } from './dialect-order.js';
import { phoneKey } from './plan.js';

/** What is in an inventory. */
export interface Census {
  /** Good rows, duplicates too. */
  readonly phones: number;
  /** Rows that are wrong. */
  readonly wrong: number;
  readonly duplicates: number;
  /** Phones by the key of their vendor, or `unknown`. */
  readonly vendors: ReadonlyMap<string, number>;
  /** Vendors that rows name and nobody knows, the first few, with how many rows name them. */
  readonly unknownVendors: ReadonlyMap<string, number>;
  /** What is wrong, the first of it. */
  readonly problems: readonly RowProblem[];
  /** How much more is wrong. */
  readonly moreProblems: number;
}

const MAX_PROBLEMS = 50;
const MAX_UNKNOWN = 10;

/**
 * Counts what is in an inventory, without keeping it.
 * @throws InventoryError
 */
export async function census(entries: AsyncIterable<Entry>): Promise<Census> {
  const vendors = new Map<string, number>();
  const unknownVendors = new Map<string, number>();
  const problems: RowProblem[] = [];
  const seen = new SeenSet();
  let phones = 0;
  let wrong = 0;
  let duplicates = 0;
  let moreProblems = 0;
  const blame = (more: readonly RowProblem[]): void => {
    wrong++;
    const room = Math.max(0, MAX_PROBLEMS - problems.length);
    problems.push(...more.slice(0, room));
    moreProblems += Math.max(0, more.length - room);
  };
  for await (const entry of entries) {
    if (entry.kind === 'problem') {
      blame(entry.problems);
      continue;
    }
    const { phone } = entry;
    const found = vendorOf(phone);
    if (found.kind === 'invalid') {
      blame([{ row: phone.row ?? 0, column: 'vendor', value: phone.vendor ?? '', problem: found.reason }]);
      continue;
    }
    phones++;
    const vendor = found.kind === 'vendor' ? found.vendor.key : 'unknown';
    vendors.set(vendor, (vendors.get(vendor) ?? 0) + 1);
    if (found.kind === 'skip' && phone.vendor !== undefined) {
      const count = unknownVendors.get(phone.vendor);
      if (count !== undefined || unknownVendors.size < MAX_UNKNOWN) unknownVendors.set(phone.vendor, (count ?? 0) + 1);
    }
    if (!seen.add(`${phoneKey(phone.aor, phone.profile)} ${phone.columns.call_id ?? ''}`)) duplicates++;
  }
  return { phones, wrong, duplicates, vendors, unknownVendors, problems, moreProblems };
}
