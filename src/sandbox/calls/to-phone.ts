import { uuid as newUuid, sipCallId } from '../ids.js';
import type { CallOptions, Phone } from '../phones/phone.js';
import { Channel, PCMU } from './channel.js';

const NO_NUMBER = '0000000000';

/** The channel of a call that FreeSWITCH made to a phone, as recorded: `originate sofia/PROFILE/user@ip:port`. */
export function channelToPhone(phone: Phone, { presenceId }: CallOptions, sessionId: number): Channel {
  const { user, host, profile } = phone;
  const uuid = newUuid();
  const address = phone.url.replace(/^sips?:/i, '').replace(/;.*$/s, '');
  const channelName = `sofia/${profile}/${address}`;
  return new Channel({
    direction: 'outbound',
    phone,
    profile: {
      callerIdName: 'Outbound Call',
      callerIdNumber: user,
      origCallerIdNumber: NO_NUMBER,
      calleeIdNumber: NO_NUMBER,
      ani: NO_NUMBER,
      destinationNumber: user,
      uniqueId: uuid,
      source: 'src/switch_ivr_originate.c',
      context: 'default',
      channelName,
    },
    codec: PCMU,
    variables: [
      ['direction', 'outbound'],
      ['is_outbound', 'true'],
      ['uuid', uuid],
      ['session_id', String(sessionId)],
      ['sip_profile_name', profile],
      ['channel_name', channelName],
      ['sip_destination_url', `sip:${address}`],
      ['presence_id', presenceId === false ? undefined : `${user}@${host}`],
      ['originate_early_media', 'true'],
      ['originate_endpoint', 'sofia'],
      ['sip_req_uri', address],
      ['sofia_profile_name', profile],
      ['sip_to_user', user],
      ['sip_to_uri', address],
      ['sip_call_id', sipCallId()],
      ['read_codec', 'PCMU'],
      ['read_rate', '8000'],
      ['write_codec', 'PCMU'],
      ['write_rate', '8000'],
    ],
  });
}
