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
  /** The contact it registers; default `"" <sip:USER@IP:PORT>`. */
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
}

/** A phone behind the sandbox. */
export class Phone {
  readonly user: string;
  readonly host: string;
  readonly profile: string;
  readonly userAgent: string;
  /** Where it is reached. */
  readonly url: string;
  readonly answer: number | null;
  readonly challenge: boolean;
  /** Its registration, as long as it has one. */
  registration: Registration | undefined;

  constructor(fields: {
    readonly user: string;
    readonly host: string;
    readonly profile: string;
    readonly userAgent: string;
    readonly url: string;
    readonly answer: number | null;
    readonly challenge: boolean;
  }) {
    this.user = fields.user;
    this.host = fields.host;
    this.profile = fields.profile;
    this.userAgent = fields.userAgent;
    this.url = fields.url;
    this.answer = fields.answer;
    this.challenge = fields.challenge;
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
