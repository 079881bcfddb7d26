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
  /** The one device that is meant, if the extension has others that are not. */
  readonly device?: Registration;
  /** Why nothing can reach it, if that is known already. */
  readonly obstacle?: string;
  /** What the user should look at, though the order is sent. */
  readonly warning?: string;
}

/**
 * Finds a phone among the registrations. An order in the vendor's dialect goes to each device of an extension by itself,
 * and of several devices only to those of the vendor that the row names; any other order goes to the extension, unless
 * the row says by its `call_id` which device it is.
 */
export async function locate(
  phone: Phone,
  registrar: Registrar,
  order: Pick<Order, 'byVendor' | 'toMailbox'>,
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
  const found = order.toMailbox
    ? await registrar.ofMailbox(phone.aor, profile?.name)
    : await registrar.ofUser(phone.aor, profile?.name);
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
  return byProfile(found).map((rows) => ({
    ...located(phone, rows[0] as Registration, false),
    ...(rows.length > 1 && { phone }),
  }));
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
    ...(isOneOfSeveral && { device: registration }),
    ...(differs && {
      warning: `the row says ${named.vendor.key}, its User-Agent "${registration.userAgent.slice(0, 60)}" says ${seen.vendor.key}`,
    }),
  };
}

/** What the server knows now is newer than what a row says; but what the row says of the vendor stands. */
function withRegistration(phone: Phone, registration: Registration, isOtherVendor: boolean): Phone {
  const { callId, contact, userAgent } = registration;
  const columns = { ...phone.columns, call_id: callId, contact };
  if (isOtherVendor) return { ...phone, columns };
  const { model, firmware, mac } = identify(userAgent) ?? {};
  return {
    ...phone,
    userAgent,
    columns: {
      ...columns,
      user_agent: userAgent,
      ...(model && !phone.columns.model && { model }),
      ...(firmware && { firmware }),
      ...(mac && !phone.columns.mac && { mac }),
    },
  };
}
