import type { Vendor } from '../vendor.js';

export const snomDect: Vendor = {
  key: 'snom-dect',
  label: 'Snom DECT bases (M series)',
  names: ['Snom DECT', 'Snom M series'],
  namesWithModel: ['Snom'],
  models: [/^(?:snom)?m\d/],
  userAgents: [
    /^(?:Mozilla\/4\.0 \(compatible; )?Snom (?<model>M\d+)(?:\s+(?<firmware>[\d.]+))?(?:\s+(?<mac>[0-9a-f]{12}))?/i,
  ],
  samples: ['Mozilla/4.0 (compatible; Snom M900 05.20.0001 000413b60680)'],
  resync: { none: 'no resync without a reboot is known for Snom DECT bases' },
  reboot: { template: 'check-sync-reboot', certainty: 'other-pbx', source: 'Wazo provd plugins (M900)' },
  challenge: 'unknown',
  notes: [],
};

/**
 * `check-sync` without a parameter and `check-sync;reboot=false` are the same to these bases; the bare word is the one
 * that N510 and N720 know.
 */
export const gigasetN: Vendor = {
  key: 'gigaset-n',
  label: 'Gigaset DECT bases (N510, N610, N670, N720, N870)',
  names: ['Gigaset', 'Gigaset N', 'Gigaset DECT'],
  models: [/^(?:gigaset)?n\d{3}/],
  userAgents: [/^(?:Gigaset )?(?<model>N\d{3}[^/;]*)(?:\/(?<firmware>[^;]+))?(?:;(?<mac>[0-9A-F]{12}))?/i],
  samples: [
    'Gigaset N870 IP PRO/83.V2.11.0+build.a546b91;7C2F80E0D605',
    'N510 IP PRO/42.258.00.000.000;7C2F806257D7',
    'Gigaset N510 IP PRO',
  ],
  resync: {
    template: 'check-sync',
    certainty: 'documented',
    source: 'Gigaset wiki, SIP check-sync message',
  },
  reboot: {
    template: 'check-sync-reboot',
    certainty: 'documented',
    source: 'Gigaset wiki, check-sync with reboot',
    note: 'only N610, N670 and N870 from 2.52, with SystemSettings.global.CheckSyncRebootEnabled = 1',
  },
  exceptions: [
    {
      model: /^(?:gigaset)?n(?:510|720)/,
      models: 'N510 and N720',
      reboot: { none: 'a Gigaset N510 or N720 cannot be rebooted by SIP; its settings become active without' },
    },
  ],
  challenge: 'never',
  settings: [
    {
      decides: 'reboot',
      file: 'SystemSettings.global.CheckSyncRebootEnabled',
      value: '1',
      about: 'N610, N670 and N870 from 2.52: takes check-sync;reboot=true',
      certainty: 'documented',
      source: 'Gigaset wiki, check-sync with reboot',
    },
    {
      decides: 'lamp',
      file: 'SipProvider.0.MWISubscription',
      about: 'N870: whether it subscribes to its lamp, or is told unasked',
      certainty: 'other-pbx',
      source: 'Wazo provd plugins',
    },
  ],
  notes: [
    'A reboot must be addressed to an account of the base; an anonymous one is refused.',
    'The maker advises against enabling reboots: settings become active without.',
  ],
};

export const mitelDect: Vendor = {
  key: 'mitel-dect',
  label: 'Mitel SIP-DECT (OMM, RFP)',
  names: ['SIP-DECT', 'Mitel SIP-DECT', 'Aastra SIP-DECT', 'OpenMobility', 'Mitel OMM'],
  namesWithModel: ['Mitel', 'Aastra'],
  models: [/^(?:mitel|aastra)?(?:rfp|omm|sipdect)/],
  userAgents: [/^(?:SIP-DECT|OpenMobility)/i],
  samples: [],
  resync: { none: 'no resync by SIP is known for Mitel SIP-DECT' },
  reboot: { none: 'no reboot by SIP is known for Mitel SIP-DECT' },
  challenge: 'unknown',
  notes: ['No User-Agent of these bases has been seen.'],
};
