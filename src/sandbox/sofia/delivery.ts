import type { Header } from '../../esl/headers.js';
import type { Bus } from '../bus.js';
import type { Directory } from '../phones/directory.js';
import { isRestartOrder, type Phone, reverseAuth } from '../phones/phone.js';
import { digest, makeNonce } from './digest.js';
import type { Returns } from './returns.js';
import { answerToOwn, isOwnAddress, ownAnswer } from './self.js';
import { uriAddress, uriSocket } from './sip-fields.js';
import { type SipOrder, SipRequest } from './sip-request.js';
import { answerTo } from './sip-response.js';
import type { SipPeer, SipTrace } from './trace.js';

/** One request that mod_sofia decided to send. */
export interface Shipment {
  /** The phone under that address; undefined if the sandbox has none there. */
  readonly phone: Phone | undefined;
  /** The Event header, of a NOTIFY. */
  readonly event?: string;
  /** The request in full; asked for only when somebody looks at it, or when the phone challenges it. */
  readonly order: () => SipOrder;
}

/** What a phone answers: a status, null for nothing, and headers that belong to it. */
interface PhoneAnswer {
  readonly status: number | null;
  readonly headers?: readonly Header[];
}

const UNAUTHORIZED = 401;

/**
 * When a request without an answer goes out again, in milliseconds after the first time, as recorded; 32 seconds after
 * it sofia-sip gives up (RFC 3261, 17.1.2.2).
 */
const RETRANSMISSIONS = [1, 3, 7, 11, 15, 19, 23, 27, 31].map((seconds) => seconds * 1000);

/**
 * Between mod_sofia and the phones: carries requests over, answers challenges with the directory's `reverse-auth`
 * credentials as `sofia_reg_handle_sip_r_challenge` (sofia_reg.c) does, reports each request with its answer on the bus and
 * in the trace, and tells {@link Returns} of orders to restart.
 */
export class Delivery {
  readonly #directory: Directory;
  readonly #bus: Bus;
  readonly #trace: SipTrace;
  readonly #returns: Returns;
  readonly #retransmissions = new Set<NodeJS.Timeout>();

  constructor(directory: Directory, bus: Bus, trace: SipTrace, returns: Returns) {
    this.#directory = directory;
    this.#bus = bus;
    this.#trace = trace;
    this.#returns = returns;
  }

  /** Sends a request, on behalf of the `sendevent` with this uuid; gives the status of its last answer, null without one. */
  send({ phone, event, order }: Shipment, eventUuid: string): number | null {
    const seen = this.#bus.wanted('request') || this.#trace.running;
    if (!seen && phone && !phone.challenge) {
      this.#settle(phone, phone.answer, event);
      return phone.answer;
    }
    const request = new SipRequest(order());
    let answer: number | null;
    if (phone) answer = this.#toPhone(request, phone, eventUuid);
    else answer = isOwnAddress(request.order) ? this.#toSelf(request, eventUuid) : this.#toNobody(request, eventUuid);
    if (phone) this.#settle(phone, answer, event);
    return answer;
  }

  /** Ends every retransmission. */
  close(): void {
    for (const timer of this.#retransmissions) clearTimeout(timer);
    this.#retransmissions.clear();
  }

  #toPhone(request: SipRequest, phone: Phone, eventUuid: string): number | null {
    if (!phone.challenge) return this.#exchange(request, phone, { status: phone.answer }, eventUuid);
    const nonce = makeNonce();
    const challenge: Header = ['WWW-Authenticate', `Digest realm="${phone.host}", nonce="${nonce}", algorithm=MD5`];
    const refusal: PhoneAnswer = { status: UNAUTHORIZED, headers: [challenge] };
    this.#exchange(request, phone, refusal, eventUuid);
    const [user, host] = split(uriAddress(addressOf(request, 'To')));
    const name = this.#directory.param(user, host, 'reverse-auth-user');
    const password = this.#directory.param(user, host, 'reverse-auth-pass');
    if (name === undefined || password === undefined) return UNAUTHORIZED;
    const expected = reverseAuth(phone.user);
    const known = name === expected.user && password === expected.password;
    const { method, uri } = request.order;
    const authorization = digest({ user: name, password, realm: phone.host, nonce, method, uri });
    const answer = known ? { status: phone.answer } : refusal;
    return this.#exchange(request.authorized(authorization), phone, answer, eventUuid);
  }

  #exchange(request: SipRequest, phone: Phone, answer: PhoneAnswer, eventUuid: string): number | null {
    const { status, headers = [] } = answer;
    this.#report(request, phone, status, eventUuid);
    const { profile } = request.order;
    if (!this.#trace.covers(profile)) return status;
    const peer = peerOf(request);
    this.#trace.sent(profile, request.toText(), peer);
    if (status === null) {
      this.#retransmit(request, peer);
    } else {
      const text = answerTo(request.headers, { status, headers: [['User-Agent', phone.userAgent], ...headers] });
      this.#trace.received(profile, text, peer);
    }
    return status;
  }

  #toNobody(request: SipRequest, eventUuid: string): null {
    this.#report(request, undefined, null, eventUuid);
    if (this.#trace.covers(request.order.profile)) {
      const peer = peerOf(request);
      this.#trace.sent(request.order.profile, request.toText(), peer);
      this.#retransmit(request, peer);
    }
    return null;
  }

  /** FreeSWITCH gets its own request, and answers it. */
  #toSelf(request: SipRequest, eventUuid: string): number {
    const { profile } = request.order;
    const answer = ownAnswer(request.order);
    this.#report(request, undefined, answer.status, eventUuid);
    if (!this.#trace.covers(profile)) return answer.status;
    const peer = peerOf(request);
    for (const message of [request.toText(), answerToOwn(request, answer)]) {
      this.#trace.sent(profile, message, peer);
      this.#trace.received(profile, message, peer);
    }
    return answer.status;
  }

  #report(request: SipRequest, phone: Phone | undefined, answer: number | null, eventUuid: string): void {
    if (!this.#bus.wanted('request')) return;
    const aor = phone ? `${phone.user}@${phone.host}` : uriAddress(addressOf(request, 'To'));
    this.#bus.emit('request', { record: request.toRecord(aor, answer, eventUuid), phone });
  }

  /** Nobody hears a retransmission but a trace: these exist only while there is one. */
  #retransmit(request: SipRequest, peer: SipPeer, from = 0): void {
    const at = RETRANSMISSIONS[from];
    if (at === undefined) return;
    const timer = setTimeout(
      () => {
        this.#retransmissions.delete(timer);
        this.#trace.sent(request.order.profile, request.toText(), peer);
        if (this.#trace.covers(request.order.profile)) this.#retransmit(request, peer, from + 1);
      },
      at - (RETRANSMISSIONS[from - 1] ?? 0),
    ).unref();
    this.#retransmissions.add(timer);
  }

  #settle(phone: Phone, answer: number | null, event: string | undefined): void {
    if (answer !== null && answer >= 200 && answer < 300 && isRestartOrder(event)) this.#returns.order(phone);
  }
}

function peerOf({ order: { route, uri } }: SipRequest): SipPeer {
  return uriSocket(route ?? uri);
}

function addressOf(request: SipRequest, name: string): string {
  const header = request.headers.find(([other]) => other === name)?.[1] ?? '';
  const open = header.indexOf('<');
  return header.slice(open + 1, header.indexOf('>', open));
}

function split(address: string): [user: string, host: string] {
  const at = address.indexOf('@');
  return at < 0 ? ['', address] : [address.slice(0, at), address.slice(at + 1)];
}
