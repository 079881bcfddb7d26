import type { Registration } from './registration.js';
import type { SubscriptionOptions } from './subscription.js';

/** A phone behind the sandbox as its user describes it; only `user` is needed. */
export interface PhoneOptions {
  readonly user: string;
  /** Default: the sandbox's domain. */
  readonly host?: string;
  /** The SIP profile it is registered with; default `internal`. */
  readonly profile?: string;
  readonly userAgent?: string;
  /** The contact it registers; default `"" <sip:USER@IP:PORT>`. Two phones of one user need different ones. */
  readonly contact?: string;
  /** Default: an address of its own; 127.0.0.1 if only a port is given. */
  readonly networkIp?: string;
  /** Default 5060. */
  readonly networkPort?: number;
  /** The Call-ID of its registration. */
  readonly callId?: string;
  /** The mailbox its lamp belongs to, `user@host`; default its own. */
  readonly mwiAccount?: string;
  /** Switched off: in the directory, but not registered. */
  readonly offline?: boolean;
  /** The SIP status of its answers, null for no answer; default 200. */
  readonly answer?: number | null;
  /** It challenges every request (401) and takes it when it comes again with this password of the directory. */
  readonly challenge?: boolean;
  readonly subscriptions?: readonly SubscriptionOptions[];
  /**
   * So many milliseconds after an order to read its settings again or to restart it registers again; null: never. Default:
   * the sandbox's `reregisterAfterMs`.
   */
  readonly returnsAfterMs?: number | null;
  /** With what it comes back; default a new Call-ID, and the rest as before. */
  readonly returnsWith?: PhoneReturn;
  /** It signs off before it restarts. */
  readonly unregistersFirst?: boolean;
  /** It refreshes its registration each time after so many milliseconds: same Call-ID, same contact. Default: silently in time. */
  readonly refreshEveryMs?: number;
  /** It is gone without a word: its registration runs out after so many milliseconds. Default: never. */
  readonly expiresAfterMs?: number;
  /** It is in a call from the beginning. */
  readonly inCall?: true | CallOptions;
}

/** What is different when a phone comes back from a restart. */
export interface PhoneReturn {
  /** New firmware. */
  readonly userAgent?: string;
  /** A new contact: the registration under the old one stays until it expires, unless the phone signed off. */
  readonly contact?: string;
  /** The phone goes on with the Call-ID that it had. */
  readonly sameCallId?: boolean;
}

/** A call of a phone. */
export interface CallOptions {
  /** The call ends by itself after so many milliseconds; default: it does not. */
  readonly endsAfterMs?: number;
  /** Whether the channel knows whose it is (`presence_id`), as FreeSWITCH's stock dialplan has it; default true. */
  readonly presenceId?: boolean;
}

/** A phone behind the sandbox. */
export class Phone {
  readonly user: string;
  readonly host: string;
  readonly profile: string;
  readonly answer: number | null;
  readonly challenge: boolean;
  /** As it was described. */
  readonly options: PhoneOptions;
  userAgent: string;
  /** What it registers, and where it is reached: the URL in it. */
  contact: string;
  url: string;
  /** Its registration, as long as it has one. */
  registration: Registration | undefined;
  /** The Call-ID of its REGISTERs. */
  callId: string;
  /** The CSeq of its last REGISTER. */
  registers = 1;

  constructor(fields: {
    readonly host: string;
    readonly profile: string;
    readonly contact: string;
    readonly url: string;
    readonly callId: string;
    readonly options: PhoneOptions;
  }) {
    const { user, answer = 200, challenge = false, offline = false, userAgent = '' } = fields.options;
    this.user = user;
    this.host = fields.host;
    this.profile = fields.profile;
    this.userAgent = userAgent;
    this.contact = fields.contact;
    this.url = fields.url;
    this.callId = fields.callId;
    this.answer = offline ? null : answer;
    this.challenge = challenge;
    this.options = fields.options;
  }
}

/** The credentials a phone of this user expects when it challenges a request. */
export function reverseAuth(user: string): { readonly user: string; readonly password: string } {
  return { user, password: `rev${user}` };
}

const RESTART_ORDERS =
  /^(?:check-sync|check-cfg|resync|reboot|reboot_now|restart_now|service-control|sys-control)(?:;|$)/i;

/** Whether phones take a NOTIFY with this Event header as the order to read their settings again or to restart. */
export function isRestartOrder(event: string | undefined): boolean {
  return event !== undefined && RESTART_ORDERS.test(event);
}
