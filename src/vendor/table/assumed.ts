import type { Vendor } from '../vendor.js';
import { NO_SOURCE } from './no-source.js';

const FUSIONPBX = { certainty: 'other-pbx', source: 'FusionPBX templates' } as const;
const VTECH = { certainty: 'other-pbx', source: 'published configurations of VTech phones' } as const;

const ASSUMED_NOTE = 'Nothing documents how these phones answer such a NOTIFY; try one before many.';

export const akuvox: Vendor = {
  key: 'akuvox',
  label: 'Akuvox (R2x, X9xx, SP-Rxx)',
  names: [],
  userAgents: [/^Akuvox\s+(?<model>\S+)(?:\s+(?<firmware>[\d.]+))?/i],
  samples: ['Akuvox R20B 220.30.2.28', 'Akuvox R20K'],
  resync: { template: 'check-sync', certainty: 'assumed', source: NO_SOURCE },
  reboot: { template: 'check-sync-reboot', certainty: 'assumed', source: NO_SOURCE },
  challenge: 'unknown',
  notes: [ASSUMED_NOTE],
};

export const flyingvoice: Vendor = {
  key: 'flyingvoice',
  label: 'Flyingvoice (FIP, FTA)',
  names: [],
  userAgents: [/^Flyingvoice\s+(?<model>\S+)\s+V?(?<firmware>[\d.]+)(?:\s+(?<mac>(?:[0-9a-f]{2}[-:]?){6}))?/i],
  samples: ['Flyingvoice FIP13G V0.6.24 00:21:F2:22:AE:F1'],
  resync: {
    template: 'check-sync-no-reboot',
    certainty: 'assumed',
    source: 'no document found; the settings bear the names that Yealink uses',
    note: 'may reboot the phone all the same unless sip.notify_reboot_enable = 0',
  },
  reboot: {
    template: 'check-sync-reboot',
    certainty: 'assumed',
    source: 'no document found; the settings bear the names that Yealink uses',
  },
  challenge: 'unknown',
  settings: [
    {
      decides: 'resync',
      file: 'sip.notify_reboot_enable',
      value: '0',
      about: 'bears the name that Yealink uses, where 1 reboots on every check-sync and 2 ignores them',
      ...FUSIONPBX,
    },
    {
      decides: 'orders',
      file: 'sip.trust_ctrl',
      value: 'off, or FreeSWITCH is the SIP server',
      about: 'bears the name that Yealink uses, where it lets only the SIP server send orders',
      ...FUSIONPBX,
    },
  ],
  notes: [ASSUMED_NOTE],
};

export const escene: Vendor = {
  key: 'escene',
  label: 'Escene (ES2xx to ES6xx)',
  names: [],
  userAgents: [/^(?<model>ES\d{3}\w*)\s+v?(?<firmware>[\d.]+)/i],
  samples: ['ES320VN2 v4.0', 'ES206 v1.0'],
  resync: { template: 'check-sync', certainty: 'assumed', source: NO_SOURCE },
  reboot: { template: 'check-sync-reboot', certainty: 'assumed', source: NO_SOURCE },
  challenge: 'unknown',
  notes: [ASSUMED_NOTE],
};

export const vtech: Vendor = {
  key: 'vtech',
  label: 'VTech (VCS, VSP, ET, CTM)',
  names: [],
  userAgents: [/^VTech\b/i],
  samples: [],
  resync: { template: 'check-sync', certainty: 'assumed', source: NO_SOURCE },
  reboot: { template: 'check-sync-reboot', certainty: 'assumed', source: NO_SOURCE },
  challenge: 'unknown',
  settings: [
    {
      decides: 'orders',
      file: 'provisioning.remote_check_sync_enable',
      value: '1',
      about: 'takes a check-sync at all',
      ...VTECH,
    },
    {
      decides: 'orders',
      file: 'resync_mode',
      value: 'config_and_firmware',
      about: 'what is read again',
      ...VTECH,
    },
  ],
  notes: [ASSUMED_NOTE, 'No User-Agent of these phones has been seen.'],
};
