import { uuid as newUuid, sipCallId, sipToken } from '../ids.js';
import type { DirectoryUser } from '../phones/directory.js';
import type { Phone } from '../phones/phone.js';
import { uriSocket } from '../sofia/sip-fields.js';
import { profileUrl, type SipProfile } from '../sofia/sip-profile.js';
import { nowInMicroseconds } from '../wire/clock.js';
import { Channel, PCMU } from './channel.js';

/** The context of calls, where the directory names none (`user_context`). */
const CONTEXT = 'public';
const ALLOWED = 'INVITE, ACK, BYE, CANCEL, OPTIONS, NOTIFY';

/** An INVITE of a phone. */
export interface Invite {
  readonly phone: Phone;
  readonly number: string;
  readonly profile: SipProfile;
  /** The user of the directory as whom the phone proved itself; undefined: it did not. */
  readonly user: DirectoryUser | undefined;
  /** More channel variables. */
  readonly variables: Readonly<Record<string, string>>;
  readonly sessionId: number;
}

type Variables = readonly (readonly [name: string, value: string | undefined])[];

/** The channel of a call that a phone makes (`sofia_handle_sip_i_invite`, sofia.c), as recorded. */
export function channelFromPhone({ phone, number, profile, user, variables, sessionId }: Invite): Channel {
  const uuid = newUuid();
  const address = `${phone.user}@${phone.host}`;
  const channelName = `sofia/${profile.name}/${address}`;
  const { networkIp, networkPort } = networkOf(phone);
  const tag = sipToken();
  const contact = uriSocket(phone.url);
  return new Channel({
    direction: 'inbound',
    phone,
    profile: {
      username: phone.user,
      dialplan: 'XML',
      callerIdName: phone.user,
      callerIdNumber: phone.user,
      origCallerIdName: phone.user,
      origCallerIdNumber: phone.user,
      networkAddress: networkIp,
      ani: phone.user,
      destinationNumber: number,
      uniqueId: uuid,
      source: 'mod_sofia',
      context: user?.variables?.user_context ?? CONTEXT,
      channelName,
    },
    codec: PCMU,
    variables: [
      ['direction', 'inbound'],
      ['uuid', uuid],
      ['call_uuid', uuid],
      ['session_id', String(sessionId)],
      ['sip_from_user', phone.user],
      ['sip_from_uri', address],
      ['sip_from_host', phone.host],
      ['channel_name', channelName],
      ['sip_call_id', sipCallId()],
      ['sip_local_network_addr', profile.ip],
      ['sip_network_ip', networkIp],
      ['sip_network_port', String(networkPort)],
      ['sip_invite_stamp', String(nowInMicroseconds())],
      ['sip_received_ip', networkIp],
      ['sip_received_port', String(networkPort)],
      ['sip_via_protocol', 'udp'],
      ...(user ? proof(phone, user) : []),
      ['sip_from_user_stripped', phone.user],
      ['sip_from_tag', tag],
      ['sofia_profile_name', profile.name],
      ['sofia_profile_url', profileUrl(profile)],
      ['recovery_profile_name', profile.name],
      ['sip_full_from', `<sip:${address}>;tag=${tag}`],
      ['sip_full_to', `<sip:${number}@${phone.host}>`],
      ['sip_allow', ALLOWED],
      ['sip_req_user', number],
      ['sip_req_uri', `${number}@${phone.host}`],
      ['sip_req_host', phone.host],
      ['sip_to_user', number],
      ['sip_to_uri', `${number}@${phone.host}`],
      ['sip_to_host', phone.host],
      ['sip_contact_user', phone.user],
      ['sip_contact_port', String(contact.port)],
      ['sip_contact_uri', `${phone.user}@${contact.ip}:${contact.port}`],
      ['sip_contact_host', contact.ip],
      ['sip_user_agent', phone.userAgent],
      ['sip_via_host', contact.ip],
      ['sip_via_port', String(contact.port)],
      ['sip_via_rport', String(networkPort)],
      ['max_forwards', '70'],
      ['presence_id', address],
      ['read_codec', 'PCMU'],
      ['original_read_codec', 'PCMU'],
      ['read_rate', '8000'],
      ['original_read_rate', '8000'],
      ['write_codec', 'PCMU'],
      ['write_rate', '8000'],
      ['dtmf_type', 'info'],
      ['endpoint_disposition', 'RECEIVED'],
      ...Object.entries(variables),
    ],
  });
}

/** What a digest adds that the directory confirmed (`sofia_reg_parse_auth`, sofia_reg.c). */
function proof({ user: name, host }: Phone, user: DirectoryUser): Variables {
  return [
    ['sip_authorized', 'true'],
    ['sip_number_alias', name],
    ['sip_auth_username', name],
    ['sip_auth_realm', host],
    ['number_alias', name],
    ['requested_user_name', name],
    ['requested_domain_name', host],
    ...Object.entries(user.variables ?? {}),
    ['user_name', name],
    ['domain_name', host],
  ];
}

function networkOf({ registration, url }: Phone): { readonly networkIp: string; readonly networkPort: number } {
  if (registration) return registration;
  const { ip, port } = uriSocket(url);
  return { networkIp: ip, networkPort: port };
}
