import type { ApiOutput } from '../api/output.js';
import { splitCommand } from '../api/text.js';
import { uuid } from '../ids.js';
import type { Packet } from '../packet-reader.js';
import { isTrue, startsWithText } from '../wire/c-text.js';
import { nameEvent } from '../wire/event-names.js';
import { logLevel } from '../wire/log-level.js';
import type { WireEvent } from '../wire/wire-event.js';
import type { CommandContext, CommandResult, Run } from './command.js';
import type { Listener } from './listener.js';
import { logIn } from './login.js';
import { apiResponse, commandReply, headerReply, NOT_FOUND } from './reply.js';
import {
  connect,
  divertEvents,
  getVariable,
  linger,
  myEvents,
  resume,
  sendMessage,
  stopLingering,
} from './session-commands.js';

const SNEAKY = new Set(['bgapi', 'sched_api', 'eval', 'expand', 'xml_wrap']);
const UUID_LENGTH = 36;
const DENIED = commandReply('-ERR permission denied');

/** `parse_command` (mod_event_socket.c): carries a command out and gives the answer. */
export function runCommand(listener: Listener, packet: Packet, context: CommandContext): CommandResult {
  const block = packet.event.get('command');
  const own = block === undefined ? undefined : ownModule(block);
  const command = own ?? packet.command;
  if (command === undefined) return { text: commandReply('-ERR command parse error.'), close: true };
  if (startsWithText(command, 'exit') || startsWithText(command, '...'))
    return { text: commandReply('+OK bye'), close: true };
  if (!listener.authenticated) return logIn(listener, command, context.password, context.directory);
  const { control } = listener;
  const limited = control?.outbound === true && !control.full;
  if (!limited && startsWithText(command, 'sendevent'))
    return { text: sendEvent(command, packet.event, context), fired: true };
  for (const [word, run] of limited ? COMMANDS_OF_A_CALL : COMMANDS) {
    if (!startsWithText(command, word)) continue;
    const text = run(command.slice(word.length), listener, packet, context);
    if (typeof text !== 'string') return { text: '', later: text };
    return { text, closeAll: own !== undefined && text !== DENIED };
  }
  return { text: NOT_FOUND };
}

/** What an outbound connection may say that is not `full`. */
const COMMANDS_OF_A_CALL: readonly (readonly [string, Run])[] = [
  ['filter ', (rest, { events }) => commandReply(events.filter(rest))],
  ['resume', resume],
  ['connect', connect],
  ['getvar', getVariable],
  ['myevents', myEvents],
  ['divert_events', divertEvents],
  ['sendmsg', sendMessage],
];

/** In the order in which the server tries them; only the beginning of a command counts. */
const COMMANDS: readonly (readonly [string, Run])[] = [
  ...COMMANDS_OF_A_CALL,
  ['api ', runApi],
  ['bgapi ', runBackground],
  ['log', setLog],
  ['linger', linger],
  ['nolinger', stopLingering],
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
  const result = String(api.execute(command, argument));
  bus.emit('job', { uuid: id, command, argument, result, owner: listener.control?.uuid });
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
