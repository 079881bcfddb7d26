import { ConfigError } from '../config/errors.js';
import type { OrderSetting, Settings, VendorSetting } from '../config/settings.js';
import { findVendor } from '../vendor/find.js';
import type { OwnVendors, SiteOrders } from '../vendor/known.js';
import { VENDORS } from '../vendor/table.js';
import type { NoOrder, OrderKind, Vendor, VendorOrder } from '../vendor/vendor.js';
import { BoundedPattern } from './bounded-pattern.js';

/** The vendors of the settings, as the table has them, and what is wrong with them. */
export function ownVendors({ vendors, servers }: Settings): OwnVendors & { readonly problems: readonly ConfigError[] } {
  const problems: ConfigError[] = [];
  const own = [...vendors].flatMap(([key, setting]) => {
    const vendor = VENDORS.find((one) => one.key === key);
    if (!vendor && !setting.userAgent) problems.push(unknown(key, setting));
    return vendor ? changed(vendor, setting) : added(key, setting);
  });
  const keys = new Set([...VENDORS, ...own].map(({ key }) => key));
  const sites = [...servers].flatMap(([name, entry]) => {
    for (const [key, setting] of entry.vendors) if (!keys.has(key)) problems.push(unknown(key, setting));
    const orders = [...entry.vendors].map(([key, setting]) => [key, ordersOf(setting)] as const);
    return orders.length > 0 ? [[name, new Map<string, SiteOrders>(orders)] as const] : [];
  });
  return { vendors: own, bySite: new Map(sites), problems };
}

function unknown(key: string, { from }: VendorSetting): ConfigError {
  const found = findVendor(key);
  const near = found.kind === 'unknown' ? found.near : [];
  const hint = near.length > 0 ? `near it: ${near.join(', ')}` : 'vendor list shows all';
  return new ConfigError(`${from}: there is no vendor "${key}"`, `${hint}; a new one needs a user-agent`);
}

function changed(vendor: Vendor, setting: VendorSetting): Vendor {
  const orders = ordersOf(setting);
  // What the user says holds for all models.
  const exceptions = vendor.exceptions?.map(({ model, ...usual }) => ({ model, ...usual, ...orders }));
  return {
    ...vendor,
    ...orders,
    ...(exceptions && { exceptions }),
    ...(setting.label !== undefined && { label: setting.label }),
    ...(setting.userAgent && { userAgents: [new BoundedPattern(setting.userAgent), ...vendor.userAgents] }),
  };
}

function added(key: string, setting: VendorSetting): Vendor {
  const none = (kind: OrderKind): NoOrder => ({ none: `no ${kind} is set for ${key}` });
  return {
    key,
    label: setting.label ?? key,
    names: [],
    userAgents: setting.userAgent ? [new BoundedPattern(setting.userAgent)] : [],
    samples: [],
    challenge: 'unknown',
    notes: [],
    resync: none('resync'),
    reboot: none('reboot'),
    ...ordersOf(setting),
  };
}

function ordersOf({ resync, reboot, from }: VendorSetting): SiteOrders {
  return { ...(resync && { resync: toOrder(resync, from) }), ...(reboot && { reboot: toOrder(reboot, from) }) };
}

function toOrder(setting: OrderSetting, from: string): VendorOrder | NoOrder {
  if ('none' in setting) return { none: setting.none || 'your settings say so' };
  const { template, values } = 'event' in setting ? { template: 'notify', values: { event: setting.event } } : setting;
  return { template, values, certainty: 'configured', source: from };
}
