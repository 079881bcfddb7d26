import type { EslEvent } from '../../esl/index.js';
import { printable, type Terminal } from '../terminal.js';

/** The width of most names. */
const NAME = 24;
/** Of a value that is longer, no more is shown, characters. */
const MAX_VALUE = 80;
/** So many headers are shown of an event that nothing is known of. */
const MAX_OTHERS = 4;

/** What each event is about, by name or subclass: headers in braces; a part in brackets goes with its headers. */
const ABOUT: Readonly<Record<string, string>> = {
  API: '{API-Command} {API-Command-Argument}',
  BACKGROUND_JOB: '{Job-Command} {Job-Command-Arg} [job {Job-UUID}]',
  CHANNEL_CALLSTATE: '{Original-Channel-Call-State} [→ {Channel-Call-State}]',
  CHANNEL_STATE: '{Channel-State}',
  CHANNEL_EXECUTE: '{Application} {Application-Data}',
  CHANNEL_EXECUTE_COMPLETE: '{Application} [→ {Application-Response}]',
  CHANNEL_HANGUP: '{Hangup-Cause}',
  CHANNEL_HANGUP_COMPLETE: '{Hangup-Cause} [after {variable_duration} s]',
  CHANNEL_BRIDGE: '[with {Other-Leg-Unique-ID}]',
  DTMF: '{DTMF-Digit}',
  HEARTBEAT: '[{Event-Info},] [{Session-Count} calls,] [up {Up-Time}]',
  MESSAGE_WAITING: '{MWI-Message-Account} {MWI-Messages-Waiting} {MWI-Voice-Message}',
  MODULE_LOAD: '{type} {name}',
  MODULE_UNLOAD: '{type} {name}',
  NOTIFY: '{event-string} [to {user}@{host}] [to {to-uri}] [on {profile}]',
  PHONE_FEATURE: '{Feature-Event} [to {user}@{host}]',
  PLAYBACK_START: '{Playback-File-Path}',
  PLAYBACK_STOP: '{Playback-File-Path} [{Playback-Status}]',
  PRESENCE_IN: '{from} {status} {rpid}',
  RECORD_START: '{Record-File-Path}',
  RECORD_STOP: '{Record-File-Path}',
  SEND_INFO: '[to {to-uri}] [to {local-user}]',
  SEND_MESSAGE: '[to {user}@{host}]',
  'SMS::DELIVERY_REPORT': '{to} {Delivery-Result-Code}',
  'conference::maintenance': '{Conference-Name} {Action} [member {Member-ID}]',
  'sofia::expire': '[{from-user}@{from-host}] [on {profile-name}]',
  'sofia::gateway_state': '{Gateway} {State} {Phrase}',
  'sofia::register': '[{from-user}@{from-host}] [on {profile-name}] [from {network-ip}] [({user-agent})]',
  'sofia::unregister': '[{from-user}@{from-host}] [on {profile-name}]',
};

/** How FreeSWITCH writes that an application has said nothing (`switch_core_session_exec`). */
const NOTHING = '_none_';

/** Headers that every event has. */
const COMMON = /^(?:Event-|FreeSWITCH-|Core-UUID$|Command$|Content-Length$)/i;

/** An event as a line for people: when, which, and what it is about. */
export function eventLine(event: EslEvent, terminal: Terminal): string {
  const name = event.subclass ?? event.name;
  const about = printable(aboutOf(event, name)).replaceAll(/ {2,}/g, ' ').trim();
  return `${terminal.paint('grey', timeOf(event))}  ${(printable(name) || '(no name)').padEnd(NAME)} ${about}`
    .trimEnd()
    .concat('\n');
}

/** When it was fired, in this machine's time. */
function timeOf({ headers }: EslEvent): string {
  const ms = Number(headers.get('event-date-timestamp')) / 1000;
  return clock(Number.isFinite(ms) ? new Date(ms) : new Date());
}

/** `14:05:09.123`, in this machine's time. */
export function clock(date: Date): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

function aboutOf(event: EslEvent, name: string): string {
  const { headers } = event;
  const value = (header: string): string | undefined => {
    const text = headers.get(header);
    return text === NOTHING ? undefined : cut(text);
  };
  const uuid = value('unique-id');
  const template = ABOUT[name];
  const known = template === undefined ? undefined : fill(template, value);
  if (uuid !== undefined) return `${callParties(value)} ${known ?? ''} ${uuid}`;
  return known ?? others(event);
}

/** `1000 → 5000`: who calls whom; empty if nobody knows. */
export function callParties(value: (header: string) => string | undefined): string {
  const [from, to] = [value('caller-caller-id-number'), value('caller-destination-number')];
  return from || to ? `${from || 'unknown'} → ${to || 'unknown'}` : '';
}

function fill(template: string, value: (header: string) => string | undefined): string {
  return template
    .replaceAll(/\[([^\]]*)\]/g, (_, part: string) => (namesIn(part).every((name) => value(name)) ? part : ''))
    .replaceAll(/\{([^}]*)\}/g, (_, name: string) => value(name) ?? '');
}

function namesIn(part: string): string[] {
  return [...part.matchAll(/\{([^}]*)\}/g)].map(([, name = '']) => name);
}

function others({ headers }: EslEvent): string {
  return headers
    .entries()
    .filter(([name]) => !COMMON.test(name))
    .slice(0, MAX_OTHERS)
    .map(([name, value]) => `${name}=${cut(value)}`)
    .join(' ');
}

function cut(value: string | undefined): string | undefined {
  return value !== undefined && value.length > MAX_VALUE ? `${value.slice(0, MAX_VALUE)}…` : value;
}
