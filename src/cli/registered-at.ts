import type { PhoneSource } from '../inventory/phone.js';
import { REGISTRATION_COLUMNS, registeredPhones } from '../run/registered.js';
import type { OpenSite } from './sites.js';

/**
 * The phones that are registered at some servers.
 * @param isNamed whether each has the name of its server; where there are several, it has
 */
export function registeredAt(
  sites: readonly OpenSite[],
  sipProfile: string | undefined,
  isNamed = sites.length > 1,
): PhoneSource {
  return {
    name: 'registrations',
    columns: () => ['aor', ...REGISTRATION_COLUMNS, ...(isNamed ? ['server'] : [])],
    entries: async function* () {
      for (const { connector, lookUp } of sites) {
        if (!lookUp) continue;
        const { registrar } = lookUp;
        const profile = sipProfile === undefined ? undefined : registrar.profile(sipProfile)?.name;
        const server = isNamed ? connector.name : undefined;
        yield* registeredPhones(await registrar.everybody(), profile, server).entries();
      }
    },
    close: () => Promise.resolve(),
  };
}
