import type { Phone } from '../phones/phone.js';

/** One call: FreeSWITCH's channel with a phone, or one that `originate` made without any. */
export interface Call {
  /** The channel's `Unique-ID`. */
  readonly uuid: string;
  /** The phone at the other end; undefined for a call that `originate` made over mod_loopback. */
  readonly phone: Phone | undefined;
  /** `inbound`: the phone made it; `outbound`: FreeSWITCH did. */
  readonly direction: 'inbound' | 'outbound';
  /** `user@host` of the phone, where the channel knows it. */
  readonly presenceId: string | undefined;
  /** The SIP Call-ID of its dialog; undefined without SIP. */
  readonly sipCallId: string | undefined;
  /** `sofia/PROFILE/user@ip:port`, `sofia/PROFILE/user@host`, `loopback/EXTENSION-a`. */
  readonly channelName: string;
  /** The number that was dialled. */
  readonly destination: string;
  /** When it began, in microseconds since 1970. */
  readonly startedAt: number;
  /** Whether it was answered. */
  readonly answered: boolean;
  /** Why it ended, as FreeSWITCH names it (`NORMAL_CLEARING`); undefined while it goes on. */
  readonly hangupCause: string | undefined;
  /** A channel variable or a field of the caller profile (`caller_id_number`), as `getvar` finds it. */
  variable(name: string): string | undefined;
}
