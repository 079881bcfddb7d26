import { nowInMicroseconds } from '../wire/clock.js';
import type { EventMaker } from '../wire/event-maker.js';
import type { WireEvent } from '../wire/wire-event.js';
import type { Call } from './call.js';

const SOURCE = { file: 'switch_core_state_machine.c', func: 'switch_core_session_reporting_state', line: 943 };

/** `CHANNEL_HANGUP_COMPLETE` of a call that FreeSWITCH made to a phone: of what was recorded, what tells call and phone. */
export function hangupEvent(maker: EventMaker, call: Call, cause: string): WireEvent {
  const { uuid, phone, presenceId, channelName, sipCallId, startedAt } = call;
  const { user } = phone;
  const event = maker.create('CHANNEL_HANGUP_COMPLETE', undefined, SOURCE);
  const endedAt = nowInMicroseconds();
  const headers: readonly (readonly [string, string | undefined])[] = [
    ['Hangup-Cause', cause],
    ['Channel-State', 'CS_REPORTING'],
    ['Channel-Call-State', 'HANGUP'],
    ['Channel-State-Number', '11'],
    ['Channel-Name', channelName],
    ['Unique-ID', uuid],
    ['Call-Direction', 'outbound'],
    ['Presence-Call-Direction', 'outbound'],
    ['Channel-HIT-Dialplan', 'true'],
    ['Channel-Presence-ID', presenceId],
    ['Channel-Call-UUID', uuid],
    ['Answer-State', 'hangup'],
    ['Hangup-Cause', cause],
    ['Channel-Read-Codec-Name', 'PCMU'],
    ['Channel-Read-Codec-Rate', '8000'],
    ['Channel-Read-Codec-Bit-Rate', '64000'],
    ['Channel-Write-Codec-Name', 'PCMU'],
    ['Channel-Write-Codec-Rate', '8000'],
    ['Channel-Write-Codec-Bit-Rate', '64000'],
    ['Caller-Direction', 'outbound'],
    ['Caller-Logical-Direction', 'outbound'],
    ['Caller-Caller-ID-Name', 'Outbound Call'],
    ['Caller-Caller-ID-Number', user],
    ['Caller-Orig-Caller-ID-Number', '0000000000'],
    ['Caller-Callee-ID-Number', '0000000000'],
    ['Caller-Destination-Number', user],
    ['Caller-Unique-ID', uuid],
    ['Caller-Context', 'default'],
    ['Caller-Channel-Name', channelName],
    ['Caller-Channel-Created-Time', String(startedAt)],
    ['Caller-Channel-Answered-Time', String(startedAt)],
    ['Caller-Channel-Hangup-Time', String(endedAt)],
    ['variable_direction', 'outbound'],
    ['variable_uuid', uuid],
    ['variable_sip_profile_name', phone.profile],
    ['variable_channel_name', channelName],
    ['variable_sip_destination_url', `sip:${call.destination}`],
    ['variable_presence_id', presenceId],
    ['variable_sofia_profile_name', phone.profile],
    ['variable_sip_req_uri', call.destination],
    ['variable_sip_to_user', user],
    ['variable_sip_to_uri', call.destination],
    ['variable_sip_call_id', sipCallId],
    ['variable_hangup_cause', cause],
    ['variable_duration', String(Math.floor((endedAt - startedAt) / 1_000_000))],
    ['variable_sip_hangup_disposition', 'send_bye'],
  ];
  for (const [name, value] of headers) if (value !== undefined) event.add(name, value);
  return event;
}
