import type { Registration } from '../freeswitch/registration.js';
import { formatAor } from '../inventory/aor.js';
import type { Entry, Phone, PhoneSource } from '../inventory/phone.js';
import { identify } from '../vendor/identify.js';

/** What a registration tells of a phone, under the names that an inventory has for it. */
export const REGISTRATION_COLUMNS = [
  'user',
  'domain',
  'profile',
  'vendor',
  'model',
  'firmware',
  'mac',
  'user_agent',
  'call_id',
  'contact',
  'network_ip',
] as const;

export type RegistrationColumns = Readonly<Record<(typeof REGISTRATION_COLUMNS)[number], string>>;

/** The row that a registration is in an inventory; what its User-Agent does not tell is empty. */
export function columnsOf({
  user,
  host,
  profile,
  userAgent,
  callId,
  contact,
  networkIp,
}: Registration): RegistrationColumns {
  const { vendor, model = '', firmware = '', mac = '' } = identify(userAgent) ?? {};
  return {
    user,
    domain: host,
    profile,
    vendor: vendor?.key ?? '',
    model,
    firmware,
    mac,
    user_agent: userAgent,
    call_id: callId,
    contact,
    network_ip: networkIp,
  };
}

/** Registrations that can be gone through, kept or as they come. */
export interface Registrations {
  all(): Iterable<Registration> | AsyncIterable<Registration>;
}

/**
 * The phones that are registered, one for each device, as if they were the rows of an inventory.
 * @param profile only those of this SIP profile
 * @param server where they are, if it is one of several
 */
export function registeredPhones(
  registrations: Registrations,
  profile: string | undefined,
  server?: string,
): PhoneSource {
  return {
    name: 'registrations',
    columns: () => ['aor', ...REGISTRATION_COLUMNS],
    entries: async function* (): AsyncGenerator<Entry, void> {
      for await (const registration of registrations.all()) {
        if (profile === undefined || registration.profile === profile)
          yield { kind: 'phone', phone: phoneOf(registration, server) };
      }
    },
    close: () => Promise.resolve(),
  };
}

function phoneOf(registration: Registration, server: string | undefined): Phone {
  const { user, host, profile, userAgent } = registration;
  const columns = columnsOf(registration);
  const aor = { user, host };
  return {
    aor,
    profile,
    ...(columns.vendor && { vendor: columns.vendor }),
    ...(userAgent && { userAgent }),
    ...(server !== undefined && { server }),
    columns: { aor: formatAor(aor), ...columns, ...(server !== undefined && { server }) },
  };
}
