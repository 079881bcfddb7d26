import type { Channel } from '../calls/channel.js';
import { localDate } from '../wire/clock.js';
import type { Row } from './table.js';

/** One row of `show channels`, as recorded. */
export function channelRow(call: Channel, hostname: string): Row {
  const { application, codec, profile } = call;
  const byPhone = call.direction === 'inbound';
  return {
    ...start(call),
    application: application?.name ?? '',
    application_data: application?.data ?? '',
    dialplan: profile.dialplan ?? '',
    context: profile.context,
    read_codec: codec.name,
    read_rate: String(codec.rate),
    read_bit_rate: String(codec.bitRate),
    write_codec: codec.name,
    write_rate: String(codec.rate),
    write_bit_rate: String(codec.bitRate),
    secure: '',
    hostname,
    ...party(call),
    sent_callee_name: '',
    sent_callee_num: '',
    initial_cid_name: byPhone ? profile.callerIdName : '',
    initial_cid_num: profile.origCallerIdNumber,
    initial_ip_addr: addressOf(call),
    initial_dest: profile.destinationNumber,
    initial_dialplan: profile.dialplan ?? '',
    initial_context: profile.context,
  };
}

/** The columns of the second leg in `show calls`; these calls have only one. */
const OTHER_LEG: Row = Object.fromEntries(
  (
    'uuid direction created created_epoch name state cid_name cid_num ip_addr dest presence_id presence_data accountcode ' +
    'callstate callee_name callee_num callee_direction sent_callee_name sent_callee_num'
  )
    .split(' ')
    .map((name) => [`b_${name}`, '']),
);

/** One row of `show calls`, as recorded. */
export function callRow(call: Channel, hostname: string): Row {
  return {
    ...start(call),
    ...party(call),
    hostname,
    sent_callee_name: '',
    sent_callee_num: '',
    ...OTHER_LEG,
    call_created_epoch: '',
  };
}

/** The columns with which both begin. */
function start(call: Channel): Row {
  const { uuid, direction, channelName, startedAt, profile } = call;
  return {
    uuid,
    direction,
    created: localDate(new Date(startedAt / 1000)),
    created_epoch: String(Math.floor(startedAt / 1_000_000)),
    name: channelName,
    state: call.runningState,
    cid_name: profile.callerIdName,
    cid_num: profile.callerIdNumber,
    ip_addr: addressOf(call),
    dest: profile.destinationNumber,
  };
}

function party(call: Channel): Row {
  const byPhone = call.direction === 'inbound';
  return {
    presence_id: call.presenceId ?? '',
    presence_data: '',
    accountcode: '',
    callstate: call.callState,
    callee_name: '',
    callee_num: call.profile.calleeIdNumber ?? '',
    callee_direction: byPhone ? '' : 'RECV',
    call_uuid: byPhone ? '' : call.uuid,
  };
}

/** Where a call comes from; the core keeps it of calls that came in only. */
function addressOf({ direction, profile }: Channel): string {
  return direction === 'inbound' ? (profile.networkAddress ?? '') : '';
}
