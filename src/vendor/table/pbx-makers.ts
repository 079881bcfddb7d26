import type { Vendor } from '../vendor.js';

export const aastraMitel: Vendor = {
  key: 'aastra-mitel',
  label: 'Aastra and Mitel (67xxi, 68xxi, 69xx)',
  names: ['Aastra', 'Mitel'],
  userAgents: [/^(?:Aastra|Mitel)[ -](?<model>\d{2,4}\w*)(?:-SIP)?\/(?<firmware>[\d.]+)/i],
  samples: ['Aastra 6731i/3.2.2.3077', 'Mitel 6930/6.4.0.132', 'Aastra 51i/2.5.1.41'],
  resync: {
    template: 'check-sync',
    certainty: 'other-pbx',
    source: 'Asterisk pjsip_notify.conf sample, Wazo provd plugins',
    note: 'the same event is sent to resync and to reboot; which of the two the phone does is not confirmed',
  },
  reboot: {
    template: 'check-sync',
    certainty: 'other-pbx',
    source: 'Asterisk pjsip_notify.conf sample, Wazo provd plugins',
    note: 'the same event is sent to resync and to reboot; FusionPBX sends check-sync;reboot=true for both',
  },
  challenge: 'never',
  notes: [
    'The whitelist of the phone (sip whitelist) refuses other senders.',
    'XML pushes need sip xml notify event: 1.',
  ],
};

export const digium: Vendor = {
  key: 'digium',
  label: 'Digium D and Sangoma P phones',
  names: ['Sangoma', 'Sangoma P', 'Sangoma P series', 'Digium D'],
  models: [/^(?:digium|sangoma)?[pd]\d/],
  userAgents: [/^(?:Digium|Sangoma) (?<model>[DP]\d+)\s+(?<firmware>[\d_]+)/i],
  samples: ['Digium D65 2_9_19', 'Sangoma P325 4_9_2', 'Digium D40 1_4_0_0_57389'],
  resync: {
    template: 'check-sync',
    certainty: 'other-pbx',
    source: 'Asterisk pjsip_notify.conf sample, Wazo provd plugins',
    note: 'whether the phone only reads its settings again or reboots is not confirmed',
  },
  reboot: {
    template: 'check-sync',
    certainty: 'other-pbx',
    source: 'FusionPBX event_notify, Wazo provd plugins',
    note: 'whether the phone reboots or only reads its settings again is not confirmed',
  },
  challenge: 'unknown',
  notes: ['enable_check_sync=1 is needed in the configuration of the phone.'],
};

export const sangomaS: Vendor = {
  key: 'sangoma-s',
  label: 'Sangoma S phones (S2xx to S7xx)',
  names: ['Sangoma', 'Sangoma S series'],
  models: [/^(?:sangoma)?s\d{3}/],
  userAgents: [/^Sangoma (?<model>S\d+)\s+V?(?<firmware>[\d.]+)/i],
  samples: ['Sangoma S500 V2.0.4.67'],
  resync: { template: 'resync', certainty: 'other-pbx', source: 'FusionPBX event_notify' },
  reboot: { template: 'check-sync-reboot', certainty: 'other-pbx', source: 'FusionPBX event_notify' },
  challenge: 'optional',
  challengeSetting: 'CheckSyncWithAuth (P20983)',
  notes: [],
};

export const avaya: Vendor = {
  key: 'avaya',
  label: 'Avaya (J1xx, 96x1 SIP, H1xx, 11xx, 12xx)',
  names: [],
  userAgents: [
    /^Avaya\s+(?<model>one-X Deskphone|[JH]\d{3}|\d{4})(?:\D*\s(?<firmware>[\d.]{5,}))?(?:\s+(?<mac>[0-9a-f]{12}))?/i,
    /^AVAYA\/(?<model>[JH]\d{3})-(?<firmware>[\d.]+)(?: \(MAC:(?<mac>[0-9a-f]{12})\))?/i,
  ],
  samples: [
    'Avaya one-X Deskphone 7.1.15.1.3 b4475ea2e9a0',
    'Avaya H175 Collaboration Station H1xx_SIP-R1_0_2_3_3050.tar',
    'AVAYA/J179-4.1.3.0.6 (MAC:c81fea83e85a)',
  ],
  resync: {
    template: 'check-sync',
    certainty: 'other-pbx',
    source: 'Wazo provd plugins',
    note: 'FusionPBX adds ;reboot=false; whether these phones understand it is not confirmed',
  },
  reboot: {
    template: 'check-sync-reboot',
    certainty: 'other-pbx',
    source: 'Wazo provd plugins, FusionPBX event_notify',
    note: 'on a J1xx the user must press a key before it takes effect',
  },
  challenge: 'unknown',
  notes: [
    'A J1xx needs ENABLE_OOD_RESET_NOTIFY 1, and ENABLE_OOD_MSG_TLS_ONLY 0 when it is not on TLS.',
    'A J1xx asks its user to press a key before it reboots (seen with 4.1.3).',
    'An 11xx or 12xx needs REMOTE_CHECK_FOR_UPDATE.',
  ],
};

export const ale: Vendor = {
  key: 'ale',
  label: 'Alcatel-Lucent Enterprise (Myriad, IP Touch)',
  names: ['Alcatel', 'Alcatel-Lucent', 'Alcatel-Lucent Enterprise', 'ALE Myriad', 'Myriad'],
  userAgents: [
    /^(?:ALE |Alcatel IP Touch )(?<model>M?\d\w*)(?:-CE)?[ /](?<firmware>[\d.]+)(?:\s+(?<mac>[0-9a-f]{12}))?/i,
  ],
  samples: ['ALE M3-CE 2.11.01.1604 3c28a620089e', 'Alcatel IP Touch 4028/2.01.20'],
  resync: {
    template: 'check-sync',
    certainty: 'other-pbx',
    source: 'Wazo provd plugins (Myriad M3, M5, M7)',
    note: 'the same event is sent to resync and to reboot; which of the two the phone does is not confirmed',
  },
  reboot: {
    template: 'check-sync',
    certainty: 'other-pbx',
    source: 'Wazo provd plugins (Myriad M3, M5, M7)',
    note: 'the same event is sent to resync and to reboot; which of the two the phone does is not confirmed',
  },
  exceptions: [
    {
      model: /iptouch|^40\d8/,
      resync: { none: 'no resync by SIP is known for Alcatel IP Touch' },
      reboot: { none: 'no reboot by SIP is known for Alcatel IP Touch' },
    },
  ],
  challenge: 'unknown',
  notes: ['For Myriad M3, M5 and M7; IP Touch 40x8 take no such order by SIP as far as is known.'],
};

export const openscape: Vendor = {
  key: 'openscape',
  label: 'Unify OpenStage and OpenScape Desk Phone (CP, IP)',
  names: ['OpenStage', 'Unify', 'Siemens OpenStage', 'Unify OpenStage', 'Unify OpenScape', 'OpenScape Desk Phone'],
  userAgents: [/^Open(?:Stage|Scape)/i],
  samples: [],
  resync: { template: 'check-sync-no-reboot', certainty: 'other-pbx', source: 'sip-notify (Ruby gem)' },
  reboot: { template: 'check-sync-reboot', certainty: 'other-pbx', source: 'sip-notify (Ruby gem)' },
  challenge: 'unknown',
  notes: [
    'Rests on one old list; the way the maker documents is HTTP (contact-me with a DLS).',
    'No User-Agent of these phones has been seen.',
  ],
};

export const auerswald: Vendor = {
  key: 'auerswald',
  label: 'Auerswald COMfortel D, COMfortel IP and tiptel',
  names: ['COMfortel', 'tiptel'],
  userAgents: [/^(?:COMfortel|tiptel)\b/i],
  samples: [],
  resync: { template: 'check-sync', certainty: 'documented', source: 'wiki.auerswald.de, unsolicited NOTIFY' },
  reboot: { none: 'no reboot by SIP is documented for Auerswald phones' },
  challenge: 'unknown',
  notes: [
    '/provisioning/sip/active must be on, and the sender on the allowlist of the phone.',
    'The order may carry a body that names a provisioning URL.',
    'No User-Agent of these phones has been seen.',
  ],
};
