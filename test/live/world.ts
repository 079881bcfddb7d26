import type { SubscribedEvent } from '../../src/sandbox/index.js';
import type { Credentials } from './digest.js';
import type { SipRequest } from './sip-message.js';

/** A phone as a scenario wants it. */
export interface PhoneWish {
  /** Its extension: which of the world's users. */
  readonly user: string;
  readonly userAgent?: string;
  /** The SIP status with which it answers, null for silence. @default 200 */
  readonly answer?: number | null;
  /** It challenges every request, and takes it only with the directory's reverse-auth credentials. */
  readonly challenge?: boolean;
  /** It is there, but not registered. */
  readonly offline?: boolean;
  readonly subscriptions?: readonly SubscribedEvent[];
}

/** A phone that is registered, subscribed, and quiet. */
export interface WorldPhone {
  readonly user: string;
  readonly aor: string;
  /** Where it is reached: the URI of its Contact. */
  readonly url: string;
  /** The Call-ID of its registration. */
  readonly callId: string;
  readonly userAgent: string;
  /**
   * What it has been sent since it was there. Waits until there are so many, then until everything that was under way
   * has arrived: what is not there then has not been sent.
   */
  requests(expected: number): Promise<readonly SipRequest[]>;
}

/** A FreeSWITCH and phones, real or not. Scenarios see no difference. */
export interface World {
  readonly esl: { readonly host: string; readonly port: number; readonly password: string };
  readonly domain: string;
  /** The SIP profile. */
  readonly profile: string;
  /** A user of the directory who may log in: API `status` and `show`, events `CUSTOM sofia::register`, no log. */
  readonly operator: Credentials;
  /** NOTIFYs a second that it can be asked to send; 0 is no limit. */
  readonly rate: number;
  /** The n-th of its users, from 0. */
  user(index: number): string;
  /** How FreeSWITCH proves to this user's phone who it is. */
  reverseAuth(user: string): Credentials;
  /** Sets up a phone. */
  phone(wish: PhoneWish): Promise<WorldPhone>;
  /** The bytes of every command that the server read, if it can tell. */
  commands(): readonly Buffer[] | undefined;
  /** Takes every phone away, and waits until none is registered any more. */
  close(): Promise<void>;
}

/** A way to come by a world. */
export interface WorldKind {
  readonly name: string;
  open(): Promise<World>;
}
