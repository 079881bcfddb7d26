import type { Vendor } from '../vendor.js';

const AASTRA = { certainty: 'documented', source: 'Aastra administrator guide and XML developer guide' } as const;
const AVAYA_TEMPLATES = { certainty: 'other-pbx', source: 'Avaya templates of FusionPBX' } as const;
const AUERSWALD = { certainty: 'documented', source: 'wiki.auerswald.de, unsolicited NOTIFY' } as const;
const WAZO = { certainty: 'other-pbx', source: 'Wazo provd plugins' } as const;

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
  texts: [{ template: 'mitel-text', ...AASTRA, note: 'a text screen, by the event aastra-xml' }],
  settings: [
    {
      decides: 'orders',
      file: 'sip whitelist',
      web: 'Whitelist Proxy',
      value: 'off, or FreeSWITCH is the proxy',
      about: 'refuses other senders',
      ...AASTRA,
    },
    {
      decides: 'lamp',
      file: 'sip explicit mwi subscription',
      about: 'whether it subscribes to its lamp, or is told unasked',
      ...WAZO,
    },
    { decides: 'push', file: 'sip xml notify event', value: '1', about: 'takes the event aastra-xml', ...AASTRA },
    {
      decides: 'push',
      file: 'action uri xml sip notify',
      value: 'a URI, if aastra-xml is sent without a body',
      about: 'what the phone then calls; with none set, nothing happens',
      ...AASTRA,
    },
  ],
  notes: [],
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
  settings: [
    {
      decides: 'orders',
      file: 'enable_check_sync',
      value: '1',
      about: 'takes check-sync at all',
      certainty: 'other-pbx',
      source: 'FS PBX templates',
    },
  ],
  notes: [],
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
  settings: [
    {
      decides: 'challenge',
      file: 'P20983',
      web: 'CheckSyncWithAuth',
      value: '0, or 1 with credentials in the directory',
      about: '1 answers check-sync with 401',
      certainty: 'other-pbx',
      source: 'FusionPBX templates',
    },
  ],
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
  settings: [
    {
      decides: 'orders',
      file: 'ENABLE_OOD_RESET_NOTIFY',
      value: '1',
      about: 'J1xx: takes check-sync at all',
      ...AVAYA_TEMPLATES,
    },
    {
      decides: 'orders',
      file: 'ENABLE_OOD_MSG_TLS_ONLY',
      value: '0, where the phone is not on TLS',
      about: 'J1xx: else it takes such orders over TLS only',
      ...AVAYA_TEMPLATES,
    },
    {
      decides: 'orders',
      file: 'REMOTE_CHECK_FOR_UPDATE',
      about: '11xx and 12xx: whether check-sync checks for updates',
      certainty: 'documented',
      source: 'Avaya 1100 series SIP notes',
    },
    {
      decides: 'lamp',
      file: 'MWISRVR',
      about: 'whether it subscribes to its lamp, or is told unasked',
      ...WAZO,
    },
  ],
  notes: ['A J1xx asks its user to press a key before it reboots (seen with 4.1.3).'],
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
      models: 'IP Touch 40x8',
      resync: { none: 'no resync by SIP is known for Alcatel IP Touch' },
      reboot: { none: 'no reboot by SIP is known for Alcatel IP Touch' },
    },
  ],
  challenge: 'unknown',
  settings: [
    {
      decides: 'lamp',
      file: 'AccountNMwiUri',
      about: 'whether it subscribes to its lamp, or is told unasked',
      ...WAZO,
    },
  ],
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
  resync: { template: 'check-sync', ...AUERSWALD },
  reboot: { none: 'no reboot by SIP is documented for Auerswald phones' },
  challenge: 'unknown',
  texts: [
    {
      template: 'send-message',
      certainty: 'documented',
      source: 'auerswald-root.de, SIP MESSAGE',
      note: 'as a notification',
    },
  ],
  settings: [
    {
      decides: 'orders',
      file: '/provisioning/sip/active',
      value: "on, with FreeSWITCH's address on the allowlist",
      about: 'takes orders by SIP, from the allowlist only',
      ...AUERSWALD,
    },
  ],
  notes: ['The order may carry a body that names a provisioning URL.', 'No User-Agent of these phones has been seen.'],
};
