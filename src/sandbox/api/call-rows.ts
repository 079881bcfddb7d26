import type { Call } from '../phones/call.js';
import { localDate } from '../wire/clock.js';
import type { Row } from './table.js';

const NO_NUMBER = '0000000000';

/** One row of `show channels`: a call that FreeSWITCH made to a phone, answered, as recorded. */
export function channelRow(call: Call, hostname: string): Row {
  return {
    ...start(call),
    application: 'park',
    application_data: '',
    dialplan: '',
    context: 'default',
    read_codec: 'PCMU',
    read_rate: '8000',
    read_bit_rate: '64000',
    write_codec: 'PCMU',
    write_rate: '8000',
    write_bit_rate: '64000',
    secure: '',
    hostname,
    presence_id: call.presenceId ?? '',
    presence_data: '',
    accountcode: '',
    callstate: 'ACTIVE',
    callee_name: '',
    callee_num: NO_NUMBER,
    callee_direction: 'RECV',
    call_uuid: call.uuid,
    sent_callee_name: '',
    sent_callee_num: '',
    initial_cid_name: '',
    initial_cid_num: NO_NUMBER,
    initial_ip_addr: '',
    initial_dest: call.phone.user,
    initial_dialplan: '',
    initial_context: 'default',
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
export function callRow(call: Call, hostname: string): Row {
  return {
    ...start(call),
    presence_id: call.presenceId ?? '',
    presence_data: '',
    accountcode: '',
    callstate: 'ACTIVE',
    callee_name: '',
    callee_num: NO_NUMBER,
    callee_direction: 'RECV',
    call_uuid: call.uuid,
    hostname,
    sent_callee_name: '',
    sent_callee_num: '',
    ...OTHER_LEG,
    call_created_epoch: '',
  };
}

/** The columns with which both begin. */
function start({ uuid, phone, channelName, startedAt }: Call): Row {
  return {
    uuid,
    direction: 'outbound',
    created: localDate(new Date(startedAt / 1000)),
    created_epoch: String(Math.floor(startedAt / 1_000_000)),
    name: channelName,
    state: 'CS_EXECUTE',
    cid_name: 'Outbound Call',
    cid_num: phone.user,
    ip_addr: '',
    dest: phone.user,
  };
}
