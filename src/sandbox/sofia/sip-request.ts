import type { Header } from '../../esl/headers.js';
import { sipCallId, sipToken } from '../ids.js';
import { SIP_USER_AGENT } from '../version.js';
import { byteLength } from '../wire/byte-text.js';
import { sameText } from '../wire/c-text.js';
import { addressHeader, addressUri } from './sip-fields.js';
import { profileUrl, type SipProfile } from './sip-profile.js';
import { sipText } from './sip-response.js';

export type SipMethod = 'NOTIFY' | 'MESSAGE' | 'INFO';

/** What mod_sofia asks its SIP stack to send. */
export interface SipOrder {
  readonly method: SipMethod;
  readonly profile: SipProfile;
  /** The request URI. */
  readonly uri: string;
  /** A proxy on the way (`fs_path` of a contact). */
  readonly route?: string | undefined;
  /** From and To, as text; a From without a tag gets one. */
  readonly from: string;
  readonly to: string;
  /** Left out: a new one. */
  readonly callId?: string | undefined;
  readonly cseq: number;
  /** Left out: the profile's own URL; null: none. */
  readonly contact?: string | null | undefined;
  /** Headers that belong to this kind of request: Event, Content-Type, Subject and so on. */
  readonly headers: readonly Header[];
  readonly body: string;
  /** One line of headers from outside (`extra-headers`). */
  readonly extra?: string | undefined;
}

/** One SIP request of the sandbox, for logs and tests; it can be written as JSON. */
export interface SipRequestRecord {
  /** When it was sent, ISO 8601. */
  readonly time: string;
  readonly method: SipMethod;
  /** The Event header of a NOTIFY, with its parameters. */
  readonly event?: string;
  /** user@host of the phone it went to; of the To, where no phone of the sandbox is under that address. */
  readonly aor: string;
  /** The SIP profile that sent it. */
  readonly profile: string;
  /** The request URI: where it went to. */
  readonly uri: string;
  /** The URIs of From and To, without tags. */
  readonly from: string;
  readonly to: string;
  readonly callId: string;
  readonly contentType?: string;
  readonly body: string;
  /** Every header of the request by its name. */
  readonly headers: Readonly<Record<string, string>>;
  /** The SIP status of the answer; null if none came. */
  readonly answer: number | null;
  /** The uuid in the `+OK` of the `sendevent` that caused it. */
  readonly eventUuid: string;
  /** The request as it goes over the wire, in one piece. */
  readonly request: string;
}

// The order in which sofia-sip writes headers is the order of `struct sip_s` (sip.h); others come after these.
const ORDER = (
  'via route record-route max-forwards proxy-require from to call-id cseq identity contact request-disposition ' +
  'accept-contact reject-contact expires date retry-after timestamp min-expires subject priority call-info ' +
  'organization server user-agent in-reply-to accept accept-encoding accept-language allow require supported ' +
  'unsupported event allow-events subscription-state proxy-authorization authorization error-info warning refer-to ' +
  'referred-by replaces session-expires min-se path service-route reason privacy sip-etag sip-if-match mime-version ' +
  'content-type content-encoding content-language content-disposition content-length'
).split(' ');
const RANK = new Map(ORDER.map((name, index) => [name, index]));

export const ALLOW =
  'INVITE, ACK, BYE, CANCEL, OPTIONS, MESSAGE, INFO, UPDATE, REGISTER, REFER, NOTIFY, PUBLISH, SUBSCRIBE';
export const SUPPORTED = 'timer, path, replaces';
export const ALLOW_EVENTS =
  'talk, hold, conference, presence, as-feature-event, dialog, line-seize, call-info, sla, ' +
  'include-session-description, presence.winfo, message-summary, refer';

/** A request on its way: the same request may be sent a second time, with credentials. */
export class SipRequest {
  readonly order: SipOrder;
  readonly headers: readonly Header[];

  constructor(order: SipOrder, headers: readonly Header[] = headersOf(order)) {
    this.order = order;
    this.headers = headers;
  }

  /** The same request with an Authorization header and the next CSeq, in a new transaction. */
  authorized(authorization: string): SipRequest {
    const { method, cseq, profile } = this.order;
    const headers = this.headers.map(([name, value]): Header => {
      if (name === 'CSeq') return [name, `${cseq + 1} ${method}`];
      return name === 'Via' ? [name, via(profile)] : [name, value];
    });
    return new SipRequest(this.order, inOrder([...headers, ['Authorization', authorization]]));
  }

  /** The text of the request, as it goes over the wire. */
  toText(): string {
    return sipText(`${this.order.method} ${this.order.uri} SIP/2.0`, this.headers, this.order.body);
  }

  /** The record of this request for logs and tests. */
  toRecord(aor: string, answer: number | null, eventUuid: string): SipRequestRecord {
    const headers = Object.fromEntries(this.headers);
    const { Event: event, 'Content-Type': contentType } = headers;
    return {
      time: new Date().toISOString(),
      method: this.order.method,
      ...(event !== undefined && { event }),
      aor,
      profile: this.order.profile.name,
      uri: this.order.uri,
      from: addressUri(headers.From ?? ''),
      to: addressUri(headers.To ?? ''),
      callId: headers['Call-ID'] ?? '',
      ...(contentType !== undefined && { contentType }),
      body: this.order.body,
      headers,
      answer,
      eventUuid,
      request: this.toText(),
    };
  }
}

function headersOf(order: SipOrder): Header[] {
  const { method, profile } = order;
  const from = addressHeader(order.from);
  const headers: Header[] = [
    ['Via', via(profile)],
    ...(order.route ? [['Route', `<${order.route}>`] as const] : []),
    ['Max-Forwards', '70'],
    ['From', /;tag=/i.test(from.slice(from.indexOf('>'))) ? from : `${from};tag=${sipToken()}`],
    ['To', addressHeader(order.to)],
    ['Call-ID', order.callId ?? sipCallId()],
    ['CSeq', `${order.cseq} ${method}`],
    ...(order.contact === null ? [] : [['Contact', `<${order.contact ?? profileUrl(profile)}>`] as const]),
    ['User-Agent', SIP_USER_AGENT],
    ['Allow', ALLOW],
    ['Supported', SUPPORTED],
    ...(method === 'NOTIFY' ? [['Allow-Events', ALLOW_EVENTS] as const] : []),
    ...order.headers,
    ['Content-Length', String(byteLength(order.body))],
  ];
  const extra = order.extra === undefined ? undefined : extraHeader(order.extra, headers);
  return inOrder(extra ? [...headers, extra] : headers);
}

// A header that sofia-sip knows can be there only once: the first one stays.
function extraHeader(line: string, headers: readonly Header[]): Header | undefined {
  const match = /^([^\s:]+)[ \t]*:[ \t]*(.*?)[ \t]*$/s.exec(line);
  const name = match?.[1];
  if (name === undefined || match?.[2] === undefined) return undefined;
  const known = RANK.has(name.toLowerCase()) && headers.some(([other]) => sameText(other, name));
  return known ? undefined : [name, match[2]];
}

function inOrder(headers: readonly Header[]): Header[] {
  const rank = ([name]: Header) => RANK.get(name.toLowerCase()) ?? ORDER.length;
  return [...headers].sort((a, b) => rank(a) - rank(b));
}

function via({ ip, port }: SipProfile): string {
  return `SIP/2.0/UDP ${ip}${port === 5060 ? '' : `:${port}`};rport;branch=z9hG4bK${sipToken()}`;
}
