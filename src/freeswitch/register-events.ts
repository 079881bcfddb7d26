import type { Headers } from '../esl/index.js';
import { contactUri } from './contact.js';
import type { NewsKind } from './event-feed.js';

/** What became of a registration: one device of a user. */
export interface RegisterEvent {
  readonly kind: 'registered' | 'unregistered' | 'expired';
  /** `user@host`, as registered. */
  readonly aor: string;
  readonly profile: string;
  /** Of the REGISTER requests; the key of the registration. */
  readonly callId: string;
  /**
   * The contact's URI as `Registration.contact` has it, parameters and all. Undefined where a socket's closing ended
   * the registration: such an event has neither contact nor User-Agent nor address.
   */
  readonly contact: string | undefined;
  readonly userAgent: string | undefined;
  readonly networkIp: string | undefined;
  readonly networkPort: number | undefined;
  /** How long the registration holds, seconds; of `registered` only. */
  readonly expiresInSeconds: number | undefined;
  /**
   * Of `registered`: the user had registered this contact already (`update-reg`). Refreshes are so, and phones that
   * come back with the contact that they had. FreeSWITCH then keeps the User-Agent that the registration began with, so
   * a new firmware shows here only and not in the list of registrations (the update in
   * `sofia_reg_handle_register_token`, sofia_reg.c).
   */
  readonly knownContact: boolean;
  /** When the server made the event, by its own clock, milliseconds since 1970. */
  readonly at: number | undefined;
}

const KINDS: ReadonlyMap<string, RegisterEvent['kind']> = new Map([
  ['sofia::register', 'registered'],
  ['sofia::unregister', 'unregistered'],
  ['sofia::expire', 'expired'],
]);

/**
 * `sofia::register` comes for every successful REGISTER, refreshes included, just before its 200. `sofia::unregister`
 * comes for one with Expires 0, and when the socket of a WebSocket or TCP registration closes. `sofia::expire` comes
 * when time ran out, and when an administrator removes a registration (`sofia_reg.c`, `sofia.c`). The attempts before
 * (`sofia::pre_register`, `sofia::register_attempt`) tell nothing more.
 */
export const REGISTER_EVENTS: NewsKind<RegisterEvent> = {
  subclasses: [...KINDS.keys()],
  format: 'json',
  read(headers, name) {
    const kind = KINDS.get(name);
    const user = headers.get('from-user') ?? headers.get('user');
    const host = headers.get('from-host') ?? headers.get('host');
    const profile = headers.get('profile-name');
    const callId = headers.get('call-id');
    if (!kind || user === undefined || host === undefined || profile === undefined || callId === undefined)
      return undefined;
    const contact = headers.get('contact');
    return {
      kind,
      aor: `${user}@${host}`,
      profile,
      callId,
      contact: contact === undefined ? undefined : contactUri(contact),
      userAgent: headers.get('user-agent'),
      networkIp: headers.get('network-ip'),
      networkPort: number(headers, 'network-port'),
      // In `sofia::expire` it is the time that has passed, in `sofia::unregister` always 0.
      expiresInSeconds: kind === 'registered' ? number(headers, 'expires') : undefined,
      knownContact: headers.get('update-reg') === 'true',
      at: milliseconds(headers),
    };
  },
};

function number(headers: Headers, name: string): number | undefined {
  const value = headers.get(name);
  return value !== undefined && /^\d{1,10}$/.test(value) ? Number(value) : undefined;
}

function milliseconds(headers: Headers): number | undefined {
  const micros = headers.get('Event-Date-Timestamp');
  return micros !== undefined && /^\d{1,17}$/.test(micros) ? Math.floor(Number(micros) / 1000) : undefined;
}
