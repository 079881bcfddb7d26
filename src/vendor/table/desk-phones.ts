import type { Vendor } from '../vendor.js';

const SNOM = { certainty: 'documented', source: 'service.snom.com' } as const;
const YEALINK = { certainty: 'documented', source: 'Yealink administrator guides (T3x, T4x, T5x)' } as const;
const YEALINK_LAMP = {
  certainty: 'documented',
  source: 'comment on account.X.mwi_parse_terminated in the Yealink templates of FusionPBX (T56A)',
} as const;
const TECHNICOLOR = { certainty: 'documented', source: 'Technicolor TB30 administrator guide' } as const;
const GRANDSTREAM_TEMPLATES = { certainty: 'other-pbx', source: 'Grandstream templates of FusionPBX' } as const;
const FUSIONPBX = { certainty: 'other-pbx', source: 'FusionPBX templates' } as const;
const WAZO = { certainty: 'other-pbx', source: 'Wazo provd plugins' } as const;

export const snom: Vendor = {
  key: 'snom',
  label: 'Snom desk phones (D, 3xx, 7xx, 8xx, PA1)',
  names: [],
  userAgents: [/^snom[ -]?(?<model>[A-Z]*\d+)(?:-SIP)?[-/ ](?<firmware>[\w.]+)/i],
  samples: [
    'snomD345/10.1.39.11',
    'snomD862/10.1.226.13',
    'snom370/8.7.5.48',
    'snomPA1/8.7.3.19',
    'snom821/873_19_20130321',
  ],
  resync: { template: 'check-sync-no-reboot', ...SNOM },
  reboot: { template: 'check-sync-reboot', ...SNOM },
  challenge: 'optional',
  credentials: 'the SIP password of the identity addressed',
  texts: [
    { template: 'send-message', ...SNOM, note: 'on the idle screen' },
    {
      template: 'snom-text',
      certainty: 'documented',
      source: 'service.snom.com; FS PBX, tested on a D862',
      note: 'in the minibrowser',
    },
  ],
  settings: [
    {
      decides: 'orders',
      file: 'checksync_action',
      value: 'not factory-reset, delete-contacts or reregister',
      about:
        'firmware 10.1.180 and later: can turn every check-sync into reboot, factory-reset, reregister, sync or delete-contacts',
      ...SNOM,
    },
    {
      decides: 'challenge',
      file: 'challenge_checksync',
      value: 'off, or on with credentials in the directory',
      about: 'on answers check-sync with 401',
      ...SNOM,
    },
    {
      decides: 'challenge',
      file: 'challenge_reboot',
      value: 'off, or on with credentials in the directory',
      about: 'on answers a reboot with 401',
      ...SNOM,
    },
    {
      decides: 'text',
      web: 'Support broken Registrar',
      value: 'on',
      about: 'lets a text of message appear',
      ...SNOM,
    },
    {
      decides: 'text',
      web: 'Filter Packets from Registrar',
      value: 'off',
      about: 'on keeps a text of message away',
      ...SNOM,
    },
    {
      decides: 'push',
      file: 'mb_trusted_hosts',
      value: "FreeSWITCH's address, unless it is the registrar",
      about: 'who may push XML besides the registrar',
      ...SNOM,
    },
    { decides: 'push', file: 'xml_notify', value: 'on', about: 'takes XML by NOTIFY', ...FUSIONPBX },
  ],
  notes: [
    'A text that is addressed to another identity than those of the phone is answered with 404.',
    'Whether the event reboot of old lists works with present firmware is not confirmed.',
  ],
};

export const yealink: Vendor = {
  key: 'yealink',
  label: 'Yealink',
  names: [],
  userAgents: [
    /^Yealink[ -](?:SIP(?:[ -]VP)?-)?(?<model>\w+)(?:\s+(?<firmware>[\d.]+))?(?:\s+(?<mac>(?:[0-9a-f]{2}:?){6}))?/i,
  ],
  samples: [
    'Yealink SIP-T46U 108.86.0.20',
    'Yealink SIP-T53W 96.86.0.70',
    'Yealink SIP-T21P_E2 52.83.0.35',
    'Yealink W60B 77.83.0.85',
    'Yealink SIP VP-T49G 51.80.0.100',
  ],
  resync: {
    template: 'check-sync-no-reboot',
    ...YEALINK,
    note: 'reboots the phone all the same unless sip.notify_reboot_enable = 0; it is shipped with 1',
  },
  reboot: {
    template: 'check-sync-reboot',
    ...YEALINK,
    note: 'ignored where sip.notify_reboot_enable = 2',
  },
  lamp: {
    template: 'message-summary-active',
    needs: ['contact', 'registered_aor'],
    ...YEALINK_LAMP,
    note: 'ignores a lamp that comes in state terminated, as FreeSWITCH sends it, unless account.X.mwi_parse_terminated = 1',
  },
  challenge: 'never',
  texts: [
    {
      template: 'send-message',
      certainty: 'assumed',
      source: 'the settings are known; that such a text appears is not confirmed',
    },
    {
      template: 'yealink-text',
      certainty: 'other-pbx',
      source: 'one program that sends it; the XML is that of the Yealink XML browser guide',
      note: 'in the XML browser',
    },
  ],
  settings: [
    {
      decides: 'resync',
      file: 'sip.notify_reboot_enable',
      value: '0',
      about: '1, as shipped, reboots on every check-sync; 0 only on reboot=true; 2 ignores all, a reboot too',
      ...YEALINK,
    },
    {
      decides: 'orders',
      file: 'sip.trust_ctrl, account.X.sip_trust_ctrl',
      web: 'Accept SIP Trust Server Only',
      value: 'off, or FreeSWITCH is the SIP server',
      about: 'lets only the SIP server send orders',
      ...YEALINK,
    },
    {
      decides: 'lamp',
      file: 'account.X.mwi_parse_terminated',
      value: '1',
      about:
        '0, as shipped, ignores a lamp in state terminated, as FreeSWITCH sends it to a phone that has not subscribed',
      ...YEALINK_LAMP,
    },
    {
      decides: 'lamp',
      file: 'account.X.subscribe_mwi',
      value: '1',
      about: 'the other way: the phone subscribes to its lamp',
      certainty: 'other-pbx',
      source: 'FusionPBX pull request 1436 (W52P)',
    },
    {
      decides: 'text',
      file: 'features.text_message.enable, features.text_message_popup.enable',
      value: '1',
      about: 'texts, and their popup',
      certainty: 'other-pbx',
      source: 'Yealink templates',
    },
    {
      decides: 'push',
      file: 'push_xml.sip_notify',
      value: '1',
      about: 'takes XML by NOTIFY; 0 as shipped',
      ...YEALINK,
    },
    {
      decides: 'push',
      file: 'features.action_uri.enable',
      value: '1',
      about: 'takes the event ACTION-URI (template yealink-action)',
      ...YEALINK,
    },
    {
      decides: 'push',
      file: 'features.show_action_uri_option',
      value: '0',
      about: 'else the first ACTION-URI asks at the phone "Allow remote control?"',
      ...YEALINK,
    },
  ],
  notes: [
    'Newer firmware has sip.check_sync.mode as well; what it means is not confirmed.',
    'Users report lamps that are lost when the phone registers again; mwi resend from cron sets them again.',
  ],
};

export const grandstream: Vendor = {
  key: 'grandstream',
  label: 'Grandstream (GXP, GRP, GXV, HT, GXW, DP, WP)',
  names: [],
  userAgents: [/^Grandstream\s+(?!UCM|Wave\b|gsmeeting)(?<model>\S+)(?:\s+V[\d.]+\w*)?\s+(?<firmware>[\d.]+)/i],
  samples: [
    'Grandstream GXP2170 1.0.11.57',
    'Grandstream GRP2615 1.0.13.122',
    'Grandstream HT802 1.0.17.5',
    'Grandstream HT-503  V1.1B 1.0.10.9  chip V2.2',
  ],
  resync: {
    template: 'resync',
    certainty: 'documented',
    source: 'FusionPBX pull request 3014 (after contact with Grandstream support)',
    note: 'tested on GXP2130 and GXP2160; not confirmed for HT, GXV and DP',
  },
  reboot: { template: 'check-sync-reboot', certainty: 'other-pbx', source: 'FusionPBX event_notify' },
  challenge: 'by default',
  credentials: 'user and SIP password of the line, as sipXcom sends them',
  settings: [
    {
      decides: 'challenge',
      file: 'P4428',
      web: 'Disable SIP NOTIFY Authentication',
      value: '1, or 0 with credentials in the directory',
      about: '0 answers with 401, as the templates for GXP, GXW and HT5xx have it; those for HT8xx have 1',
      ...GRANDSTREAM_TEMPLATES,
    },
    {
      decides: 'challenge',
      file: 'sip.notify.challenge',
      value: 'No, or Yes with credentials in the directory',
      about: 'the same in the newer configuration file; its template says Yes for GRP and No for GXP21xx',
      ...GRANDSTREAM_TEMPLATES,
    },
    {
      decides: 'orders',
      web: 'Allow Incoming SIP Messages from SIP Proxy Only',
      value: 'No, or FreeSWITCH is the SIP proxy',
      about: 'refuses other senders',
      ...GRANDSTREAM_TEMPLATES,
    },
    {
      decides: 'orders',
      web: 'Validate Incoming SIP Messages',
      value: 'No',
      about: 'Yes refuses other senders',
      ...GRANDSTREAM_TEMPLATES,
    },
    {
      decides: 'reboot',
      file: 'P15476',
      value: 'on',
      about: 'GDS3710: resets on NOTIFY; off as shipped',
      ...GRANDSTREAM_TEMPLATES,
    },
  ],
  notes: [
    'Whether a NOTIFY is challenged differs by model and firmware.',
    'Whether a text of message is shown is not confirmed.',
  ],
};

export const panasonic: Vendor = {
  key: 'panasonic',
  label: 'Panasonic (KX-UT, KX-HDV, KX-TGP, KX-UTG)',
  names: ['Panasonic KX', 'KX-UT', 'KX-HDV', 'KX-TGP', 'KX-UTG'],
  userAgents: [/^Panasonic[_-](?<model>\S+?)\/(?<firmware>[\d.]+) \((?<mac>[0-9a-f]{12})\)/i],
  samples: ['Panasonic_KX-UT113/01.133 (0080f0c8c381)'],
  resync: {
    template: 'check-sync',
    certainty: 'documented',
    source: 'Panasonic KX-TGP500, KX-UTG200 and KX-UT670 administrator guides',
    note: 'the word must be the one in CFG_RESYNC_FROM_SIP, usually check-sync or resync; any other is ignored',
  },
  reboot: {
    template: 'check-sync-reboot',
    certainty: 'other-pbx',
    source: 'FusionPBX event_notify',
    note: 'the word must be the one in CFG_RESYNC_FROM_SIP; any other is ignored',
  },
  challenge: 'unknown',
  settings: [
    {
      decides: 'orders',
      file: 'CFG_RESYNC_FROM_SIP',
      value: 'the event that is sent: check-sync',
      about: 'the one event it obeys, usually check-sync or resync; empty switches the feature off',
      certainty: 'documented',
      source: 'Panasonic KX-TGP500, KX-UTG200 and KX-UT670 administrator guides',
    },
  ],
  notes: ['Where CFG_RESYNC_FROM_SIP holds another word, phonectl notify WORD sends that.'],
};

export const gigasetDesk: Vendor = {
  key: 'gigaset-desk',
  label: 'Gigaset desk phones (DE, Maxwell, Pro)',
  names: ['Gigaset', 'Gigaset DE', 'Gigaset Maxwell', 'Maxwell'],
  models: [/^(?:gigaset)?(?:de\d{3}|maxwell|cl750a)/],
  userAgents: [/^(?:Gigaset )?(?<model>DE\d{3}|Maxwell|CL750A)/i],
  samples: ['CL750A'],
  resync: {
    template: 'check-sync-no-reboot',
    certainty: 'documented',
    source: 'Gigaset wiki, SIP check-sync message',
    note: 'a DE or Maxwell with SIP.Checksync.Simple = 1 reboots on every check-sync',
  },
  reboot: {
    template: 'check-sync-reboot',
    certainty: 'documented',
    source: 'Gigaset wiki, SIP check-sync message',
  },
  challenge: 'unknown',
  settings: [
    {
      decides: 'resync',
      file: 'SIP.Checksync.Simple',
      value: 'not 1',
      about: 'DE and Maxwell: 1 reboots on every check-sync',
      certainty: 'documented',
      source: 'Gigaset wiki, SIP.Checksync.Simple',
    },
    {
      decides: 'orders',
      file: 'checksync_action',
      value: 'not factory-reset, delete-contacts or reregister',
      about: 'newer desktop phones: can turn every check-sync into something else, as with Snom',
      certainty: 'documented',
      source: 'Gigaset wiki, checksync_action',
    },
  ],
  notes: [],
};

export const fanvil: Vendor = {
  key: 'fanvil',
  label: 'Fanvil (X, V, i, H, W)',
  names: [],
  userAgents: [/^Fanvil\s+(?<model>.+?)\s+(?<firmware>[\d.]+)(?:\s+(?<mac>[0-9a-f]{12}))?$/i],
  samples: [
    'Fanvil X303 2.12.18.9 0c383e63963b',
    'Fanvil X4U 2.12.7.6',
    'Fanvil i16SV 2.4.0',
    'Fanvil X6U Pro 0.0.10 0c383e2cd782',
  ],
  resync: { template: 'check-sync', certainty: 'other-pbx', source: 'FusionPBX event_notify, Wazo provd plugins' },
  reboot: {
    template: 'check-sync-reboot',
    certainty: 'other-pbx',
    source: 'FusionPBX event_notify, Wazo provd plugins',
    note: 'only where NotifyReboot = 1 on the phone',
  },
  challenge: 'unknown',
  pushChallenge: 'optional',
  settings: [
    {
      decides: 'reboot',
      file: 'NotifyReboot',
      value: '1',
      about: 'whether a NOTIFY may reboot the phone; FusionPBX configures 1, Wazo and Tancredi 0',
      certainty: 'other-pbx',
      source: 'templates of FusionPBX, Wazo and Tancredi',
    },
    {
      decides: 'lamp',
      file: 'MWINum',
      about: 'whether it subscribes to its lamp, or is told unasked',
      ...WAZO,
    },
    { decides: 'push', file: 'SIPNotifyXML', value: '1', about: 'takes XML by NOTIFY', ...FUSIONPBX },
    {
      decides: 'push',
      file: 'PushXMLIP',
      value: "FreeSWITCH's address",
      about: 'who may push XML',
      ...FUSIONPBX,
    },
    {
      decides: 'push',
      file: 'EnablePushXMLAuth',
      value: 'off, or on with credentials in the directory',
      about: 'challenges pushes',
      ...FUSIONPBX,
    },
  ],
  notes: ['The name of the event for XML pushes was not found, so there is no template for them.'],
};

export const htek: Vendor = {
  key: 'htek',
  label: 'Htek (UC8xx, UC9xx)',
  names: [],
  userAgents: [/^Htek\s+(?<model>UC\s?\w+)(?:\s+V?(?<firmware>[\d.]{4,}))?(?:\s+(?<mac>[0-9a-f]{12}))?/i],
  samples: ['Htek UC924E V3.0.4.5', 'Htek UC912G 001fc1200b41', 'Htek UC V20 V5.22.10.25.245 f26dcc142f0d'],
  resync: {
    template: 'resync',
    certainty: 'other-pbx',
    source: 'FusionPBX event_notify',
    note: 'Wazo sends check-sync',
  },
  reboot: { template: 'check-sync-reboot', certainty: 'other-pbx', source: 'FusionPBX event_notify' },
  challenge: 'optional',
  settings: [
    {
      decides: 'challenge',
      file: 'P20983',
      web: 'Preference.CheckSyncWithAuth',
      value: '0, or 1 with credentials in the directory',
      about: '1 answers check-sync with 401',
      ...FUSIONPBX,
    },
    {
      decides: 'orders',
      file: 'CheckSyncRebootControl, CheckIfNotifyReset',
      about: 'limit what a NOTIFY may do',
      ...FUSIONPBX,
    },
    { decides: 'lamp', file: 'P99', about: 'whether it subscribes to its lamp, or is told unasked', ...WAZO },
  ],
  notes: [],
};

export const technicolor: Vendor = {
  key: 'technicolor',
  label: 'Technicolor and Thomson (ST20xx, TB30)',
  names: ['Thomson'],
  userAgents: [
    /^(?:Thomson|Technicolor)\s+(?<model>\w+)(?:\s+hw\S+)?(?:\s+fw(?<firmware>\S+))?(?:\s+(?<mac>(?:[0-9a-f]{2}[-:]?){6}))?/i,
  ],
  samples: ['Thomson TB30 hw1 fw1.74.0 00-1F-9F-84-F1-80'],
  resync: { template: 'check-sync-no-reboot', ...TECHNICOLOR },
  reboot: { template: 'check-sync-reboot', ...TECHNICOLOR },
  challenge: 'never',
  texts: [
    {
      template: 'send-message',
      certainty: 'documented',
      source: 'Technicolor TB30 and Thomson ST2030 administrator guides',
      note: 'on the display of an idle phone; with later firmware in a call too',
    },
  ],
  settings: [
    {
      decides: 'orders',
      file: 'sw_notify_autoprovision',
      value: '1',
      about: 'takes check-sync at all',
      ...TECHNICOLOR,
    },
    {
      decides: 'orders',
      file: 'AuthNotifyCheckSync',
      value: "FreeSWITCH's IP address",
      about: 'the address that may send check-sync; Wazo configures 0.0.0.0',
      ...TECHNICOLOR,
    },
  ],
  notes: [],
};
