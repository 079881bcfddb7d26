import { VENDORS } from './table.js';
import type { NoOrder, OrderKind, Vendor, VendorOrder } from './vendor.js';

/** What the phones of one vendor are told at one site instead of elsewhere. */
export type SiteOrders = Readonly<Partial<Record<OrderKind, VendorOrder | NoOrder>>>;

/** What a user knows besides, or better; taken in once, before the first phone is looked at. */
export interface OwnVendors {
  /** One with the key of a vendor of the table stands in its place, any other before them all. */
  readonly vendors: readonly Vendor[];
  /** By the name of a server in lower case, then by the key of a vendor. */
  readonly bySite: ReadonlyMap<string, ReadonlyMap<string, SiteOrders>>;
}

let known = VENDORS;
let bySite: OwnVendors['bySite'] = new Map();

/** Every vendor that there is to recognise, in the order in which a User-Agent is compared with them. */
export function knownVendors(): readonly Vendor[] {
  return known;
}

/** What the phones of a vendor are told at a server instead, if anything. */
export function ordersAt(server: string, vendor: Vendor): SiteOrders | undefined {
  return bySite.get(server.toLowerCase())?.get(vendor.key);
}

export function useVendors(own: OwnVendors): void {
  const added = own.vendors.filter(({ key }) => VENDORS.every((vendor) => vendor.key !== key));
  known = [...added, ...VENDORS.map((vendor) => own.vendors.find(({ key }) => key === vendor.key) ?? vendor)];
  bySite = own.bySite;
}
