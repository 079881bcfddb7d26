import type { PhoneSource } from '../inventory/phone.js';
import { REGISTRATION_COLUMNS, registeredPhones } from '../run/registered.js';
import type { OpenSite } from './sites.js';

/** The phones that are registered at some servers; where there are several, each with the name of its own. */
export function registeredAt(sites: readonly OpenSite[], sipProfile: string | undefined): PhoneSource {
  return {
    name: 'registrations',
    columns: () => ['aor', ...REGISTRATION_COLUMNS, ...(sites.length > 1 ? ['server'] : [])],
    entries: async function* () {
      for (const { connector, lookUp } of sites) {
        if (!lookUp) continue;
        const { registrar } = lookUp;
        const profile = sipProfile === undefined ? undefined : registrar.profile(sipProfile)?.name;
        const server = sites.length > 1 ? connector.name : undefined;
        yield* registeredPhones(await registrar.everybody(), profile, server).entries();
      }
    },
    close: () => Promise.resolve(),
  };
}
