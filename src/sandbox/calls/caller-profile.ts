import type { Header } from '../../esl/headers.js';

/** Who calls whom (`switch_caller_profile_t`, switch_caller.h); empty fields are left out. */
export interface CallerProfile {
  readonly username?: string;
  readonly dialplan?: string;
  readonly callerIdName: string;
  readonly callerIdNumber: string;
  readonly origCallerIdName?: string;
  readonly origCallerIdNumber: string;
  readonly calleeIdNumber?: string;
  readonly networkAddress?: string;
  readonly ani: string;
  readonly destinationNumber: string;
  readonly uniqueId: string;
  /** The module or file that made the channel. */
  readonly source: string;
  readonly context: string;
  readonly channelName: string;
}

/** The fields in the order of events: their headers, and the names under which `getvar` finds them. */
const FIELDS: readonly (readonly [keyof CallerProfile, header: string, variable: string])[] = [
  ['username', 'Username', 'username'],
  ['dialplan', 'Dialplan', 'dialplan'],
  ['callerIdName', 'Caller-ID-Name', 'caller_id_name'],
  ['callerIdNumber', 'Caller-ID-Number', 'caller_id_number'],
  ['origCallerIdName', 'Orig-Caller-ID-Name', 'orig_caller_id_name'],
  ['origCallerIdNumber', 'Orig-Caller-ID-Number', 'orig_caller_id_number'],
  ['calleeIdNumber', 'Callee-ID-Number', 'callee_id_number'],
  ['networkAddress', 'Network-Addr', 'network_addr'],
  ['ani', 'ANI', 'ani'],
  ['destinationNumber', 'Destination-Number', 'destination_number'],
  ['uniqueId', 'Unique-ID', 'uuid'],
  ['source', 'Source', 'source'],
  ['context', 'Context', 'context'],
  ['channelName', 'Channel-Name', 'chan_name'],
];

const VARIABLES = new Map(FIELDS.map(([field, , variable]) => [variable, field]));

/** `switch_caller_get_field_by_name` (switch_caller.c) */
export function profileField(profile: CallerProfile, name: string): string | undefined {
  const field = VARIABLES.get(name.toLowerCase());
  return field && profile[field];
}

/** The fields of a profile as headers without their prefix (`switch_caller_profile_event_set_data`, switch_caller.c). */
export function profileHeaders(profile: CallerProfile): Header[] {
  return FIELDS.flatMap(([field, header]): Header[] => {
    const value = profile[field];
    return value ? [[header, value]] : [];
  });
}
