import { contactUrl } from '../sofia/sip-fields.js';

/** How long a registration lasts, in seconds; FreeSWITCH keeps it some 50 seconds longer than it grants. */
export const LIFETIME = 3600;
const GRACE = 51;

export interface RegistrationFields {
  readonly profile: string;
  readonly user: string;
  readonly host: string;
  readonly callId: string;
  /** The contact as mod_sofia stores it, with display name and angle brackets. */
  readonly contact: string;
  readonly userAgent: string;
  readonly networkIp: string;
  readonly networkPort: number;
  readonly mwiUser: string;
  readonly mwiHost: string;
}

/** One row of `sip_registrations`: one contact of a user. It never changes; a refresh makes a new one in its place. */
export class Registration {
  /** The number of its row; a refresh keeps it. */
  readonly id: number;
  readonly profile: string;
  readonly user: string;
  readonly host: string;
  /** The Call-ID of the REGISTER; a phone that restarted has a new one. */
  readonly callId: string;
  readonly contact: string;
  /** The URL in the contact. */
  readonly url: string;
  readonly userAgent: string;
  readonly networkIp: string;
  readonly networkPort: number;
  readonly mwiUser: string;
  readonly mwiHost: string;
  readonly #expires: number;

  constructor(id: number, fields: RegistrationFields) {
    this.id = id;
    this.profile = fields.profile;
    this.user = fields.user;
    this.host = fields.host;
    this.callId = fields.callId;
    this.contact = fields.contact;
    this.url = contactUrl(fields.contact);
    this.userAgent = fields.userAgent;
    this.networkIp = fields.networkIp;
    this.networkPort = fields.networkPort;
    this.mwiUser = fields.mwiUser;
    this.mwiHost = fields.mwiHost;
    this.#expires = nowInSeconds() + LIFETIME + GRACE;
  }

  /** When it expires, in seconds since 1970; phones refresh in time, so this is always later than `now`. */
  expiresAt(now: number): number {
    const overdue = now + GRACE - this.#expires;
    return overdue < 0 ? this.#expires : this.#expires + (Math.floor(overdue / LIFETIME) + 1) * LIFETIME;
  }

  /** What `sip_registrations` holds after a REGISTER with the same contact: the User-Agent stays (sofia_reg.c). */
  refreshed(callId: string): Registration {
    return new Registration(this.id, { ...this, callId });
  }
}

/** Seconds since 1970. */
export function nowInSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
