import type { NewsKind } from './event-feed.js';

/** A leg of a call has ended. */
export interface HangUp {
  /** Of the channel, as `show channels` has it. */
  readonly uuid: string;
  /** `user@host`, where the dialplan or the dial string sets it. */
  readonly presenceId: string | undefined;
  /** `sofia/PROFILE/user@ip:port` */
  readonly channelName: string | undefined;
  readonly sipCallId: string | undefined;
}

export const HANG_UPS: NewsKind<HangUp> = {
  events: ['CHANNEL_HANGUP_COMPLETE'],
  custom: false,
  format: 'json',
  read(headers) {
    const uuid = headers.get('Unique-ID');
    if (uuid === undefined) return undefined;
    return {
      uuid,
      presenceId: headers.get('Channel-Presence-ID'),
      channelName: headers.get('Channel-Name'),
      sipCallId: headers.get('variable_sip_call_id'),
    };
  },
};
