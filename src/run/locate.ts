import { contactForm } from '../freeswitch/contact.js';
import type { Registration } from '../freeswitch/registration.js';
import { formatAor } from '../inventory/aor.js';
import type { Phone } from '../inventory/phone.js';
import { identify } from '../vendor/identify.js';
import { vendorOf } from './dialect-order.js';
import type { Order } from './order.js';
import type { Registrar } from './registrar.js';

/** Where an order for one phone will go. */
export interface Located {
  /** With what its registration tells, where the row is silent. */
  readonly phone: Phone;
  /** The SIP profile, by its own name. */
  readonly profile: string | undefined;
  /** The registration that tells it, if it is that of one device. */
  readonly registration?: Registration | undefined;
  /** The one device that is meant, if the extension has others that are not. */
  readonly device?: Pick<Registration, 'callId'>;
  /** Why nothing can reach it, if that is known already. */
  readonly obstacle?: string;
  /** What the user should look at, though the order is sent. */
  readonly warning?: string;
}

/**
 * Finds a phone among the registrations. An order in the vendor's dialect goes to each device of an extension by itself,
 * and of several devices only to those of the vendor that the row names; any other order goes to the extension, unless
 * the row says by its `call_id` which device it is, or one of its devices needs an order of its own.
 */
export async function locate(
  phone: Phone,
  registrar: Registrar,
  order: Addressing,
  sipProfile: string | undefined,
): Promise<readonly Located[]> {
  const wanted = phone.profile ?? sipProfile;
  const profile = wanted === undefined ? undefined : registrar.profile(wanted);
  if (wanted !== undefined && !profile) return [{ phone, profile: wanted, obstacle: registrar.noProfile(wanted) }];
  if (profile && !profile.running) {
    return [
      { phone, profile: profile.name, obstacle: `SIP profile ${profile.name} is not running (${profile.state})` },
    ];
  }
  const found = await devicesOf(phone, registrar, order, profile?.name);
  if (found.length === 0) {
    // An order of a template of the user's own may go to somebody else; what is rendered will tell.
    const obstacle = order.byVendor ? await registrar.whyNot(phone.aor, profile?.name) : undefined;
    return [{ phone, profile: profile?.name, ...(obstacle !== undefined && { obstacle }) }];
  }
  if (phone.columns.call_id && found.length > 1) {
    const device = sameDevice(phone, found);
    if (device) return [located(phone, device, true)];
    const obstacle = `${formatAor(phone.aor)} is registered, but none of its ${found.length} devices is that of this row`;
    return [{ phone, profile: profile?.name, obstacle }];
  }
  if (order.byVendor) return ofVendor(phone, found).map((device) => located(phone, device, found.length > 1));
  if (found.length > 1 && found.some((device) => needsOwn(phone, device, order))) {
    return found.map((device) => located(unnamed(phone, device), device, true));
  }
  return byProfile(found).map((rows) => ({
    ...located(phone, rows[0] as Registration, false),
    ...(rows.length > 1 && { phone, registration: undefined }),
  }));
}

type Addressing = Pick<Order, 'byVendor' | 'toMailbox' | 'needsOwn'>;

async function devicesOf(
  phone: Phone,
  registrar: Registrar,
  order: Addressing,
  profile: string | undefined,
): Promise<readonly Registration[]> {
  if (!order.toMailbox) return registrar.ofUser(phone.aor, profile);
  const found = await registrar.ofMailbox(phone.aor, profile);
  if (!found.some((device) => needsOwn(phone, device, order))) return found;
  // These may be only those of the same name. What goes to one device does not reach the others, so all should be known.
  return registrar.allOfMailbox(phone.aor, profile);
}

function needsOwn(phone: Phone, device: Registration, order: Addressing): boolean {
  return order.needsOwn?.(located(unnamed(phone, device), device, false).phone) ?? false;
}

/** The phone without the vendor of its row, which is that of one device of several, where a device says its own. */
function unnamed(phone: Phone, { userAgent }: Registration): Phone {
  const { vendor, ...rest } = phone;
  return vendor === undefined || identify(userAgent) ? rest : phone;
}

/** The device of a row that was written down earlier: a phone that has restarted since has a new Call-ID. */
function sameDevice({ columns }: Phone, devices: readonly Registration[]): Registration | undefined {
  const tests: ((device: Registration) => boolean)[] = [
    ({ callId }) => callId === columns.call_id,
    ({ contact }) => contact === columns.contact,
    ({ userAgent }) => userAgent === columns.user_agent,
  ];
  for (const test of tests) {
    const [device, ...others] = devices.filter(test);
    if (device && others.length === 0) return device;
  }
  return undefined;
}

/** Of several devices those of the row's vendor, and those of which nothing is known; all if none is. */
function ofVendor(phone: Phone, devices: readonly Registration[]): readonly Registration[] {
  const named = vendorOf(phone);
  if (named.kind !== 'vendor' || devices.length < 2) return devices;
  const fitting = devices.filter(({ userAgent }) => (identify(userAgent)?.vendor ?? named.vendor) === named.vendor);
  return fitting.length > 0 ? fitting : devices;
}

function byProfile(rows: readonly Registration[]): readonly (readonly Registration[])[] {
  const groups = new Map<string, Registration[]>();
  for (const row of rows) groups.set(row.profile, [...(groups.get(row.profile) ?? []), row]);
  return [...groups.values()];
}

function located(phone: Phone, registration: Registration, isOneOfSeveral: boolean): Located {
  const named = vendorOf(phone);
  const seen = identify(registration.userAgent);
  const differs = named.kind === 'vendor' && seen !== undefined && named.vendor !== seen.vendor;
  return {
    phone: withRegistration(phone, registration, differs),
    profile: registration.profile,
    registration,
    ...(isOneOfSeveral && { device: registration }),
    ...(differs && {
      warning: `the row says ${named.vendor.key}, its User-Agent "${registration.userAgent.slice(0, 60)}" says ${seen.vendor.key}`,
    }),
  };
}

/** What the server knows now is newer than what a row says; but what the row says of the vendor stands. */
function withRegistration(phone: Phone, registration: Registration, isOtherVendor: boolean): Phone {
  const { callId, userAgent } = registration;
  // No spreads, behind which V8 (11.3, in Node 20) is slow to add anything: this is done for every phone.
  const columns: Record<string, string> = Object.assign({}, phone.columns);
  columns.call_id = callId;
  columns.contact = contactForm(registration.contact);
  columns.registered_aor = formatAor(registration);
  if (isOtherVendor || userAgent === '') return { ...phone, columns };
  const { vendor, model, firmware, mac } = identify(userAgent) ?? {};
  columns.user_agent = userAgent;
  // For templates; which dialect it speaks is asked of its User-Agent.
  if (vendor && !columns.vendor) columns.vendor = vendor.key;
  if (model && !columns.model) columns.model = model;
  if (firmware) columns.firmware = firmware;
  if (mac && !columns.mac) columns.mac = mac;
  return Object.assign({}, phone, { userAgent, columns });
}
