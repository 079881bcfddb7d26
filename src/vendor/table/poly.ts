import type { PhoneSetting, Vendor } from '../vendor.js';
import { NO_SOURCE } from './no-source.js';

const TEMPLATES = { certainty: 'other-pbx', source: 'UC Software templates of Wazo and FusionPBX' } as const;

const ORDER_SETTINGS: readonly PhoneSetting[] = [
  {
    decides: 'orders',
    file: 'voIpProt.SIP.specialEvent.checkSync.alwaysReboot',
    value: '0 for a resync, 1 for a reboot',
    about: '0 restarts only if its files have changed, 1 always reboots',
    certainty: 'documented',
    source: 'UC Software templates of Wazo and FusionPBX (checkSync.alwaysReboot)',
  },
  {
    decides: 'challenge',
    file: 'voIpProt.SIP.requestValidation.x.request',
    value: 'not NOTIFY, or NOTIFY with credentials in the directory',
    about:
      'NOTIFY has it checked as .method says: by source, by digest, or both (all); .request.y.event narrows it. As shipped nothing is checked',
    certainty: 'documented',
    source: 'Polycom UC Software 4.1.6 addendum',
  },
];

const PUSH_SETTINGS: readonly PhoneSetting[] = [
  {
    decides: 'push',
    file: 'apps.restapi.enabled, apps.restapi.sipNotify.enabled',
    value: '1',
    about: 'takes REST calls by NOTIFY (template poly-action)',
    ...TEMPLATES,
  },
];

export const polyEdge: Vendor = {
  key: 'poly-edge',
  label: 'Poly Edge E',
  names: ['Poly Edge', 'Poly Edge E', 'Polycom Edge'],
  namesWithModel: ['Poly', 'Polycom'],
  models: [/^(?:poly(?:com)?)?(?:edge|e\d{3})/],
  userAgents: [/^PolyEdge-(?<model>\w+?)-UA\/(?<firmware>[\d.]+)(?:_(?<mac>[0-9a-f]{12}))?/i],
  samples: [
    'PolyEdge-Edge_E350-UA/8.3.1.0614',
    'PolyEdge-Edge_E350-UA/8.3.1.0614_f04ea4691c59',
    'PolyEdge-Edge_E220-UA/8.0.0.13670_48256712b942',
  ],
  resync: {
    template: 'check-sync',
    certainty: 'other-pbx',
    source: 'FusionPBX and FS PBX event_notify',
    note: 'reboots where voIpProt.SIP.specialEvent.checkSync.alwaysReboot = 1, as FusionPBX configures it',
  },
  reboot: {
    template: 'check-sync',
    certainty: 'other-pbx',
    source: 'FusionPBX and FS PBX event_notify',
    note: 'reboots only where voIpProt.SIP.specialEvent.checkSync.alwaysReboot = 1',
  },
  challenge: 'optional',
  credentials: 'those of the line; the realm is PolycomSPIP unless changed',
  settings: [
    ...ORDER_SETTINGS,
    ...PUSH_SETTINGS,
    { decides: 'push', file: 'apps.restapi.bindRequired', value: '0', about: 'for REST calls by NOTIFY', ...TEMPLATES },
  ],
  notes: [
    'One event for both orders: the setting on the phone decides what it does.',
    'REST calls by NOTIFY were tested on an E350 with 8.3.1; what goes wrong comes back as SIP INFO.',
  ],
};

export const polyUc: Vendor = {
  key: 'poly-uc',
  label: 'Polycom and Poly with UC Software (SoundPoint IP, VVX, Trio, CCX)',
  names: [
    'Polycom',
    'Poly',
    'Poly UC',
    'Poly UCS',
    'VVX',
    'Poly VVX',
    'Polycom VVX',
    'SoundPoint',
    'SoundPoint IP',
    'Trio',
    'CCX',
  ],
  userAgents: [/^Polycom\w*-(?<model>\w+?)-UA\/(?<firmware>[\d.]+)(?:_(?<mac>[0-9a-f]{12}))?/i],
  samples: [
    'PolycomVVX-VVX_250-UA/6.4.3.5156',
    'PolycomSoundPointIP-SPIP_450-UA/4.0.15.1047',
    'PolycomVVX-VVX_150-UA/6.4.1.2280_482567164887',
    'PolycomRealPresenceTrio-Trio_8500-UA/5.9.2.7727',
    'PolycomCCX-CCX_500-UA/7.1.0.100',
  ],
  resync: {
    template: 'check-sync',
    certainty: 'documented',
    source: 'UC Software templates of Wazo and FusionPBX (checkSync.alwaysReboot)',
    note: 'voIpProt.SIP.specialEvent.checkSync.alwaysReboot: 0 restarts only if its files have changed, 1 reboots',
  },
  reboot: {
    template: 'check-sync',
    certainty: 'documented',
    source: 'UC Software templates of Wazo and FusionPBX (checkSync.alwaysReboot)',
    note: 'reboots for certain only where voIpProt.SIP.specialEvent.checkSync.alwaysReboot = 1',
  },
  challenge: 'optional',
  credentials: 'those of the line; the realm is PolycomSPIP unless changed',
  settings: [
    ...ORDER_SETTINGS,
    {
      decides: 'lamp',
      file: 'msg.mwi.N.subscribe',
      value: 'empty',
      about: 'the phone then relies on being told unasked, as FreeSWITCH does',
      ...TEMPLATES,
    },
    ...PUSH_SETTINGS,
    {
      decides: 'features',
      file: 'reg.N.serverFeatureControl.cf, reg.N.serverFeatureControl.dnd',
      value: '1',
      about: 'subscribes to forwarding and do-not-disturb',
      certainty: 'other-pbx',
      source: 'FusionPBX pull request 2905',
    },
  ],
  notes: [
    'One event for both orders: the setting on the phone decides what it does.',
    'REST calls by NOTIFY need UC Software 6.4.2; older phones answer 200 and do nothing.',
  ],
};

export const obihai: Vendor = {
  key: 'obihai',
  label: 'Obihai and Poly OBi',
  names: ['Obi', 'Poly OBi', 'Polycom OBi', 'OBi Edition'],
  namesWithModel: ['Poly', 'Polycom'],
  models: [/obi/],
  userAgents: [/^(?:OBIHAI\/)?(?<model>OBi\w+)[-/](?<firmware>[\d.]+)/i],
  samples: ['OBIHAI/OBi202-3.2.2.5921', 'OBIHAI/OBi1020-5.0.0.3201', 'OBIHAI/OBi110-1.3.0.2824'],
  resync: { none: 'an OBi reboots to read its settings again; use reboot' },
  reboot: {
    template: 'resync',
    certainty: 'documented',
    source: 'Obihai OBi1062 administration guide (X_AcceptResync)',
    note: 'the event resync reboots the device, which then fetches its settings and firmware',
  },
  challenge: 'optional',
  settings: [
    {
      decides: 'orders',
      file: 'X_AcceptResync',
      value: 'yes without authentication, or yes with authentication and credentials in the directory',
      about: 'without is the default of an OBi1062; with answers with 401; no ignores the order',
      certainty: 'documented',
      source: 'Obihai OBi1062 administration guide (X_AcceptResync)',
    },
  ],
  notes: ['FS PBX sends the event Reboot (template obihai-reboot), which the maker does not document.'],
};

export const spectralink: Vendor = {
  key: 'spectralink',
  label: 'Spectralink 84xx',
  names: [],
  userAgents: [/^Spectralink/i],
  samples: [],
  resync: {
    template: 'check-sync',
    certainty: 'assumed',
    source: NO_SOURCE,
    note: 'for the 84xx, taken to be like Polycom UC Software; nothing is known of the IP-DECT servers',
  },
  reboot: {
    template: 'check-sync',
    certainty: 'assumed',
    source: NO_SOURCE,
    note: 'for the 84xx, taken to be like Polycom UC Software; nothing is known of the IP-DECT servers',
  },
  challenge: 'unknown',
  notes: ['No User-Agent of these phones has been seen; name the vendor in the inventory.'],
};
