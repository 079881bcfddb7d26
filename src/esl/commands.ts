import type { Command } from './command.js';
import { EslUnsafeError } from './errors.js';
import type { AnyEventName } from './event-names.js';
import type { HangupCause } from './hangup-causes.js';
import type { Header } from './headers.js';
import type { LogLevel } from './log-line.js';

/**
 * The commands of an event socket as data (`parse_command`, mod_event_socket.c), for those who write them to a Connection
 * themselves; an EventSocket has a method for each. Line ends and the like are refused where they are turned into bytes.
 */

/** How events come. It is one for a whole connection: the last `event` decides. */
export type EventFormat = 'plain' | 'json' | 'xml';

/** Which events: names, `ALL`, and subclasses of CUSTOM such as `sofia::register`. */
export interface EventSelection {
  readonly names?: readonly AnyEventName[];
  readonly subclasses?: readonly string[];
}

export interface Execute {
  /** An application of the dialplan: `playback`, `answer`, … */
  readonly application: string;
  readonly argument?: string;
  /** How often, at least once; -1 until the call ends. FreeSWITCH stops early where one turn takes less than half a second. @default 1 */
  readonly loops?: number;
  /** Becomes the `Application-UUID` of CHANNEL_EXECUTE and CHANNEL_EXECUTE_COMPLETE. */
  readonly eventUuid?: string;
  /** Nothing else is carried out on the call until it is done (`event-lock`, switch_ivr.c). */
  readonly lock?: boolean;
}

export interface Unicast {
  /** @default 127.0.0.1 */
  readonly localIp?: string;
  /** @default 8025 */
  readonly localPort?: number;
  /** @default 127.0.0.1 */
  readonly remoteIp?: string;
  /** @default 8026 */
  readonly remotePort?: number;
  /** @default 'udp' */
  readonly transport?: 'tcp' | 'udp';
  /** Audio as the call has it, not as L16. */
  readonly native?: boolean;
}

/** A longer argument goes into the body: where FreeSWITCH takes arguments from headers, it has cut them (the reference: at 2048 octets). */
const LONGEST_HEADER_ARGUMENT = 1024;

/** An API command, which FreeSWITCH carries out before it reads on. */
export function api(command: string): Command {
  return { line: `api ${command}` };
}

/** An API command in the background; its result is a BACKGROUND_JOB event with this `Job-UUID`. */
export function bgapi(command: string, jobUuid: string): Command {
  return { line: `bgapi ${command}`, headers: [['Job-UUID', jobUuid]] };
}

/** Fires an event. */
export function sendEvent(name: string, headers: readonly Header[] = [], body: string | Uint8Array = ''): Command {
  return { line: `sendevent ${word(name)}`, headers, body };
}

/** Subscribes to more events. Subclasses come last, as FreeSWITCH takes all that follows CUSTOM for subclasses. */
export function event(format: EventFormat, selection: EventSelection): Command {
  return { line: `event ${format} ${eventWords(selection)}` };
}

/** Takes back a subscription; of `ALL` but these, if `ALL` was subscribed to. */
export function nixEvent(selection: EventSelection): Command {
  return { line: `nixevent ${eventWords(selection)}` };
}

/** Takes back all subscriptions, and drops what is queued. */
export const NO_EVENTS: Command = { line: 'noevents' };

/**
 * Lets only those events through of which some filter fits. The value is compared without regard to case, is a regular
 * expression between slashes, and keeps out what it fits if it begins with `-`.
 */
export function filter(header: string, value: string): Command {
  if (/^(?:add|delete)$/i.test(header))
    throw new EslUnsafeError(`a filter of ${header} can't be sent: it is a command`);
  if (value.trim() === '')
    throw new EslUnsafeError(`an empty filter of ${header} can't be sent: it deletes the others`);
  return { line: `filter ${word(header)} ${value}` };
}

/** Takes back one filter, or without a value all of a header. */
export function filterDelete(header: string, value?: string): Command {
  return { line: value === undefined ? `filter delete ${word(header)}` : `filter delete ${word(header)} ${value}` };
}

/** Takes back all filters. */
export const FILTER_DELETE_ALL: Command = { line: 'filter delete all' };

/**
 * Ties a connection to one call: its events come, others never, and its end ends the connection. Of the own call an outbound
 * socket can say in which format. Of another one FreeSWITCH 1.10 refuses a format before the uuid and ignores one behind it
 * (`parse_command` cuts the command there): events come as the last `event` has said. Careful: a call that is parked is let
 * go when the connection that is tied to it ends, and its dialplan with it (`listener_run` clears `CF_CONTROLLED`).
 */
export function myEvents(of: { readonly uuid: string } | { readonly format: EventFormat } | undefined): Command {
  if (!of) return { line: 'myevents' };
  return { line: `myevents ${word('uuid' in of ? of.uuid : of.format)}` };
}

/** Brings events that a script's input callback would get to the socket. */
export function divertEvents(on: boolean): Command {
  return { line: `divert_events ${on ? 'on' : 'off'}` };
}

/** Keeps the socket open behind the end of the call, for so many seconds or until the client leaves. */
export function linger(seconds?: number): Command {
  return { line: seconds === undefined ? 'linger' : `linger ${seconds}` };
}

/** Takes back `linger`. */
export const NO_LINGER: Command = { line: 'nolinger' };

/** Brings log lines up to a level. */
export function log(level: LogLevel | number = 'debug'): Command {
  return { line: `log ${level}` };
}

/** Takes back `log`, and drops what is queued. */
export const NO_LOG: Command = { line: 'nolog' };

/** Asks for a variable of the call. */
export function getVariable(name: string): Command {
  return { line: `getvar ${name}` };
}

/** On an outbound socket: the dialplan goes on behind the `socket` application once the socket is closed. */
export const RESUME: Command = { line: 'resume' };

/** Begins an outbound session; its reply is the call. */
export const CONNECT: Command = { line: 'connect' };

/** Has a call carry out an application; the own one without a uuid. A long argument goes into the body. */
export function execute(order: Execute, uuid?: string): Command {
  const { application, argument = '', loops, eventUuid, lock } = order;
  if (loops === 0)
    throw new EslUnsafeError(`${application} can't be sent: FreeSWITCH does not carry out what has 0 loops`);
  const headers: Header[] = [['execute-app-name', application]];
  const inBody = argument.length > LONGEST_HEADER_ARGUMENT || /^\s|[\r\n]/.test(argument);
  if (argument !== '' && !inBody) headers.push(['execute-app-arg', argument]);
  if (loops !== undefined) headers.push(['loops', String(loops)]);
  if (eventUuid !== undefined) headers.push(['Event-UUID', eventUuid]);
  if (lock) headers.push(['event-lock', 'true']);
  if (!inBody) return sendMessage('execute', headers, uuid);
  return { ...sendMessage('execute', [...headers, ['content-type', 'text/plain']], uuid), body: argument };
}

/** Ends a call; the own one without a uuid. FreeSWITCH takes a cause that it does not know for NORMAL_CLEARING: `isHangupCause`. */
export function hangUp(cause: HangupCause | (string & {}) = 'NORMAL_CLEARING', uuid?: string): Command {
  return sendMessage('hangup', [['hangup-cause', cause]], uuid);
}

/** Sends a call's audio to a socket, and takes it from there (`switch_ivr_activate_unicast`). */
export function unicast(order: Unicast = {}, uuid?: string): Command {
  const {
    localIp = '127.0.0.1',
    localPort = 8025,
    remoteIp = '127.0.0.1',
    remotePort = 8026,
    transport = 'udp',
  } = order;
  const headers: Header[] = [
    ['local-ip', localIp],
    ['local-port', String(localPort)],
    ['remote-ip', remoteIp],
    ['remote-port', String(remotePort)],
    ['transport', transport],
  ];
  if (order.native) headers.push(['flags', 'native']);
  return sendMessage('unicast', headers, uuid);
}

/** Takes FreeSWITCH out of a call's media, where it is bridged (`switch_ivr_nomedia`). */
export function noMedia(nomediaUuid: string, uuid?: string): Command {
  return sendMessage('nomedia', [['nomedia-uuid', nomediaUuid]], uuid);
}

/** Any `sendmsg`; to the own call without a uuid. */
export function sendMessage(callCommand: string, headers: readonly Header[], uuid?: string): Command {
  const line = uuid === undefined ? 'sendmsg' : `sendmsg ${word(uuid)}`;
  return { line, headers: [['call-command', callCommand], ...headers] };
}

function eventWords({ names = [], subclasses = [] }: EventSelection): string {
  const others = names.filter((name) => name !== 'CUSTOM');
  const custom = subclasses.length > 0 || names.length > others.length ? ['CUSTOM'] : [];
  return [...others, ...custom, ...subclasses].map(word).join(' ');
}

/** What stands between blanks must not hold one. */
function word(text: string): string {
  if (/\s/.test(text) || text === '')
    throw new EslUnsafeError(`${JSON.stringify(text)} can't be sent: it is not one word`);
  return text;
}
