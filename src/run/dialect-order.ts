import type { Phone } from '../inventory/phone.js';
import { findVendor } from '../vendor/find.js';
import { identify } from '../vendor/identify.js';
import { orderFor } from '../vendor/orders.js';
import type { OrderKind, Vendor } from '../vendor/vendor.js';
import { type Choice, DEFAULT_RATE, type Order } from './order.js';

/** A resync or a reboot, for each phone in its vendor's dialect. */
export function dialectOrder(kind: OrderKind, defaultVendor?: Vendor): Order {
  return {
    verb: kind,
    reboots: kind === 'reboot',
    rate: DEFAULT_RATE,
    byVendor: true,
    returns: true,
    repeatable: kind === 'resync',
    spec: { kind: 'dialect', order: kind, ...(defaultVendor && { defaultVendor: defaultVendor.key }) },
    choose(phone, server) {
      const found = vendorOf(phone, defaultVendor);
      return found.kind === 'vendor' ? inDialect(kind, phone, found, server) : found;
    },
  };
}

interface Identified {
  readonly kind: 'vendor';
  readonly vendor: Vendor;
  readonly model: string | undefined;
}

/**
 * The vendor that the row names, else the one that its User-Agent tells, else the default. A name that several vendors
 * bear is decided by the model or the User-Agent.
 */
export function vendorOf(phone: Phone, defaultVendor?: Vendor): Identified | Exclude<Choice, { kind: 'template' }> {
  const seen = phone.userAgent === undefined ? undefined : identify(phone.userAgent);
  const model = phone.columns.model || seen?.model;
  if (phone.vendor === undefined) {
    const vendor = seen?.vendor ?? defaultVendor;
    if (vendor) return { kind: 'vendor', vendor, model };
    return { kind: 'skip', reason: whyUnknown(phone), ...(!phone.userAgent && { byRegistration: true }) };
  }
  const found = findVendor(phone.vendor, model);
  if (found.kind === 'vendor') return { kind: 'vendor', vendor: found.vendor, model };
  if (found.kind === 'unknown') {
    if (defaultVendor) return { kind: 'vendor', vendor: defaultVendor, model };
    const near = found.near.length > 0 ? `; near it: ${found.near.join(', ')}` : '';
    return { kind: 'skip', reason: `unknown vendor "${phone.vendor}"${near}` };
  }
  if (seen && found.candidates.includes(seen.vendor)) return { kind: 'vendor', vendor: seen.vendor, model };
  if (defaultVendor && found.candidates.includes(defaultVendor))
    return { kind: 'vendor', vendor: defaultVendor, model };
  const choices = found.candidates.map(({ key, label }) => `${key} (${label})`).join(', ');
  return { kind: 'invalid', reason: `vendor "${found.name}" can be ${choices}: say which` };
}

function whyUnknown(phone: Phone): string {
  if (phone.userAgent !== undefined)
    return `no known vendor has the User-Agent "${phone.userAgent.slice(0, 80).toWellFormed()}"`;
  return 'no vendor: give a vendor or user_agent column, or --default-vendor';
}

function inDialect(kind: OrderKind, phone: Phone, { vendor, model }: Identified, server?: string): Choice {
  const order = orderFor(vendor, kind, model, server);
  if ('none' in order) return { kind: 'skip', vendor: vendor.key, reason: order.none };
  const missing = order.needs?.filter((column) => !phone.columns[column]) ?? [];
  if (missing.length > 0) {
    const reason = `${vendor.key} needs ${missing.join(' and ')} of the registration, and the row has none`;
    return { kind: 'skip', vendor: vendor.key, reason, byRegistration: true };
  }
  const { template, values, note, certainty } = order;
  const isOwn = certainty === 'configured';
  return { kind: 'template', vendor: vendor.key, template, note, isOwn, ...(values && { values }) };
}
