import type { Header } from '../../esl/headers.js';
import { shortId, sipToken } from '../ids.js';
import type { Directory } from '../phones/directory.js';
import type { Phone } from '../phones/phone.js';
import { LIFETIME, nowInSeconds, type Registration } from '../phones/registration.js';
import type { Registry } from '../phones/registry.js';
import { SIP_USER_AGENT } from '../version.js';
import { digestWithQop, makeNonce } from './digest.js';
import { contactUrl, uriSocket } from './sip-fields.js';
import { ALLOW, SUPPORTED } from './sip-request.js';
import { answerTo, sipText } from './sip-response.js';
import type { SipTrace } from './trace.js';

/** What the messages of a REGISTER are about. */
export interface RegisterExchange {
  readonly phone: Phone;
  /** As it was registered, or signed off. */
  readonly registration: Registration;
  /** It signs off (`Expires: 0`). */
  readonly goodbye: boolean;
}

/** The four messages of a REGISTER in the trace of its profile: REGISTER, 401, REGISTER with Authorization, 200. */
export function traceRegister(trace: SipTrace, registry: Registry, directory: Directory, what: RegisterExchange): void {
  const profile = registry.profile(what.phone.profile);
  if (!profile || !trace.covers(profile)) return;
  const { phone, registration, goodbye } = what;
  const { user, host } = phone;
  const peer = { ip: registration.networkIp, port: registration.networkPort };
  const nonce = makeNonce();
  const challenge: Header = ['WWW-Authenticate', `Digest realm="${host}", nonce="${nonce}", algorithm=MD5, qop="auth"`];
  const password = directory.param(user, host, 'password') ?? '';
  const claim = { user, password, realm: host, nonce, method: 'REGISTER', uri: `sip:${host}` };
  const now = nowInSeconds();
  const contacts = goodbye ? [] : registry.byUser(profile, user, host).map((row) => contactHeader(row, now));

  const first = registerHeaders(what);
  trace.received(profile, sipText(`REGISTER sip:${host} SIP/2.0`, first), peer);
  trace.sent(profile, answer(first, 401, [], [challenge]), peer);
  const second = registerHeaders(what, digestWithQop(claim));
  trace.received(profile, sipText(`REGISTER sip:${host} SIP/2.0`, second), peer);
  trace.sent(profile, answer(second, 200, [...contacts, ['Date', new Date().toUTCString()]], []), peer);
}

function registerHeaders({ phone, registration, goodbye }: RegisterExchange, authorization?: string): Header[] {
  const { ip, port } = uriSocket(registration.url);
  const address = `<sip:${phone.user}@${phone.host}>`;
  return [
    ['Via', `SIP/2.0/UDP ${ip}:${port};branch=z9hG4bK${shortId()};rport`],
    ['Max-Forwards', '70'],
    ['From', `${address};tag=f${shortId()}`],
    ['To', address],
    ['Call-ID', registration.callId],
    ['CSeq', `${++phone.registers} REGISTER`],
    ['Contact', `<${contactUrl(registration.contact)}>`],
    ['User-Agent', phone.userAgent],
    ['Expires', String(goodbye ? 0 : LIFETIME)],
    ...(authorization === undefined ? [] : [['Authorization', authorization] as const]),
    ['Content-Length', '0'],
  ];
}

function answer(
  request: readonly Header[],
  status: number,
  before: readonly Header[],
  after: readonly Header[],
): string {
  const via = request.find(([name]) => name === 'Via')?.[1] ?? '';
  const port = /:(\d+);/.exec(via)?.[1] ?? '5060';
  return answerTo(request, {
    status,
    via: via.replace(';rport', `;rport=${port}`),
    toTag: sipToken(),
    headers: [...before, ['User-Agent', SIP_USER_AGENT], ['Allow', ALLOW], ['Supported', SUPPORTED], ...after],
  });
}

function contactHeader(row: Registration, now: number): Header {
  return ['Contact', `<${row.url}>;expires=${Math.min(LIFETIME, row.expiresAt(now) - now)}`];
}
