import { channelEvent, profileUnder } from '../calls/channel-event.js';
import { obeyMessage } from '../calls/message.js';
import { atoi, isTrue, sameText } from '../wire/c-text.js';
import { plainText } from '../wire/event-text.js';
import type { Run } from './command.js';
import { Control } from './control.js';
import { commandReply, NOT_FOUND } from './reply.js';

const OK = commandReply('+OK');
const NO_SESSION = commandReply('-ERR not controlling a session');

/** `connect`: the channel as one flat block, which is the reply as well. */
export const connect: Run = (_rest, { control }, _packet, { maker }) => {
  if (!control) return NOT_FOUND;
  const { channel } = control.thread;
  control.connect();
  return plainText(
    channelEvent(maker, {
      name: 'CHANNEL_DATA',
      call: channel,
      before: profileUnder('Channel', channel),
      after: [
        ['Content-Type', 'command/reply'],
        ['Reply-Text', '+OK\n'],
        ['Socket-Mode', control.async ? 'async' : 'static'],
        ['Control', control.full ? 'full' : 'single-channel'],
      ],
    }),
  );
};

/** `getvar NAME`: without a value, as if there were no such command. */
export const getVariable: Run = (rest, { control }) => {
  const name = /^[^ ]* (.*)$/s.exec(rest)?.[1] ?? '';
  const value = control?.thread.channel.variable(name);
  return value ? commandReply(value) : NOT_FOUND;
};

/** `resume` */
export const resume: Run = (_rest, { control }) => {
  control?.thread.channel.variables.set('socket_resume', 'true');
  return control ? OK : NOT_FOUND;
};

/** `myevents`: of the call that is controlled, or `myevents UUID` of one that is put into the connection's hands. */
export const myEvents: Run = (rest, listener, _packet, { calls }) => {
  const { events } = listener;
  if (!listener.control && !rest.startsWith(' ')) return NOT_FOUND;
  if (events.ofOneCall) return commandReply('-ERR aready enabled.');
  if (!listener.control) {
    const [id = '', ...format] = rest.slice(1).split(' ');
    const thread = calls.find(id);
    if (!thread && format.length > 0) return commandReply('-ERR invalid uuid');
    if (thread) listener.control = new Control(thread, { outbound: false, async: true, full: false });
  }
  return commandReply(events.listenToCall(listener.control?.uuid, rest));
};

/** `divert_events on|off`: no events are queued for a call here, so there is nothing to divert. */
export const divertEvents: Run = (rest, { control }) => {
  if (!control) return commandReply('-ERR not controlling a session.');
  const value = rest.replace(/^ +/, '');
  if (value === '') return commandReply('-ERR missing value.');
  return commandReply(sameText(value, 'on') ? '+OK events diverted' : '+OK events not diverted');
};

/** `sendmsg [UUID]`: to the call that is controlled, or to any other. */
export const sendMessage: Run = (rest, { control }, { event, command = '' }, { calls }) => {
  const named = rest.replace(/^ +/, '');
  const id = named || event.get('session-id') || '';
  // The server cuts the command line out of its block only where it looks for a uuid in it.
  if (named !== '') event.replace('Command', command);
  if (control && (id === '' || id === control.uuid)) {
    if (!control.async && !isTrue(event.get('async'))) return obeyMessage(control.thread, event).then(() => OK);
    control.thread.queue(event);
    return OK;
  }
  const thread = calls.find(id);
  thread?.queue(event);
  return thread ? OK : commandReply(`-ERR invalid session id [${id}]`);
};

/** `linger [SECONDS]` */
export const linger: Run = (rest, { control }) => {
  if (!control) return NO_SESSION;
  control.linger = rest.startsWith(' ') && rest.length > 1 ? atoi(rest.slice(1)) : -1;
  return commandReply(control.linger === -1 ? '+OK will linger' : `+OK will linger ${control.linger} seconds`);
};

/** `nolinger` */
export const stopLingering: Run = (_rest, { control }) => {
  if (!control) return NO_SESSION;
  control.linger = undefined;
  return commandReply('+OK will not linger');
};
