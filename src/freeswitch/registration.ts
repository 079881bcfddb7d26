import { percentDecode } from '../esl/index.js';
import { contactUri } from './contact.js';
import { AnswerFault } from './errors.js';
import { ampDecode } from './xml-line.js';

/** One registration: one device of a user, as `sofia xmlstatus profile P reg` lists it (`show_reg_callback_xml`, mod_sofia.c). */
export interface Registration {
  /** Of the REGISTER requests. A NOTIFY with this `call-id` goes to this device only. */
  readonly callId: string;
  readonly user: string;
  readonly host: string;
  /**
   * The URI of the contact, without display name and brackets, with all its parameters: those of the phone, and those
   * that FreeSWITCH adds to find its way back (`fs_nat`, `fs_path`; see `contactParameter`). Fit for a `contact-uri`.
   */
  readonly contact: string;
  /** Empty if the phone sent none. */
  readonly userAgent: string;
  /** The SIP profile, by the name that was asked for. */
  readonly profile: string;
  /** Where the REGISTER came from. */
  readonly networkIp: string;
  readonly networkPort: number | undefined;
  /** Undefined where FreeSWITCH's description does not tell (`Registered(AUTO-NAT)`). */
  readonly transport: Transport | undefined;
  /** From now on, by the server's clock, seconds; negative if it has run out and was not cleared away yet. */
  readonly expiresInSeconds: number | undefined;
  /** `Reachable` or `Unreachable`, by the profile's pings; undefined in a FreeSWITCH that does not list it. */
  readonly pingStatus: string | undefined;
  /** The account whose voicemail the lamp shows: a `message-summary` NOTIFY is matched on it instead of the user. */
  readonly mwiUser: string;
  readonly mwiHost: string;
  /** The user that the phone authenticated as. */
  readonly authUser: string | undefined;
}

export type Transport = 'udp' | 'tcp' | 'tls' | 'ws' | 'wss';

/** As sofia_reg.c writes it: `Registered(UDP)`, `Registered(TLS-NAT)`, `Registered(TLSHACK)`, `Registered(AUTO-NAT)`. */
const TRANSPORT = /^Registered\((UDP|TCP|TLS|WSS|WS)(?:-NAT|HACK)?\)/;
const EXPIRES = /expsecs\((-?\d{1,10})\)$/;

/**
 * A registration from the elements of its XML, by name. Bytes that were not UTF-8 are U+FFFD by now.
 * @throws AnswerFault for one that lacks what tells whose it is
 */
export function toRegistration(fields: ReadonlyMap<string, string>, profile: string): Registration {
  const callId = fields.get('call-id');
  const aor = fields.get('user');
  const contact = fields.get('contact');
  if (callId === undefined || aor === undefined || contact === undefined) {
    throw new AnswerFault(`a registration without ${missing(fields)}`);
  }
  for (const [name, text] of fields)
    if (text.includes('\0')) throw new AnswerFault(`a registration whose ${name} holds a NUL`);
  const [user, host] = splitAccount(aor);
  const [mwiUser, mwiHost] = splitAccount(fields.get('mwi-account') ?? aor);
  const status = fields.get('status') ?? '';
  const authUser = fields.get('sip-auth-user');
  return {
    callId,
    user,
    host,
    contact: contactUri(ampDecode(contact)),
    userAgent: unfolded(ampDecode(fields.get('agent') ?? '')),
    profile,
    networkIp: fields.get('network-ip') ?? '',
    networkPort: wholeNumber(fields.get('network-port')),
    transport: TRANSPORT.exec(status)?.[1]?.toLowerCase() as Transport | undefined,
    expiresInSeconds: wholeNumber(EXPIRES.exec(status)?.[1]),
    pingStatus: fields.get('ping-status') || undefined,
    mwiUser,
    mwiHost,
    authUser: authUser ? percentDecode(authUser) : undefined,
  };
}

/** On one line again: a folded header means the same with a blank (RFC 3261, section 7.3.1). */
function unfolded(text: string): string {
  if (!text.includes('\n')) return text;
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').join(' ');
}

function missing(fields: ReadonlyMap<string, string>): string {
  return ['call-id', 'user', 'contact'].filter((name) => !fields.has(name)).join(', ');
}

/** `user@host` at its last `@`: a host has none. */
function splitAccount(account: string): readonly [user: string, host: string] {
  const at = account.lastIndexOf('@');
  return at < 0 ? [account, ''] : [account.slice(0, at), account.slice(at + 1)];
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^-?\d{1,10}$/.test(text) ? Number(text) : undefined;
}
