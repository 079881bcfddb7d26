import { nowInSeconds, type Registration } from '../phones/registration.js';
import type { Registry } from '../phones/registry.js';
import { profileUrl, type SipProfile } from '../sofia/sip-profile.js';
import { localDate } from '../wire/clock.js';
import { urlEncode } from '../wire/percent.js';
import { type ApiOutput, LongText } from './output.js';
import { ampEncode, counted } from './text.js';

const XML_HEADER = '<?xml version="1.0" encoding="ISO-8859-1"?>\n';
const LINE = `${'='.repeat(97)}\n`;

/** A profile under the name it was asked for. */
export interface ProfileView {
  readonly name: string;
  readonly profile: SipProfile;
  readonly registrations: number;
}

/** `sofia status` (`cmd_status`, mod_sofia.c) */
export function profileList(registry: Registry): string {
  const row = (name: string, type: string, data: string, state: string) =>
    `${name.padStart(25)}\t${type}\t  ${data.padStart(40)}\t${state}\n`;
  let text = row('Name', '   Type', 'Data', 'State') + LINE;
  let profiles = 0;
  let aliases = 0;
  for (const { name, alias, profile } of names(registry)) {
    if (alias) aliases++;
    else profiles++;
    text += alias
      ? row(name, '  alias', profile.name, 'ALIASED')
      : row(name, 'profile', profileUrl(profile), 'RUNNING (0)');
  }
  return `${text}${LINE}${counted(profiles, 'profile')} ${counted(aliases, 'alias', 'aliases')}\n`;
}

/** `sofia xmlstatus` (`cmd_xml_status`, mod_sofia.c) */
export function profilesXml(registry: Registry): string {
  const entry = (element: string, name: string, data: string, state: string) =>
    `<${element}>\n<name>${name}</name>\n<type>${element}</type>\n<data>${data}</data>\n<state>${state}</state>\n</${element}>\n`;
  let xml = `${XML_HEADER}<profiles>\n`;
  for (const { name, alias, profile } of names(registry)) {
    xml += alias
      ? entry('alias', name, profile.name, 'ALIASED')
      : entry('profile', name, profileUrl(profile), 'RUNNING (0)');
  }
  return `${xml}</profiles>\n`;
}

/** `sofia status profile NAME` */
export function profileInfo(view: ProfileView): string {
  const rows = settings(view).map(([label, , value]) => `${label.padEnd(17)}\t${value}\n`);
  return LINE + rows.join('');
}

/** `sofia xmlstatus profile NAME`, with its settings. */
export function profileXml(view: ProfileView): string {
  const rows = xmlOrder(settings(view)).map(([, element, value]) => `    <${element}>${value}</${element}>\n`);
  return `${XML_HEADER}<profile>\n  <profile-info>\n${rows.join('')}  </profile-info>\n</profile>\n`;
}

/** `sofia xmlstatus profile NAME reg`, and `user` (`show_reg_callback_xml`, mod_sofia.c); undefined: neither a list nor settings. */
export function registrationsXml(rows: readonly Registration[] | undefined, hostname: string): ApiOutput {
  if (!rows) return `${XML_HEADER}<profile>\n</profile>\n`;
  const now = nowInSeconds();
  return new LongText(function* () {
    yield `${XML_HEADER}<profile>\n  <registrations>\n`;
    for (const row of rows) yield registrationXml(row, hostname, now);
    yield '  </registrations>\n</profile>\n';
  });
}

/** The registrations of `sofia status profile NAME reg` (`show_reg_callback`). */
export function registrationsText(rows: readonly Registration[], hostname: string): ApiOutput {
  const now = nowInSeconds();
  return new LongText(function* () {
    yield `\nRegistrations:\n${LINE}`;
    for (const row of rows) yield registrationText(row, hostname, now);
    yield `Total items returned: ${rows.length}\n${LINE}`;
  });
}

function registrationText(row: Registration, hostname: string, now: number): string {
  const { callId, user, host, contact, userAgent, networkIp, networkPort, mwiUser, mwiHost } = row;
  const expires = row.expiresAt(now);
  return (
    `Call-ID:    \t${callId}\nUser:       \t${user}@${host}\nContact:    \t${contact}\nAgent:      \t${userAgent}\n` +
    `Status:     \tRegistered(UDP)(unknown) EXP(${localDate(new Date(expires * 1000))}) EXPSECS(${expires - now})\n` +
    `Ping-Status:\tReachable\nPing-Time:\t0.00\nHost:       \t${hostname}\nIP:         \t${networkIp}\n` +
    `Port:       \t${networkPort}\nAuth-User:  \t${user}\nAuth-Realm: \t${host}\nMWI-Account:\t${mwiUser}@${mwiHost}\n\n`
  );
}

function registrationXml(row: Registration, hostname: string, now: number): string {
  const expires = row.expiresAt(now);
  return (
    '    <registration>\n' +
    `        <call-id>${row.callId}</call-id>\n` +
    `        <user>${row.user}@${row.host}</user>\n` +
    `        <contact>${ampEncode(row.contact)}</contact>\n` +
    `        <agent>${ampEncode(row.userAgent)}</agent>\n` +
    `        <status>Registered(UDP)(unknown) exp(${localDate(new Date(expires * 1000))}) expsecs(${expires - now})</status>\n` +
    '        <ping-status>Reachable</ping-status>\n' +
    '        <ping-time>0.00</ping-time>\n' +
    `        <host>${hostname}</host>\n` +
    `        <network-ip>${row.networkIp}</network-ip>\n` +
    `        <network-port>${row.networkPort}</network-port>\n` +
    `        <sip-auth-user>${urlEncode(row.user)}</sip-auth-user>\n` +
    `        <sip-auth-realm>${row.host}</sip-auth-realm>\n` +
    `        <mwi-account>${row.mwiUser}@${row.mwiHost}</mwi-account>\n` +
    '    </registration>\n'
  );
}

/** Every name in the order FreeSWITCH listed them for a stock configuration: the last profile first, aliases before it. */
function* names(registry: Registry): Generator<{ name: string; alias: boolean; profile: SipProfile }> {
  for (const profile of registry.profiles().reverse()) {
    for (const name of profile.aliases) yield { name, alias: true, profile };
    yield { name: profile.name, alias: false, profile };
  }
}

type Setting = readonly [label: string, element: string, value: string];

function settings({ name, profile, registrations }: ProfileView): Setting[] {
  const url = profileUrl(profile);
  const { ip } = profile;
  const rows: (Setting | undefined)[] = [
    ['Name', 'name', name],
    ['Domain Name', 'domain-name', 'N/A'],
    name === profile.name ? undefined : ['Alias Of', 'alias-of', profile.name],
    ['Auto-NAT', 'auto-nat', 'false'],
    ['DBName', 'db-name', `sofia_reg_${profile.name}`],
    ['Pres Hosts', 'pres-hosts', ''],
    ['Dialplan', 'dialplan', 'XML'],
    ['Context', 'context', 'public'],
    ['Challenge Realm', 'challenge-realm', profile.challengeRealm],
    ['RTP-IP', 'rtp-ip', ip],
    profile.extIp === undefined ? undefined : ['Ext-RTP-IP', 'ext-rtp-ip', profile.extIp],
    ['SIP-IP', 'sip-ip', ip],
    profile.extIp === undefined ? undefined : ['Ext-SIP-IP', 'ext-sip-ip', profile.extIp],
    ['URL', 'url', url],
    ['BIND-URL', 'bind-url', `${url};maddr=${ip};transport=udp,tcp`],
    ['HOLD-MUSIC', 'hold-music', 'N/A'],
    ['OUTBOUND-PROXY', 'outbound-proxy', 'N/A'],
    ['CODECS IN', 'inbound-codecs', 'PCMU'],
    ['CODECS OUT', 'outbound-codecs', 'PCMU'],
    ['TEL-EVENT', 'tel-event', '101'],
    ['DTMF-MODE', 'dtmf-mode', 'rfc2833'],
    ['CNG', 'cng', '13'],
    ['SESSION-TO', 'session-to', '0'],
    ['MAX-DIALOG', 'max-dialog', '0'],
    ['MAX-RECV-RPS', 'max-recv-rps', '1000'],
    ['NOMEDIA', 'nomedia', 'false'],
    ['LATE-NEG', 'late-neg', 'false'],
    ['PROXY-MEDIA', 'proxy-media', 'false'],
    ['AGGRESSIVENAT', 'aggressive-nat', 'false'],
    ['CALLS-IN', 'calls-in', '0'],
    ['FAILED-CALLS-IN', 'failed-calls-in', '0'],
    ['CALLS-OUT', 'calls-out', '0'],
    ['FAILED-CALLS-OUT', 'failed-calls-out', '0'],
    ['REGISTRATIONS', 'registrations', String(registrations)],
  ];
  return rows.filter((row) => row !== undefined);
}

/** The XML has the counts of calls in another order: first those that were made, then those that failed. */
function xmlOrder(rows: readonly Setting[]): Setting[] {
  const failed = rows.filter(([, element]) => element.startsWith('failed-'));
  const others = rows.filter((row) => !failed.includes(row));
  return [...others.slice(0, -1), ...failed, ...others.slice(-1)];
}
