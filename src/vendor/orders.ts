import { foldName } from './fold.js';
import { ordersAt } from './known.js';
import type { NoOrder, OrderKind, Vendor, VendorOrder } from './vendor.js';

/** Longer models than any phone has are not looked at further. */
const MODEL_LENGTH = 64;

/**
 * What to send to a phone of this vendor, or why nothing can be sent. With a model, as people or a User-Agent write
 * it, the vendor's exceptions count too; they differ from the vendor's own orders for a few models only. With a server, what
 * the user has set for it comes before all.
 */
export function orderFor(vendor: Vendor, kind: OrderKind, model?: string, server?: string): VendorOrder | NoOrder {
  const atSite = server === undefined ? undefined : ordersAt(server, vendor)?.[kind];
  if (atSite) return atSite;
  if (model !== undefined && vendor.exceptions) {
    const folded = foldName(model.slice(0, MODEL_LENGTH));
    for (const exception of vendor.exceptions) {
      const order = exception[kind];
      if (order && exception.model.test(folded)) return order;
    }
  }
  return vendor[kind];
}
