import type { Vendor } from '../vendor.js';

/** Last of all: `Grandstream Wave` and `Sangoma Talk` are softphones of makers whose phones have rules of their own. */
export const softphone: Vendor = {
  key: 'softphone',
  label: 'Softphones and web phones',
  names: [
    'Zoiper',
    'Linphone',
    'Bria',
    'X-Lite',
    'eyeBeam',
    'MicroSIP',
    'Jitsi',
    'Acrobits',
    'Groundwire',
    'Sangoma Connect',
    'Sangoma Talk',
    'Zulu',
    'Grandstream Wave',
    'SIP.js',
    'JsSIP',
    'Ringotel',
    'Web phone',
    'WebRTC',
  ],
  userAgents: [
    /^(?:Zoiper|Z \d|Linphone|Bria |X-Lite|eyeBeam|MicroSIP|Telephone \d|Jitsi|Acrobits|Groundwire|Zulu|Ringotel)/i,
    /^(?:Sangoma (?:Connect|Talk)|Grandstream Wave)/i,
    /^(?:SIP\.js|JsSIP)/i,
  ],
  samples: [
    'Zoiper rv2.10.8.2',
    'Zoiper v2.10.20.4_1',
    'Z 5.5.5 v2.10.15.2',
    'LinphoneiOS/4.5.1 (iPhone) LinphoneSDK/5.0.40-pre',
    'Bria 4 release 4.7.0 stamp 83078',
    'Bria iOS release 3.9.5 stamp 38501.38502',
    'MicroSIP/3.20.5',
  ],
  resync: { none: 'a softphone; it takes no settings from a server by SIP' },
  reboot: { none: 'a softphone; there is nothing to reboot' },
  challenge: 'unknown',
  texts: [
    { template: 'send-message', certainty: 'assumed', source: 'no document found', note: 'Linphone, Zoiper, Bria' },
  ],
  notes: ['Web phones answer check-sync with 481, 482, 489 or 405, or with a 200 that means nothing.'],
};
