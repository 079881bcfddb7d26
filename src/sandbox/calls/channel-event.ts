import type { Header } from '../../esl/headers.js';
import type { EventMaker, EventSource } from '../wire/event-maker.js';
import { WireEvent } from '../wire/wire-event.js';
import { profileHeaders } from './caller-profile.js';
import { CHANNEL_STATES, type Channel } from './channel.js';

const IN_CHANNEL = 'switch_channel.c';
const IN_SESSION = 'switch_core_session.c';
const IN_STATES = 'switch_core_state_machine.c';
const IN_PLAYBACK = { file: 'switch_ivr_play_say.c', func: 'switch_ivr_play_file' };

/** Where FreeSWITCH makes the events about a channel. */
const SOURCES = {
  CHANNEL_CREATE: { file: IN_STATES, func: 'switch_core_session_run', line: 626 },
  CHANNEL_ORIGINATE: { file: IN_STATES, func: 'switch_core_session_run', line: 632 },
  CHANNEL_STATE: { file: IN_CHANNEL, func: 'switch_channel_perform_set_running_state', line: 2408 },
  CHANNEL_CALLSTATE: { file: IN_CHANNEL, func: 'switch_channel_perform_set_callstate', line: 301 },
  CHANNEL_PROGRESS_MEDIA: { file: IN_CHANNEL, func: 'switch_channel_perform_mark_pre_answered', line: 3560 },
  CHANNEL_ANSWER: { file: IN_CHANNEL, func: 'switch_channel_perform_mark_answered', line: 3846 },
  CHANNEL_EXECUTE: { file: IN_SESSION, func: 'switch_core_session_exec', line: 2944 },
  CHANNEL_EXECUTE_COMPLETE: { file: IN_SESSION, func: 'switch_core_session_exec', line: 2967 },
  CHANNEL_PARK: { file: 'switch_ivr.c', func: 'switch_ivr_park', line: 1002 },
  CHANNEL_UNPARK: { file: 'switch_ivr.c', func: 'switch_ivr_park', line: 1213 },
  PLAYBACK_START: { ...IN_PLAYBACK, line: 1646 },
  PLAYBACK_STOP: { ...IN_PLAYBACK, line: 2020 },
  PRIVATE_COMMAND: { file: 'switch_ivr.c', func: 'switch_ivr_parse_next_event', line: 804 },
  CHANNEL_HANGUP: { file: IN_CHANNEL, func: 'switch_channel_perform_hangup', line: 3445 },
  CHANNEL_HANGUP_COMPLETE: { file: IN_STATES, func: 'switch_core_session_reporting_state', line: 943 },
  CHANNEL_DESTROY: { file: IN_SESSION, func: 'switch_core_session_perform_destroy', line: 1584 },
  CHANNEL_DATA: { file: 'mod_event_socket.c', func: 'parse_command', line: 2021 },
} as const satisfies Record<string, EventSource>;

export type ChannelEventName = keyof typeof SOURCES;

/** Events that leave out the variables of the channel (`switch_channel_event_set_extended_data`, switch_channel.c). */
const WITHOUT_VARIABLES: ReadonlySet<ChannelEventName> = new Set<ChannelEventName>([
  'CHANNEL_STATE',
  'CHANNEL_CALLSTATE',
  'PRIVATE_COMMAND',
]);

/** Something happened to a channel. */
export interface ChannelNews {
  readonly name: ChannelEventName;
  readonly call: Channel;
  /** Headers before what the channel itself says. */
  readonly before?: readonly Header[];
  /** Headers behind it; those without a value are left out. */
  readonly after?: readonly (readonly [name: string, value: string | undefined])[];
  /** The message that was obeyed, of a `PRIVATE_COMMAND`: its headers come first. */
  readonly message?: WireEvent;
}

/** An event about a channel, with its headers in FreeSWITCH's order and encoding, as recorded. */
export function channelEvent(maker: EventMaker, { name, call, before, after, message }: ChannelNews): WireEvent {
  const event = new WireEvent();
  for (const [header, value] of message?.entries() ?? []) event.add(header, value);
  maker.stamp(event, name, SOURCES[name]);
  for (const [header, value] of before ?? []) event.add(header, value);
  addChannel(event, call);
  if (!WITHOUT_VARIABLES.has(name)) addVariables(event, call);
  for (const [header, value] of after ?? []) if (value) event.add(header, value);
  event.body = message?.body;
  return event;
}

/** The caller profile under a prefix (`switch_caller_profile_event_set_data`, switch_caller.c). */
export function profileUnder(prefix: string, call: Channel): Header[] {
  const times: readonly (readonly [string, number])[] = [
    ['Profile-Created', call.startedAt],
    ['Channel-Created', call.startedAt],
    ['Channel-Answered', call.answeredAt],
    ['Channel-Progress', 0],
    ['Channel-Progress-Media', call.earlyAt],
    ['Channel-Hangup', call.hungUpAt],
    ['Channel-Transfer', 0],
    ['Channel-Resurrect', 0],
    ['Channel-Bridged', 0],
  ];
  const headers: readonly Header[] = [
    ['Direction', call.direction],
    ['Logical-Direction', call.direction],
    ...profileHeaders(call.profile),
    ['Profile-Index', '1'],
    ...times.map(([name, time]): Header => [`${name}-Time`, String(time)]),
    ['Channel-Last-Hold', '0'],
    ['Channel-Hold-Accum', '0'],
    ['Screen-Bit', 'true'],
    ['Privacy-Hide-Name', 'false'],
    ['Privacy-Hide-Number', 'false'],
  ];
  return headers.map(([name, value]) => [`${prefix}-${name}`, value]);
}

/** `switch_channel_event_set_basic_data` (switch_channel.c) */
function addChannel(event: WireEvent, call: Channel): void {
  const { codec } = call;
  const headers: readonly (readonly [string, string | undefined])[] = [
    ['Channel-State', call.runningState],
    ['Channel-Call-State', call.callState],
    ['Channel-State-Number', String(CHANNEL_STATES.indexOf(call.state))],
    ['Channel-Name', call.channelName],
    ['Unique-ID', call.uuid],
    ['Call-Direction', call.direction],
    ['Presence-Call-Direction', call.direction],
    ['Channel-HIT-Dialplan', 'true'],
    ['Channel-Presence-ID', call.presenceId],
    ['Channel-Call-UUID', call.uuid],
    ['Answer-State', answerState(call)],
    ['Hangup-Cause', call.hangupCause],
    ['Channel-Read-Codec-Name', codec.name],
    ['Channel-Read-Codec-Rate', String(codec.rate)],
    ['Channel-Read-Codec-Bit-Rate', String(codec.bitRate)],
    ['Channel-Write-Codec-Name', codec.name],
    ['Channel-Write-Codec-Rate', String(codec.rate)],
    ['Channel-Write-Codec-Bit-Rate', String(codec.bitRate)],
    ...profileUnder('Caller', call),
  ];
  for (const [name, value] of headers) if (value) event.add(name, value);
}

function addVariables(event: WireEvent, call: Channel): void {
  for (const [name, value] of call.variables.entries()) event.add(`variable_${name}`, value);
}

function answerState({ down, answered, earlyAt }: Channel): string {
  if (down) return 'hangup';
  if (answered) return 'answered';
  return earlyAt > 0 ? 'early' : 'ringing';
}
