import type { Vendor } from '../vendor.js';

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
  resync: { template: 'check-sync-no-reboot', certainty: 'documented', source: 'service.snom.com' },
  reboot: { template: 'check-sync-reboot', certainty: 'documented', source: 'service.snom.com' },
  challenge: 'optional',
  challengeSetting: 'challenge_checksync, challenge_reboot',
  notes: [
    'checksync_action (firmware 10.1.180 and later) can turn every check-sync into a reboot or even a factory reset.',
    'A challenge is answered with the SIP password of the identity addressed.',
    'XML pushes are taken from the registrar and from mb_trusted_hosts only.',
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
    certainty: 'documented',
    source: 'Yealink administrator guides (T3x, T4x, T5x)',
    note: 'reboots the phone all the same unless sip.notify_reboot_enable = 0; it is shipped with 1',
  },
  reboot: {
    template: 'check-sync-reboot',
    certainty: 'documented',
    source: 'Yealink administrator guides (T3x, T4x, T5x)',
    note: 'ignored where sip.notify_reboot_enable = 2',
  },
  lamp: {
    template: 'message-summary-active',
    needs: ['contact', 'registered_aor'],
    certainty: 'documented',
    source: 'comment on account.X.mwi_parse_terminated in the Yealink templates of FusionPBX (T56A)',
    note: 'ignores a lamp that comes in state terminated, as FreeSWITCH sends it, unless account.X.mwi_parse_terminated = 1',
  },
  challenge: 'never',
  notes: [
    'sip.notify_reboot_enable: 1 (as shipped) reboots on every check-sync, 0 only on reboot=true, 2 ignores them.',
    'sip.trust_ctrl and account.X.sip_trust_ctrl let only the SIP server send orders.',
    'ACTION-URI needs features.action_uri.enable, XML pushes push_xml.sip_notify = 1.',
    'A lamp set by MESSAGE_WAITING while the phone is not subscribed needs account.X.mwi_parse_terminated = 1.',
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
  challengeSetting: 'P4428 "Disable SIP NOTIFY Authentication" (0 challenges), sip.notify.challenge',
  notes: [
    'Whether a NOTIFY is challenged differs by model; P4428 = 0, as on many GXP, challenges.',
    '"Allow Incoming SIP Messages from SIP Proxy Only" and "Validate Incoming SIP Messages" refuse other senders.',
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
  notes: ['CFG_RESYNC_FROM_SIP on the phone names the event it obeys; empty switches the feature off.'],
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
  notes: ['On the newer line checksync_action can turn every check-sync into a reboot or even a factory reset.'],
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
  challengeSetting: 'EnablePushXMLAuth (pushes)',
  notes: [
    'NotifyReboot decides whether a NOTIFY may reboot the phone; FusionPBX configures 1, Wazo 0.',
    'XML pushes need SIPNotifyXML = 1; PushXMLIP limits who may send them.',
  ],
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
  challengeSetting: 'Preference.CheckSyncWithAuth (P20983)',
  notes: ['CheckSyncRebootControl and CheckIfNotifyReset on the phone limit what a NOTIFY may do.'],
};

export const technicolor: Vendor = {
  key: 'technicolor',
  label: 'Technicolor and Thomson (ST20xx, TB30)',
  names: ['Thomson'],
  userAgents: [
    /^(?:Thomson|Technicolor)\s+(?<model>\w+)(?:\s+hw\S+)?(?:\s+fw(?<firmware>\S+))?(?:\s+(?<mac>(?:[0-9a-f]{2}[-:]?){6}))?/i,
  ],
  samples: ['Thomson TB30 hw1 fw1.74.0 00-1F-9F-84-F1-80'],
  resync: { template: 'check-sync-no-reboot', certainty: 'documented', source: 'Technicolor TB30 administrator guide' },
  reboot: { template: 'check-sync-reboot', certainty: 'documented', source: 'Technicolor TB30 administrator guide' },
  challenge: 'never',
  notes: [
    'sw_notify_autoprovision = 1 is needed on the phone.',
    "AuthNotifyCheckSync on the phone must hold the sender's IP address.",
  ],
};
