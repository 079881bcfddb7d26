import type { Api } from '../api/api.js';
import type { ApiOutput, LongText } from '../api/output.js';
import { splitCommand } from '../api/text.js';
import type { Bus } from '../bus.js';
import { uuid } from '../ids.js';
import type { Packet } from '../packet-reader.js';
import type { Directory } from '../phones/directory.js';
import { isTrue, startsWithText } from '../wire/c-text.js';
import { type EventName, nameEvent } from '../wire/event-names.js';
import { logLevel } from '../wire/log-level.js';
import type { WireEvent } from '../wire/wire-event.js';
import type { Listener } from './listener.js';
import { logIn } from './login.js';
import { apiResponse, commandReply, headerReply } from './reply.js';

const SNEAKY = new Set(['bgapi', 'sched_api', 'eval', 'expand', 'xml_wrap']);
const UUID_LENGTH = 36;
const DENIED = commandReply('-ERR permission denied');
const NO_SESSION = commandReply('-ERR not controlling a session');
const NOT_FOUND = commandReply('-ERR command not found');

/** What commands act on. */
export interface CommandContext {
  readonly password: string;
  readonly directory: Directory;
  readonly api: Api;
  readonly bus: Bus;
  /** Fires an event to the modules. */
  fire(name: EventName | undefined, event: WireEvent, uuid: string): void;
}

/** What becomes of one command: the bytes to answer with, and what it means for the connection. */
export interface CommandResult {
  readonly text: string;
  /** The output of an `api` that is too long to be answered in one go. */
  readonly long?: LongText;
  readonly close?: boolean;
  /** It was a `sendevent`. */
  readonly fired?: boolean;
  /** It was the unloading or reloading of the event socket itself, which ends every connection. */
  readonly closeAll?: boolean;
}

/** `parse_command` (mod_event_socket.c) on an inbound connection: carries a command out and gives the answer. */
export function runCommand(listener: Listener, packet: Packet, context: CommandContext): CommandResult {
  const block = packet.event.get('command');
  const own = block === undefined ? undefined : ownModule(block);
  const command = own ?? packet.command;
  if (command === undefined) return { text: commandReply('-ERR command parse error.'), close: true };
  if (startsWithText(command, 'exit') || startsWithText(command, '...'))
    return { text: commandReply('+OK bye'), close: true };
  if (!listener.authenticated) return logIn(listener, command, context.password, context.directory);
  if (startsWithText(command, 'sendevent')) return { text: sendEvent(command, packet.event, context), fired: true };
  for (const [word, run] of COMMANDS) {
    if (!startsWithText(command, word)) continue;
    const text = run(command.slice(word.length), listener, packet, context);
    if (typeof text !== 'string') return { text: '', long: text };
    return { text, closeAll: own !== undefined && text !== DENIED };
  }
  return { text: NOT_FOUND };
}

type Run = (rest: string, listener: Listener, packet: Packet, context: CommandContext) => ApiOutput;

/** In the order in which the server tries them; only the beginning of a command counts. */
const COMMANDS: readonly (readonly [string, Run])[] = [
  ['filter ', (rest, { events }) => commandReply(events.filter(rest))],
  ['myevents ', (rest, { events }) => commandReply(events.listenToCall(rest.split(' '), rest))],
  ['divert_events', () => commandReply('-ERR not controlling a session.')],
  ['sendmsg', sendMessage],
  ['api ', runApi],
  ['bgapi ', runBackground],
  ['log', setLog],
  ['linger', () => NO_SESSION],
  ['nolinger', () => NO_SESSION],
  ['nolog', stopLog],
  ['event', (rest, { events }) => commandReply(events.listen(wordsAfterBlank(rest)))],
  ['nixevent', (rest, { events }) => commandReply(events.ignore(wordsAfterBlank(rest)))],
  ['noevents', (_rest, { events }) => commandReply(events.stop())],
];

function sendEvent(command: string, event: WireEvent, context: CommandContext): string {
  const id = uuid();
  const name = nameEvent(command.slice(9).replace(/^[\t ]+/, ''));
  event.replace('Command', command);
  event.add('Event-UUID', id);
  context.fire(name, event, id);
  if (context.bus.wanted('event')) context.bus.emit('event', { name, event, uuid: id });
  return `Content-Type: command/reply\nReply-Text: +OK ${id}\n\n`;
}

function sendMessage(rest: string, _listener: Listener, { event }: Packet): string {
  const id = rest.replace(/^ +/, '') || event.get('session-id') || '';
  return commandReply(`-ERR invalid session id [${id}]`);
}

function runApi(line: string, listener: Listener, { event }: Packet, { api }: CommandContext): ApiOutput {
  const { command, argument } = splitCommand(line);
  if (!mayRun(listener, command, argument)) return DENIED;
  const output = isTrue(event.get('console_execute')) ? api.executeLine(line) : api.execute(command, argument);
  const text = typeof output === 'string' ? output : output.short();
  return text === undefined ? output : apiResponse(text);
}

function runBackground(line: string, listener: Listener, { event }: Packet, { api, bus }: CommandContext): string {
  const { command, argument } = splitCommand(line);
  if (!mayRun(listener, command, argument)) return DENIED;
  const id = event.get('job-uuid')?.slice(0, UUID_LENGTH) ?? uuid();
  bus.emit('job', { uuid: id, command, argument, result: String(api.execute(command, argument)) });
  return headerReply(`Reply-Text: +OK Job-UUID: ${id}\nJob-UUID: ${id}\n\n`);
}

// `auth_api_command`: commands that run others need leave for those, too.
function mayRun({ allowedApi }: Listener, command: string, argument: string | undefined): boolean {
  if (!allowedApi) return true;
  if (!allowedApi.has(command)) return false;
  if (!SNEAKY.has(command.toLowerCase()) || argument === undefined) return true;
  const words = argument.split(' ');
  for (const word of words) {
    if (!allowedApi.has(word)) return false;
    if (!SNEAKY.has(word.toLowerCase())) return true;
  }
  return false;
}

function setLog(rest: string, listener: Listener): string {
  if (!listener.mayLog) return DENIED;
  const word = rest.replace(/^ +/, '').split(' ', 1)[0] ?? '';
  const level = word === '' ? logLevel('debug') : logLevel(word);
  if (level === undefined) return commandReply('-ERR invalid log level');
  listener.logLevel = level;
  return commandReply(`+OK log level ${word} [${level}]`);
}

function stopLog(_rest: string, listener: Listener): string {
  if (listener.logLevel === undefined) return commandReply('-ERR not loging');
  listener.logLevel = undefined;
  return commandReply('+OK no longer logging');
}

// Two words anywhere in the header block, and the server takes the whole for the order to unload or reload itself.
function ownModule(block: string): string | undefined {
  if (!/mod_event_socket/i.test(block)) return undefined;
  if (/unload/i.test(block)) return 'api bgapi unload mod_event_socket';
  return /reload/i.test(block) ? 'api bgapi reload mod_event_socket' : undefined;
}

function wordsAfterBlank(rest: string): string[] {
  const blank = rest.indexOf(' ');
  return blank < 0 ? [] : rest.slice(blank + 1).split(' ');
}
