import type { Vendor, VendorOrder } from '../vendor.js';

const SMALL_BUSINESS = {
  certainty: 'documented',
  source: 'Linksys/Cisco Small Business provisioning guide',
} as const;

/** 78xx, 88xx and ATA 19x exist with both firmwares; 68xx only with this one. */
export const ciscoMpp: Vendor = {
  key: 'cisco-mpp',
  label: 'Cisco multiplatform phones (68xx, 78xx, 88xx -3PCC) and ATA 19x-MPP',
  names: ['Cisco', 'Cisco MPP', 'Cisco 3PCC', 'Cisco Multiplatform', 'MPP', '3PCC'],
  models: [/3pcc|mpp/, /^(?:cisco)?(?:cp)?(?:68|78|88)\d\d/],
  userAgents: [
    /^Cisco-(?<model>CP-\w+-3PCC|ATA\d+-MPP)\/(?<firmware>[\w.-]+?)(?:[_ ]\(?(?<mac>[0-9a-f]{12})(?![0-9a-f]).*)?$/i,
  ],
  samples: [
    'Cisco-CP-8865-3PCC/12.0.3_dcf719f39350_d4e6994b-60bc-4fba-a490-fe5f8e',
    'Cisco-CP-8851-3PCC/11.3.7',
    'Cisco-ATA191-MPP/11-1-0MSR3-9',
    'Cisco-CP-8841-3PCC/11.0 (00562b043615)',
  ],
  resync: {
    template: 'resync',
    certainty: 'documented',
    source: 'Cisco 6800 Series Multiplatform Phones Administration Guide',
    note: 'Resync From SIP must be Yes on the phone (its default)',
  },
  reboot: {
    template: 'check-sync',
    certainty: 'other-pbx',
    source: 'FusionPBX event_notify, Wazo provd plugins',
    note: 'both send check-sync to resync and to reboot; which of the two the phone does is not confirmed',
  },
  challenge: 'optional',
  pushChallenge: 'always',
  credentials: 'the SIP password of the line (XML-Service: always)',
  settings: [
    {
      decides: 'resync',
      web: 'Resync From SIP',
      value: 'Yes',
      about: 'takes the event resync; Yes is the default',
      certainty: 'documented',
      source: 'Cisco 6800 Series Multiplatform Phones Administration Guide',
    },
    {
      decides: 'challenge',
      file: 'Auth_Resync-Reboot_n_',
      value: 'No, or Yes with credentials in the directory',
      about: 'of each extension; FusionPBX configures Yes, Wazo No',
      certainty: 'other-pbx',
      source: 'FusionPBX templates, Wazo provd plugins',
    },
  ],
  notes: ['Resync_Trigger_1 and Resync_Trigger_2 do not hold up a resync that comes by SIP.'],
};

function serviceControl(action: string, order: Pick<VendorOrder, 'certainty' | 'source' | 'note'>): VendorOrder {
  return { template: 'service-control', values: { action }, needs: ['call_id', 'contact'], ...order };
}

/** 7940 and 7960 know nothing but check-sync; FreeSWITCH makes the same exception for them. */
export const ciscoEnt: Vendor = {
  key: 'cisco-ent',
  label: 'Cisco enterprise phones (79xx; 78xx and 88xx with CUCM firmware)',
  names: ['Cisco', 'Cisco Enterprise', 'Cisco CUCM', 'CUCM'],
  models: [/^(?:cisco)?(?:cp)?(?:7[89]|88)\d\d(?!.*(?:3pcc|mpp))/],
  userAgents: [/^Cisco-CP-?(?<model>\d{4}\w*)\/(?<firmware>[\d.]+)/i],
  samples: ['Cisco-CP7960G/8.0', 'Cisco-CP8851/12.1.1', 'Cisco-CP7821/10.3.1'],
  resync: serviceControl('restart', {
    certainty: 'documented',
    source: 'res_pjsip_cisco_service_control (Asterisk), FreeSWITCH mod_sofia',
    note: 'the phone reads its settings again and restarts quickly',
  }),
  reboot: serviceControl('reset', {
    certainty: 'documented',
    source: 'res_pjsip_cisco_service_control (Asterisk), sipXcom',
  }),
  exceptions: [
    {
      model: /^(?:cisco)?(?:cp)?79[46]0/,
      models: '7940 and 7960',
      resync: { none: 'a Cisco 7940 or 7960 can only be rebooted' },
      reboot: {
        template: 'check-sync',
        certainty: 'documented',
        source: 'FreeSWITCH mod_sofia, sip-notify (Ruby gem)',
        note: 'reboots only if its syncinfo.xml has changed',
      },
    },
  ],
  challenge: 'unknown',
  notes: [
    "One order per contact, with the Call-ID of the phone's own registration; any other is answered with 400.",
    'Some firmware wants a From without a user part (7975G 9.4.2), some refuses a fifth version stamp (8861 14.1.1).',
  ],
};

export const ciscoSpa: Vendor = {
  key: 'cisco-spa',
  label: 'Cisco SPA, Linksys and Sipura phones and adapters',
  names: ['Cisco', 'Cisco SPA', 'Cisco Small Business', 'Linksys', 'Linksys SPA', 'Sipura', 'Sipura SPA', 'SPA'],
  models: [/^(?:cisco|linksys|sipura)?(?:spa|pap|wrp|wrt|wag|rtp?)\d/],
  userAgents: [/^(?:Cisco|Linksys|Sipura)\/(?<model>(?:SPA|PAP|RT|WRP|WRT|WAG)\w*)-(?<firmware>\S+)/i],
  samples: [
    'Cisco/SPA504G-7.6.2c',
    'Cisco/SPA122-1.4.1(SR5)',
    'Linksys/SPA942-6.1.5(a)',
    'Linksys/PAP2T-3.1.15(LS)',
    'Sipura/SPA2000-3.1.5',
  ],
  resync: {
    template: 'resync',
    certainty: 'documented',
    source: 'Linksys/Cisco Small Business provisioning guide',
    note: 'waits while a line is in use, up to Forced_Resync_Delay (14400 s unless changed)',
  },
  reboot: {
    template: 'reboot-now',
    certainty: 'documented',
    source: 'Linksys/Cisco Small Business provisioning guide',
    note: 'a cold start; restart-now is the warm one',
  },
  challenge: 'by default',
  credentials: 'those of the extension addressed',
  settings: [
    { decides: 'orders', file: 'Resync_From_SIP', value: 'Yes', about: 'takes these events at all', ...SMALL_BUSINESS },
    {
      decides: 'resync',
      file: 'Forced_Resync_Delay',
      about: 'the longest a resync waits while a line is in use, in seconds; 14400 unless changed',
      certainty: 'documented',
      source: 'Cisco SPA100 administration guide',
    },
    {
      decides: 'challenge',
      file: 'Auth_Resync-Reboot_n_',
      value: 'No, or Yes with credentials in the directory',
      about: 'of each extension; Yes is the default',
      ...SMALL_BUSINESS,
    },
    {
      decides: 'features',
      file: 'Feature_Key_Sync_n_',
      value: 'Yes',
      about: 'subscribes to do-not-disturb and forwarding',
      certainty: 'other-pbx',
      source: 'FusionPBX pull request 2905',
    },
  ],
  notes: ['With a line in use it resyncs later: accepted, and even answered, may mean in four hours.'],
};
