import { editDistance } from './edit-distance.js';
import { foldName } from './fold.js';
import { knownVendors } from './known.js';
import type { Vendor } from './vendor.js';

/** What a name stands for. */
export type VendorFound =
  | { readonly kind: 'vendor'; readonly vendor: Vendor }
  /** Several vendors bear this name; `name` is as it was given. */
  | { readonly kind: 'ambiguous'; readonly name: string; readonly candidates: readonly Vendor[] }
  /** `near`: up to three names of the table that resemble it, the nearest first. */
  | { readonly kind: 'unknown'; readonly near: readonly string[] };

interface NameEntry {
  /** The spelling of the table. */
  readonly name: string;
  /** Vendors that the name alone stands for. */
  readonly vendors: Vendor[];
  /** Vendors that the name stands for together with one of their models. */
  readonly withModel: Vendor[];
}

/** More than any name or model in use has; comparing longer ones would cost time for nothing. */
const NAME_LENGTH = 64;
const NEAR_COUNT = 3;

let index: { readonly of: readonly Vendor[]; readonly names: ReadonlyMap<string, NameEntry> } | undefined;

/** The names of all vendors, folded. */
function allNames(): ReadonlyMap<string, NameEntry> {
  const vendors = knownVendors();
  if (index?.of !== vendors) index = { of: vendors, names: indexNames(vendors) };
  return index.names;
}

function indexNames(vendors: readonly Vendor[]): ReadonlyMap<string, NameEntry> {
  const names = new Map<string, NameEntry>();
  const entryOf = (name: string): NameEntry => {
    const folded = foldName(name);
    const entry = names.get(folded) ?? { name, vendors: [], withModel: [] };
    names.set(folded, entry);
    return entry;
  };
  for (const vendor of vendors) {
    for (const name of [vendor.key, ...vendor.names]) {
      const bearers = entryOf(name).vendors;
      if (!bearers.includes(vendor)) bearers.push(vendor);
    }
  }
  for (const vendor of vendors) {
    for (const name of vendor.namesWithModel ?? []) entryOf(name).withModel.push(vendor);
  }
  return names;
}

/**
 * The vendor that people mean by a name: its key or one of its names, in any case, whatever stands between the words.
 * A model decides between vendors of one name (`Cisco`, `SPA504G`) and leads from a make to another of its dialects
 * (`Snom`, `M900`); a model that fits no vendor of the name is as good as none.
 */
export function findVendor(name: string, model?: string): VendorFound {
  if (name.length > NAME_LENGTH) return { kind: 'unknown', near: [] };
  const folded = foldName(name);
  const entry = allNames().get(folded);
  if (!entry) return { kind: 'unknown', near: nearNames(folded) };
  const fitting = model === undefined ? [] : fittingModel([...entry.vendors, ...entry.withModel], model);
  const candidates = fitting.length > 0 ? fitting : entry.vendors;
  const [vendor, another] = candidates;
  if (!vendor) return { kind: 'unknown', near: nearNames(folded) };
  return another ? { kind: 'ambiguous', name, candidates } : { kind: 'vendor', vendor };
}

function fittingModel(vendors: readonly Vendor[], model: string): readonly Vendor[] {
  const folded = foldName(model.slice(0, NAME_LENGTH));
  return vendors.filter((vendor) => vendor.models?.some((rule) => rule.test(folded)));
}

/** Names with a slip of the pen or two, and names that begin alike: `yelink`, `grand`, `Yealink T46S`. */
function nearNames(folded: string): readonly string[] {
  if (folded.length < 2) return [];
  const slips = folded.length > 6 ? 2 : 1;
  const near: { name: string; distance: number }[] = [];
  for (const [known, { name, vendors }] of allNames()) {
    if (vendors.length === 0) continue;
    const surplus = Math.abs(folded.length - known.length);
    const alike = folded.length > 2 && known.length > 2 && (known.startsWith(folded) || folded.startsWith(known));
    const distance = alike || surplus > slips ? surplus : editDistance(folded, known);
    if (alike || distance <= slips) near.push({ name, distance });
  }
  near.sort((one, other) => one.distance - other.distance);
  return near.slice(0, NEAR_COUNT).map(({ name }) => name);
}
