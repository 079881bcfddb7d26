import { setInterval } from 'node:timers';
import type { Connection, Message } from '../../esl/index.js';
import { Answers, type RequestNews, type RequestSent } from '../../freeswitch/answers.js';
import { DELIVERY_REPORTS } from '../../freeswitch/delivery-reports.js';
import { EventFeed } from '../../freeswitch/event-feed.js';
import { REGISTER_EVENTS, type RegisterEvent } from '../../freeswitch/register-events.js';
import { SipTrace } from '../../freeswitch/sip-trace.js';
import type { Attempt } from '../attempt.js';
import type { PlannedOrder } from '../plan.js';
import { Doubt } from './doubt.js';
import { Expectation, type Verdict } from './expectation.js';
import { aorsOf, keysOf, keysOfRequest } from './keys.js';
import { OpenExpectations } from './open-expectations.js';
import { RecentEvents } from './recent-events.js';
import { Reports } from './reports.js';

export interface EvidenceOptions {
  readonly wanted: 'answered' | 'returned';
  /** Opens a connection that nothing else uses. */
  readonly connect: (onMessage: (message: Message) => void) => Promise<Connection>;
  /** The SIP profiles to trace; none where the answers come by delivery reports, or are not looked at. */
  readonly traced: readonly string[];
  /** Whether mod_sms will report what phones answer. */
  readonly reports: boolean;
  /** How long the evidence of one phone may take from when its order was accepted, milliseconds. */
  readonly timeoutMs: number;
  /** The same for people: `120 s`. */
  readonly timeout: string;
  /** When the registrations were asked for, milliseconds since 1970. */
  readonly askedAt: number;
  readonly signal: AbortSignal;
}

/** How often deadlines are looked at, milliseconds. */
const TICK_MS = 100;

const INTERRUPTED = 'interrupted before its evidence came';

/**
 * Watches what phones do after their orders: what they answer, by the SIP trace or by mod_sms, and whether they register
 * again. Begins before the first order is written, so that nothing can be missed.
 */
export class Evidence {
  readonly #options: EvidenceOptions;
  readonly #answers = new Answers();
  readonly #open = new OpenExpectations();
  readonly #recent = new RecentEvents();
  readonly #byId = new Map<number, Expectation>();
  readonly #reports = new Reports();
  #trace: SipTrace | undefined;
  #doubt: Doubt | undefined;
  #events: Connection | undefined;
  #lost: string | undefined;
  #allSent = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: EvidenceOptions) {
    this.#options = options;
  }

  /** Why no more evidence will come, if so: then no more orders should be sent. */
  get lost(): string | undefined {
    return this.#lost;
  }

  /** Whether FreeSWITCH traces SIP for this. */
  get traces(): boolean {
    return this.#options.traced.length > 0;
  }

  /**
   * Begins to watch.
   * @throws EslError, QuestionError, SipTraceError: nothing is watched, and nothing must be sent
   */
  async begin(): Promise<void> {
    const { wanted, reports, signal } = this.#options;
    signal.addEventListener('abort', () => this.#giveUp(INTERRUPTED), { once: true });
    if (wanted === 'returned') await this.#follow(new EventFeed(REGISTER_EVENTS, (event) => this.#register(event)));
    else if (reports) await this.#follow(new EventFeed(DELIVERY_REPORTS, (report) => this.#reports.take(report)));
    if (this.traces) await this.#startTrace();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Prepares for an order that is about to be written. */
  expect(order: PlannedOrder): Expectation {
    const { wanted, askedAt } = this.#options;
    const { reach } = order;
    const devices = reach && reach.devices.length > 0 ? reach.devices : undefined;
    const expectation = new Expectation({
      untilReturned: wanted === 'returned',
      seesAnswers: this.traces,
      devices,
      ...(devices && reach && { others: reach.others }),
      toOne: reach?.addressee.kind === 'user' && reach.addressee.toOne === true,
      askedAt,
    });
    for (const aor of aorsOf(order, devices ?? [])) {
      for (const { event, at } of this.#recent.of(aor)) expectation.recall(event, at);
    }
    this.#open.add(expectation, keysOf(order, devices ?? []));
    return expectation;
  }

  /** The order was accepted: resolves with what came of it. */
  async verdict(expectation: Expectation, { eventUuid }: Attempt): Promise<Verdict> {
    const { timeoutMs, timeout, reports, signal } = this.#options;
    expectation.accepted(Date.now() + timeoutMs, timeout);
    if (signal.aborted) this.#giveUp(INTERRUPTED);
    if (this.#lost !== undefined) this.#lose(this.#lost);
    if (reports && eventUuid !== null) this.#reports.await(eventUuid, expectation);
    expectation.check(Date.now());
    const verdict = await expectation.verdict;
    if (eventUuid !== null) this.#reports.forget(eventUuid);
    this.#open.remove(expectation);
    if (verdict.outcome !== 'no-answer') return verdict;
    // Whoever answered was seen.
    const isSilent = verdict.sipStatus === null && !signal.aborted;
    const doubt = isSilent ? await this.#doubt?.reason() : undefined;
    return doubt === undefined ? verdict : { ...verdict, reason: `${verdict.reason}; ${doubt}` };
  }

  /** The order was not accepted after all. */
  forget(expectation: Expectation): void {
    this.#open.remove(expectation);
  }

  /** No more orders follow. */
  allSent(): void {
    this.#allSent = true;
  }

  /**
   * Ends all watching.
   * @throws SipTraceError if the trace can't be switched off; its hint is what to type
   */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    try {
      await this.#trace?.stop();
    } finally {
      await this.#events?.close();
    }
  }

  async #follow<T>(feed: EventFeed<T>): Promise<void> {
    const connection = await this.#options.connect(feed.onMessage);
    this.#events = connection;
    await feed.subscribe(connection);
    void connection.closed.then((reason) => {
      if (reason) this.#lose(`the events that show it were lost: ${reason.message}`);
    });
  }

  async #startTrace(): Promise<void> {
    const { traced, connect, signal } = this.#options;
    const trace = await SipTrace.start({
      connect,
      profiles: traced,
      signal,
      onMessage: (message) => {
        const now = Date.now();
        for (const news of this.#answers.see(message, now)) this.#see(news, now);
      },
    });
    this.#trace = trace;
    this.#doubt = new Doubt(trace);
    void trace.ended.then((reason) => {
      if (reason) this.#lose(`the SIP trace was lost: ${reason.message}`);
    });
  }

  #see(news: RequestNews, now: number): void {
    if (news.kind === 'sent') {
      const expectation = this.#matching(news);
      if (!expectation) return;
      this.#byId.set(news.id, expectation);
      expectation.see(news, now);
      return;
    }
    this.#byId.get(news.id)?.see(news, now);
    this.#byId.delete(news.id);
  }

  /** The order that became this request: FreeSWITCH sends requests of its own, too. */
  #matching(request: RequestSent): Expectation | undefined {
    let best: Expectation | undefined;
    let fit = 0;
    for (const key of keysOfRequest(request)) {
      for (const candidate of this.#open.of(key)) {
        const fits = candidate.fits(request.requestUri);
        if (fits > fit) [best, fit] = [candidate, fits];
      }
    }
    return best;
  }

  #register(event: RegisterEvent): void {
    const now = Date.now();
    this.#recent.add(event, now);
    for (const expectation of this.#open.of(event.aor)) expectation.register(event, now);
  }

  #tick(): void {
    const now = Date.now();
    for (const news of this.#answers.tick(now)) this.#see(news, now);
    let areHeard = this.#allSent;
    for (const expectation of this.#open.all) {
      expectation.check(now);
      areHeard &&= expectation.isHeard;
    }
    if (areHeard) void this.#stopTrace();
  }

  /** As soon as no more answers can come: phones may take minutes to return. */
  async #stopTrace(): Promise<void> {
    await this.#doubt?.close();
    // Its failure is told by `end`, which gets the same promise.
    await this.#trace?.stop().catch(() => {});
  }

  #lose(reason: string): void {
    this.#lost = reason;
    for (const expectation of this.#open.all) expectation.end({ outcome: 'no-answer', reason, sipStatus: null });
  }

  #giveUp(reason: string): void {
    for (const expectation of this.#open.all) expectation.end({ outcome: 'accepted', reason, sipStatus: null });
  }
}
