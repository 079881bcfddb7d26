import { SeenSet } from '../inventory/duplicates.js';
import { vendorOf } from '../run/dialect-order.js';
import { phoneKey } from '../run/plan.js';
import type { PhoneOptions } from '../sandbox/index.js';
import { usualSubscriptions } from '../sandbox/index.js';
import { openPhones, type SelectionFlags } from './phones.js';

/**
 * The phones of an inventory for a sandbox to play. A row without a User-Agent gets one that is usual for its vendor;
 * rows that are wrong or the same phone again are left out.
 * @throws InventoryError
 */
export async function sandboxPhones(flags: SelectionFlags): Promise<PhoneOptions[]> {
  const source = await openPhones([], flags);
  const phones: PhoneOptions[] = [];
  const seen = new SeenSet();
  try {
    for await (const entry of source.entries()) {
      if (entry.kind === 'problem') continue;
      const { phone } = entry;
      if (!seen.add(phoneKey(phone.aor, phone.profile))) continue;
      const found = vendorOf(phone);
      const userAgent = phone.userAgent ?? (found.kind === 'vendor' ? found.vendor.samples[0] : undefined) ?? 'unknown';
      const { user, host } = phone.aor;
      const { profile } = phone;
      phones.push({ user, host, userAgent, subscriptions: usualSubscriptions(userAgent), ...(profile && { profile }) });
    }
  } finally {
    await source.close();
  }
  return phones;
}
