import { sipCallId, uuid } from '../ids.js';
import { nowInMicroseconds } from '../wire/clock.js';
import type { CallOptions, Phone } from './phone.js';

/** One call of a phone: its channel. */
export class Call {
  /** The channel's `Unique-ID`. */
  readonly uuid = uuid();
  readonly phone: Phone;
  /** `user@host` of the phone, where the channel knows it. */
  readonly presenceId: string | undefined;
  /** The SIP Call-ID of its dialog. */
  readonly sipCallId = sipCallId();
  /** When it began, in microseconds since 1970. */
  readonly startedAt = nowInMicroseconds();

  constructor(phone: Phone, options: CallOptions) {
    this.phone = phone;
    this.presenceId = options.presenceId === false ? undefined : `${phone.user}@${phone.host}`;
  }

  /** `sofia/PROFILE/user@ip:port`, as FreeSWITCH names a channel to a registered phone. */
  get channelName(): string {
    return `sofia/${this.phone.profile}/${this.destination}`;
  }

  /** Where the call was sent to: the phone's URI without its scheme and parameters. */
  get destination(): string {
    return this.phone.url.replace(/^sips?:/i, '').replace(/;.*$/s, '');
  }
}
