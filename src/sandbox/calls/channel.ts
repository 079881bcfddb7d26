import type { Phone } from '../phones/phone.js';
import { nowInMicroseconds } from '../wire/clock.js';
import type { Call } from './call.js';
import { type CallerProfile, profileField } from './caller-profile.js';
import { ChannelVariables } from './variables.js';

/** `switch_channel_state_t` (switch_types.h), by their numbers. */
export const CHANNEL_STATES = [
  'CS_NEW',
  'CS_INIT',
  'CS_ROUTING',
  'CS_SOFT_EXECUTE',
  'CS_EXECUTE',
  'CS_EXCHANGE_MEDIA',
  'CS_PARK',
  'CS_CONSUME_MEDIA',
  'CS_HIBERNATE',
  'CS_RESET',
  'CS_HANGUP',
  'CS_REPORTING',
  'CS_DESTROY',
] as const;
export type ChannelState = (typeof CHANNEL_STATES)[number];

/** `switch_channel_callstate_t` (switch_types.h), by their numbers. */
export const CALL_STATES = ['DOWN', 'DIALING', 'RINGING', 'EARLY', 'ACTIVE', 'HELD', 'RING_WAIT', 'HANGUP'] as const;
export type CallState = (typeof CALL_STATES)[number];

/** The codec of a channel in both directions. */
export interface Codec {
  readonly name: string;
  readonly rate: number;
  readonly bitRate: number;
}

/** The codec of calls of phones. */
export const PCMU: Codec = { name: 'PCMU', rate: 8000, bitRate: 64_000 };
/** The codec of calls of mod_loopback. */
export const L16: Codec = { name: 'L16', rate: 8000, bitRate: 128_000 };

/** What a channel is made of. */
export interface ChannelFields {
  readonly direction: 'inbound' | 'outbound';
  readonly phone?: Phone;
  readonly profile: CallerProfile;
  readonly codec: Codec;
  readonly variables: Iterable<readonly [name: string, value: string | undefined]>;
}

/** What FreeSWITCH knows about one leg of a call (`switch_channel_t`, switch_channel.c). */
export class Channel implements Call {
  readonly direction: 'inbound' | 'outbound';
  readonly phone: Phone | undefined;
  readonly profile: CallerProfile;
  readonly codec: Codec;
  readonly variables = new ChannelVariables();
  readonly startedAt = nowInMicroseconds();
  /** The state it is in; while that is entered, {@link runningState} is still the one before. */
  state: ChannelState = 'CS_NEW';
  runningState: ChannelState = 'CS_NEW';
  callState: CallState = 'DOWN';
  /** When media began to flow before the answer, and the rest, in microseconds since 1970; 0: it did not, so far. */
  earlyAt = 0;
  answeredAt = 0;
  hungUpAt = 0;
  hangupCause: string | undefined;
  /** The last application it executed, whether or not that is over. */
  application: { readonly name: string; readonly data: string } | undefined;

  constructor({ direction, phone, profile, codec, variables }: ChannelFields) {
    this.direction = direction;
    this.phone = phone;
    this.profile = profile;
    this.codec = codec;
    for (const [name, value] of variables) this.variables.set(name, value);
  }

  get uuid(): string {
    return this.profile.uniqueId;
  }

  get channelName(): string {
    return this.profile.channelName;
  }

  get destination(): string {
    return this.profile.destinationNumber;
  }

  get presenceId(): string | undefined {
    return this.variables.get('presence_id');
  }

  get sipCallId(): string | undefined {
    return this.variables.get('sip_call_id');
  }

  get answered(): boolean {
    return this.answeredAt > 0;
  }

  /** Whether it has been hung up (`switch_channel_down`). */
  get down(): boolean {
    return this.hangupCause !== undefined;
  }

  variable(name: string): string | undefined {
    return this.variables.get(name) ?? profileField(this.profile, name);
  }

  /** `switch_channel_expand_variables` (switch_channel.c), as far as `${name}` goes. */
  expand(text: string): string {
    return text.replace(/\$\{([^}]*)\}/g, (_, name: string) => this.variable(name) ?? '');
  }
}
