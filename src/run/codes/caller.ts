import type { Headers } from '../../esl/index.js';
import { addressOf } from '../../freeswitch/contact.js';
import type { Registration } from '../../freeswitch/registration.js';
import type { Aor } from '../../inventory/aor.js';

/** How it is known who calls. */
export const IDENTITIES = ['authenticated', 'from'] as const;

/**
 * `authenticated`: FreeSWITCH has challenged the call, or knows its address as this user's, so that it is the user of the
 * directory. `from`: whoever the From header says, which anybody can write.
 */
export type Identity = (typeof IDENTITIES)[number];

/** Who has dialled a code, and from where. */
export interface Caller {
  readonly aor: Aor;
  /** The SIP profile that the call came in on. */
  readonly profile: string | undefined;
  /** The Call-ID of the call, which some phones share with their registration. */
  readonly callId: string | undefined;
  /** `user@host:port` of the Contact header. */
  readonly contact: string | undefined;
  /** Where the call came from. */
  readonly networkIp: string | undefined;
  readonly networkPort: number | undefined;
  readonly userAgent: string | undefined;
}

/**
 * Who makes a call, by the variables of its channel (`sofia_handle_sip_i_invite`, sofia.c: `sip_authorized`, and `user_name`
 * and `domain_name` of the directory's user); or why that is not known. A call that was transferred, or that FreeSWITCH makes, is
 * its phone's, but somebody else has brought it to the code (`switch_ivr_session_transfer`, switch_ivr.c).
 */
export function callerOf(headers: Headers, identity: Identity): Caller | string {
  const variable = (name: string): string | undefined => headers.get(`variable_${name}`) || undefined;
  if (headers.get('call-direction') !== 'inbound')
    return 'no phone makes this call: it is one of FreeSWITCH to a phone';
  // The number that was dialled first is set before the rest of it.
  if (headers.get('caller-rdnis') || headers.get('caller-transfer-source') || variable('transfer_source'))
    return 'the call was transferred to the code, its phone has not dialled it';
  const isFrom = identity === 'from';
  if (!isFrom && variable('sip_authorized') !== 'true') return 'FreeSWITCH has not authenticated this call';
  const user = variable(isFrom ? 'sip_from_user' : 'user_name');
  const host = variable(isFrom ? 'sip_from_host' : 'domain_name');
  if (user === undefined || host === undefined) return 'the call is of no user of the directory';
  const port = variable('sip_network_port');
  return {
    aor: { user, host },
    profile: variable('sofia_profile_name'),
    callId: variable('sip_call_id'),
    contact: variable('sip_contact_uri')?.toLowerCase(),
    networkIp: variable('sip_network_ip'),
    networkPort: port === undefined ? undefined : Number(port),
    userAgent: variable('sip_user_agent'),
  };
}

/**
 * The device that makes a call, of those that are registered; or why it can't be told. Phones behind two routers may have one contact,
 * and all phones behind a proxy have one address, so that neither is enough alone. That there is only one proves nothing: the
 * one that calls need not be registered.
 */
export function deviceOf(caller: Caller, devices: readonly Registration[]): Registration | string {
  const isFromThere = ({ networkIp }: Registration) => networkIp === caller.networkIp;
  const tests: ((device: Registration) => boolean)[] = [
    ({ callId }) => callId === caller.callId,
    (device) => isFromThere(device) && addressOf(device.contact) === caller.contact,
    (device) =>
      isFromThere(device) && device.networkPort === caller.networkPort && device.userAgent === caller.userAgent,
  ];
  for (const test of tests) {
    const [device, ...others] = devices.filter(test);
    if (device && others.length === 0) return device;
  }
  if (devices.length === 0) return 'not registered';
  return devices.length === 1
    ? 'the device that is registered is not known to be the one that calls'
    : `which of its ${devices.length} devices calls can't be told`;
}
