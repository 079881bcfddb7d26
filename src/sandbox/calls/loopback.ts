import { uuid as newUuid } from '../ids.js';
import { Channel, L16 } from './channel.js';

const NO_NUMBER = '0000000000';

/** What `originate` says about a call over mod_loopback. */
export interface LoopbackLeg {
  readonly extension: string;
  readonly context: string;
  readonly variables: ReadonlyMap<string, string>;
}

/** The first leg of a call over mod_loopback, answered by the other one, as recorded; the other one is not shown. */
export function channelOverLoopback(leg: LoopbackLeg, uuid: string, sessionId: number): Channel {
  const { extension, context, variables } = leg;
  const number = variables.get('origination_caller_id_number') ?? NO_NUMBER;
  const channelName = `loopback/${extension}-a`;
  return new Channel({
    direction: 'outbound',
    profile: {
      dialplan: 'xml',
      callerIdName: 'Outbound Call',
      // mod_loopback lets the context get into the place of the caller's number.
      callerIdNumber: context,
      origCallerIdNumber: number,
      calleeIdNumber: number,
      ani: number,
      destinationNumber: extension,
      uniqueId: uuid,
      source: 'mod_loopback',
      context,
      channelName,
    },
    codec: L16,
    variables: [
      ['direction', 'outbound'],
      ['is_outbound', 'true'],
      ['session_id', String(sessionId)],
      ['read_codec', 'L16'],
      ['read_rate', '8000'],
      ['write_codec', 'L16'],
      ['write_rate', '8000'],
      ['channel_name', channelName],
      ['uuid', uuid],
      ...variables,
      ['originate_early_media', 'true'],
      ['originate_endpoint', 'loopback'],
      ['other_loopback_leg_uuid', newUuid()],
      ['loopback_leg', 'A'],
    ],
  });
}
