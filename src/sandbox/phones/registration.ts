import { contactUrl } from '../sofia/sip-fields.js';

/** How long a registration lasts, in seconds; FreeSWITCH keeps it some 50 seconds longer than it grants. */
const LIFETIME = 3600;
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

/** One row of `sip_registrations`: one contact of a user. */
export class Registration {
  readonly profile: string;
  readonly user: string;
  readonly host: string;
  readonly contact: string;
  /** The URL in the contact. */
  readonly url: string;
  readonly userAgent: string;
  readonly networkIp: string;
  readonly networkPort: number;
  readonly mwiUser: string;
  readonly mwiHost: string;
  #callId: string;
  #expires: number;

  constructor(fields: RegistrationFields) {
    this.profile = fields.profile;
    this.user = fields.user;
    this.host = fields.host;
    this.contact = fields.contact;
    this.url = contactUrl(fields.contact);
    this.userAgent = fields.userAgent;
    this.networkIp = fields.networkIp;
    this.networkPort = fields.networkPort;
    this.mwiUser = fields.mwiUser;
    this.mwiHost = fields.mwiHost;
    this.#callId = fields.callId;
    this.#expires = nowInSeconds() + LIFETIME + GRACE;
  }

  /** The Call-ID of the REGISTER; a phone that restarted has a new one. */
  get callId(): string {
    return this.#callId;
  }

  /** When it expires, in seconds since 1970; phones refresh in time, so this is always in the future. */
  get expires(): number {
    const now = nowInSeconds();
    while (this.#expires <= now + GRACE) this.#expires += LIFETIME;
    return this.#expires;
  }

  /** The phone registers again under a new Call-ID. */
  renew(callId: string): void {
    this.#callId = callId;
    this.#expires = nowInSeconds() + LIFETIME + GRACE;
  }
}

/** Seconds since 1970. */
export function nowInSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
