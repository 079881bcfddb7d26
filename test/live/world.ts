import type { SubscribedEvent } from '../../src/sandbox/index.js';
import type { Credentials } from './digest.js';
import type { SipRequest } from './sip-message.js';

/** A phone as a scenario wants it. Two of the same user are two devices of one extension. */
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
  /** It registers again once it has taken an order to restart, or to read its settings again. @default never */
  readonly returns?: ReturnWish;
  /** Nearly all of its registration's time is over, so that it is going to refresh it. */
  readonly dueForRefresh?: boolean;
}

/** How a phone comes back. */
export interface ReturnWish {
  readonly afterMs: number;
  /** New firmware. */
  readonly userAgent?: string;
  /** It goes on with the Call-ID of its registration. @default a new one */
  readonly sameCallId?: boolean;
  /** Its contact is another one. */
  readonly newContact?: boolean;
  /** It takes its registration back before it goes. */
  readonly unregistersFirst?: boolean;
}

/** Whether the channel of a call knows by its `presence_id` whose it is. */
export interface CallWish {
  readonly presenceId: boolean;
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
  /** Puts it into a call, and waits until it is in it. */
  call(wish?: CallWish): Promise<void>;
  /** Ends that call, and waits until FreeSWITCH does not list it any more. */
  hangUp(): Promise<void>;
  /** Calls the number that answers and parks, and waits until it does: the UUID of the channel. */
  dial(): Promise<string>;
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
  /** The number that answers and parks. */
  readonly parkedAt: string;
  /** How it is known who makes a call: whether calls are challenged. */
  readonly identity: 'authenticated' | 'from';
  /** The n-th of its users, from 0. */
  user(index: number): string;
  /** A user who may register, and for whom the directory has no reverse-auth credentials. */
  readonly userWithoutReverseAuth: string;
  /** A user who may register, and whose phone has another password than the directory by now. */
  readonly userWithOldReverseAuth: string;
  /** How FreeSWITCH proves to this user's phone who it is. */
  reverseAuth(user: string): Credentials;
  /** Sets up a phone. */
  phone(wish: PhoneWish): Promise<WorldPhone>;
  /** Whether the SIP profile is being traced. */
  isTraced(): Promise<boolean>;
  /** The bytes of every command that the server read, if it can tell. */
  commands(): readonly Buffer[] | undefined;
  /** Takes every phone away, and waits until none is registered any more. */
  close(): Promise<void>;
}

/** A way to come by a world. */
export interface WorldKind {
  readonly name: string;
  open(): Promise<World>;
  /** Whether what phones are sent is handed to a worker. @default false */
  readonly throughWorker?: boolean;
  /** Whether a scenario is played in it. @default all are */
  readonly plays?: (about: string, name: string) => boolean;
}
