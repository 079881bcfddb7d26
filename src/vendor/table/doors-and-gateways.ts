import type { Vendor } from '../vendor.js';
import { NO_SOURCE } from './no-source.js';

const PATTON = { certainty: 'documented', source: 'Patton SmartNode configuration, Wazo provd plugins' } as const;

export const algo: Vendor = {
  key: 'algo',
  label: 'Algo speakers, pagers and intercoms',
  names: [],
  userAgents: [/^Algo-(?<model>\w+)\/(?<firmware>[\d.]+)/i],
  samples: ['Algo-8201/5.2'],
  resync: { template: 'check-sync', certainty: 'other-pbx', source: 'FusionPBX event_notify' },
  reboot: { template: 'check-sync-reboot', certainty: 'other-pbx', source: 'FusionPBX event_notify' },
  challenge: 'unknown',
  settings: [
    {
      decides: 'orders',
      file: 'sip.interop.checksync',
      value: 'conditional-reboot for a resync, always-reboot for a reboot',
      about: 'what a check-sync does',
      certainty: 'other-pbx',
      source: 'FusionPBX templates',
    },
  ],
  notes: [],
};

export const audiocodes: Vendor = {
  key: 'audiocodes',
  label: 'AudioCodes (4xxHD phones, MP and Mediant gateways)',
  names: ['Audio Codes'],
  userAgents: [
    /^AUDC-IPPhone\/(?<firmware>[\w.-]+) \((?<model>[^;()]+); ?(?<mac>[0-9a-f]{12})\)/i,
    /^(?:AUDC-IPPhone|AUDC)\/(?<firmware>[\w.-]+)/i,
    /^(?:AUDC-IPPhone|AUDC|Audiocodes-Sip-Gateway)-(?<model>[\w-][\w -]*)(?:\/(?:v\.)?(?<firmware>[\w.-]+))?/i,
    /^Audiocodes-Sip-Gateway\/(?:v\.)?(?<firmware>[\w.-]+)/i,
  ],
  samples: ['AUDC-IPPhone/2.2.8.61 (440HDG-Rev0; 00908F602AAC)', 'Audiocodes-Sip-Gateway-Mediant 1000/v.5.80A.055.002'],
  resync: {
    template: 'check-sync',
    certainty: 'other-pbx',
    source: 'sipXcom',
    note: 'sipXcom addresses it to the MAC identity of the phone, not to its line',
  },
  reboot: { template: 'check-sync-reboot', certainty: 'assumed', source: NO_SOURCE },
  challenge: 'unknown',
  notes: ['How these devices answer a check-sync, and which setting allows it, is not confirmed.'],
};

export const patton: Vendor = {
  key: 'patton',
  label: 'Patton SmartNode',
  names: ['SmartNode', 'Patton SmartNode'],
  userAgents: [/^Patton (?<model>SN\w+)(?: \w{1,8})?(?: (?<mac>[0-9a-f]{12}))?(?: (?<firmware>R[\d.]+))?/i],
  samples: ['Patton SN4634 3BIS 00A0BA04469B R5.3 2009-01-15 H323 SIP BRI M5T SIP', 'Patton SN4638 5BIS'],
  resync: {
    template: 'check-sync',
    ...PATTON,
    note: 'needs notify check-sync accept in the sip-gateway; its action rule decides what happens',
  },
  reboot: {
    template: 'check-sync',
    ...PATTON,
    note: 'reboots only if the action rule on NOTIFY_CHECK_SYNC_RELOAD says so',
  },
  challenge: 'unknown',
  settings: [
    {
      decides: 'orders',
      file: 'notify check-sync accept',
      value: 'this line, in the sip-gateway',
      about: 'without it the box ignores the order',
      ...PATTON,
    },
    {
      decides: 'orders',
      file: 'NOTIFY_CHECK_SYNC_RELOAD',
      value: 'an action rule on it: a provisioning profile, with a reload for a reboot',
      about: 'decides what is done',
      ...PATTON,
    },
  ],
  notes: [],
};

export const twoN: Vendor = {
  key: '2n',
  label: '2N intercoms (Helios/IP Verso, Style)',
  names: ['2N Helios', '2N Verso', '2N IP Verso'],
  userAgents: [/^2N\s/i],
  samples: [],
  resync: { none: 'no resync by SIP is documented for 2N' },
  reboot: { none: 'no reboot by SIP is documented for 2N' },
  challenge: 'unknown',
  notes: ['No User-Agent of these devices has been seen.'],
};

export const dinstar: Vendor = {
  key: 'dinstar',
  label: 'Dinstar (DAG and MTG gateways, C6xU)',
  names: [],
  userAgents: [/^(?:Dinstar|DAG\d)/i],
  samples: [],
  resync: { none: 'no resync by SIP is known for Dinstar' },
  reboot: { none: 'no reboot by SIP is known for Dinstar' },
  challenge: 'unknown',
  notes: ['No User-Agent of these devices has been seen.'],
};
