import type { SipAddress, SipMessage, SipRequest, SipResponse } from './sip-message.js';
import type { TracedMessage } from './sip-trace-reader.js';

/** A request of FreeSWITCH left for a phone: one per device, however often it was sent again. */
export interface RequestSent {
  readonly kind: 'sent';
  /** Ties the news of one request together. Counts up from 1. */
  readonly id: number;
  /** `NOTIFY`, `MESSAGE` or `INFO`. */
  readonly method: string;
  /**
   * Of the To header. The AOR of the registration for a NOTIFY, SEND_MESSAGE or MESSAGE_WAITING to a user. In URI and
   * contact form what `to-uri` said; for a SEND_INFO by `local-user` and a text by mod_sms the user and host of the
   * contact; in a subscription the From of the phone's SUBSCRIBE.
   */
  readonly to: SipAddress | undefined;
  /** Where it went: the registered contact, without FreeSWITCH's own `fs_` parameters. */
  readonly requestUri: string;
  /** The network address, `192.0.2.7:5060`. */
  readonly peer: string;
  readonly callId: string;
  /** `check-sync;reboot=true`, `message-summary`; undefined for another method than NOTIFY. */
  readonly event: string | undefined;
  readonly contentType: string | undefined;
}

/**
 * The phone's last word on a request. It comes a second time for the same id in one rare case: FreeSWITCH took longer
 * than the grace to answer a challenge, and the phone has now answered its second try.
 */
export interface RequestAnswered {
  readonly kind: 'answered';
  readonly id: number;
  /** 200 to 699. A 401 or 407 if FreeSWITCH has no credentials, or none that the phone takes. */
  readonly status: number;
  readonly phrase: string;
  readonly userAgent: string | undefined;
}

/** Nothing final came while FreeSWITCH waited for it. What comes later is not reported. */
export interface RequestUnanswered {
  readonly kind: 'unanswered';
  readonly id: number;
}

export type RequestNews = RequestSent | RequestAnswered | RequestUnanswered;

export interface AnswersOptions {
  /** How long after a challenge FreeSWITCH may take for its second try, milliseconds. @default 3000 */
  readonly graceMs?: number;
  /**
   * How long a request may stay without an answer, milliseconds. FreeSWITCH itself gives up after 32 s (timer F,
   * RFC 3261 section 17.1.2.2) and notes a 408 that is not on the wire. @default 33000
   */
  readonly patienceMs?: number;
  /** Requests under way at most; one more, and the oldest counts as unanswered. @default 100000 */
  readonly limit?: number;
}

interface Challenge {
  readonly at: number;
  readonly news: RequestAnswered;
  told: boolean;
}

/** One request under way, with its latest try. */
interface Pending {
  readonly id: number;
  readonly transaction: string;
  /** What the first and a second try have in common. */
  readonly origin: string;
  readonly cseq: number;
  readonly since: number;
  challenge?: Challenge;
}

interface Transaction {
  readonly key: string;
  readonly callId: string;
  readonly cseq: number;
}

const METHODS: ReadonlySet<string> = new Set(['NOTIFY', 'MESSAGE', 'INFO']);

/**
 * Follows the requests that FreeSWITCH sends and the answers to them, in a trace. Retransmissions and provisional
 * answers are not news. Neither is a challenge while FreeSWITCH may still answer it: if it has credentials, it sends
 * the request again with an Authorization, the same Call-ID and From, and the next CSeq
 * (`sofia_reg_handle_sip_r_challenge`, sofia_reg.c); if it has none, it sends nothing, and the challenge was the last
 * word.
 *
 * Pure: time is what the caller says, in milliseconds, and never goes back.
 */
export class Answers {
  readonly #graceMs: number;
  readonly #patienceMs: number;
  readonly #limit: number;
  /** By transaction, the one that waits longest first. */
  readonly #pending = new Map<string, Pending>();
  /** Those that were challenged, by origin, the earliest challenge first. */
  readonly #challenged = new Map<string, Pending>();
  #lastId = 0;

  constructor({ graceMs = 3000, patienceMs = 33_000, limit = 100_000 }: AnswersOptions = {}) {
    this.#graceMs = graceMs;
    this.#patienceMs = patienceMs;
    this.#limit = limit;
  }

  /** Requests under way. */
  get size(): number {
    return this.#pending.size;
  }

  /** What a traced message tells. */
  see({ direction, peer, message }: TracedMessage, now: number): RequestNews[] {
    const transaction = transactionOf(message);
    if (!transaction) return [];
    const pending = this.#pending.get(transaction.key);
    if (message.kind === 'response') {
      return direction === 'received' && pending ? this.#answer(pending, message, now) : [];
    }
    return direction === 'sent' && !pending ? this.#request(message, transaction, peer, now) : [];
  }

  /** What the passing of time tells. Call it about every second. */
  tick(now: number): RequestNews[] {
    const news: RequestNews[] = [];
    for (const { challenge } of this.#challenged.values()) {
      if (!challenge || challenge.at + this.#graceMs > now) break;
      if (!challenge.told) news.push(challenge.news);
      challenge.told = true;
    }
    for (const pending of this.#pending.values()) {
      if (pending.since + this.#patienceMs > now) break;
      news.push(...this.#giveUp(pending));
    }
    return news;
  }

  #request(request: SipRequest, { key, callId, cseq }: Transaction, peer: string, now: number): RequestNews[] {
    const origin = `${request.method}\n${callId}\n${request.headers.get('From')}`;
    const first = hasCredentials(request) ? this.#challenged.get(origin) : undefined;
    if (first && cseq > first.cseq) {
      this.#drop(first);
      this.#pending.set(key, { id: first.id, transaction: key, origin, cseq, since: now });
      return [];
    }
    const id = ++this.#lastId;
    this.#pending.set(key, { id, transaction: key, origin, cseq, since: now });
    const news: RequestNews[] = [sent(id, request, callId, peer)];
    const [oldest] = this.#pending.size > this.#limit ? this.#pending.values() : [];
    return oldest ? [...news, ...this.#giveUp(oldest)] : news;
  }

  #answer(pending: Pending, response: SipResponse, now: number): RequestNews[] {
    const { status, phrase, userAgent } = response;
    if (status < 200 || pending.challenge) return [];
    const news: RequestAnswered = { kind: 'answered', id: pending.id, status, phrase, userAgent };
    if (!isChallenge(response)) {
      this.#drop(pending);
      return [news];
    }
    // Requests of one dialog leave one after the other, so an earlier challenge among them can't be answered any more.
    const earlier = this.#challenged.get(pending.origin);
    pending.challenge = { at: now, news, told: false };
    const ended = earlier ? this.#giveUp(earlier) : [];
    this.#challenged.set(pending.origin, pending);
    return ended;
  }

  #giveUp(pending: Pending): RequestNews[] {
    this.#drop(pending);
    const { id, challenge } = pending;
    if (!challenge) return [{ kind: 'unanswered', id }];
    return challenge.told ? [] : [challenge.news];
  }

  #drop(pending: Pending): void {
    this.#pending.delete(pending.transaction);
    if (pending.challenge) this.#challenged.delete(pending.origin);
  }
}

/**
 * The branch is what joins a request and its answers (RFC 3261 section 17.1.3); a `call-id` of the user's own need not
 * be unique.
 */
function transactionOf({ callId, cseq, branch }: SipMessage): Transaction | undefined {
  if (callId === undefined || !cseq || !METHODS.has(cseq.method)) return undefined;
  return { key: `${cseq.method}\n${cseq.number}\n${callId}\n${branch}`, callId, cseq: cseq.number };
}

function hasCredentials({ headers }: SipRequest): boolean {
  return headers.has('Authorization') || headers.has('Proxy-Authorization');
}

/** Without a challenge in it, FreeSWITCH takes a 401 for the last word. */
function isChallenge({ status, headers }: SipResponse): boolean {
  return (status === 401 || status === 407) && (headers.has('WWW-Authenticate') || headers.has('Proxy-Authenticate'));
}

function sent(id: number, { method, to, uri, headers }: SipRequest, callId: string, peer: string): RequestSent {
  const event = method === 'NOTIFY' ? headers.get('Event') : undefined;
  const contentType = headers.get('Content-Type');
  return { kind: 'sent', id, method, to, requestUri: uri, peer, callId, event, contentType };
}
