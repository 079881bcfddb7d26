import { setInterval } from 'node:timers';
import type { Connection, Message } from '../../esl/index.js';
import { Answers, type RequestNews, type RequestSent } from '../../freeswitch/answers.js';
import { DELIVERY_REPORTS, type DeliveryReport } from '../../freeswitch/delivery-reports.js';
import { EventFeed } from '../../freeswitch/event-feed.js';
import { REGISTER_EVENTS, type RegisterEvent } from '../../freeswitch/register-events.js';
import type { Registration } from '../../freeswitch/registration.js';
import { SipTrace } from '../../freeswitch/sip-trace.js';
import { formatAor } from '../../inventory/aor.js';
import type { Attempt } from '../lane.js';
import type { PlannedOrder } from '../plan.js';
import { addressOf } from './device.js';
import { Expectation, type Verdict } from './expectation.js';
import { OpenExpectations } from './open-expectations.js';
import { RecentEvents } from './recent-events.js';
import { requestOf } from './request.js';

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

/** For so long a look whether the trace still runs counts, milliseconds. */
const DARK_MS = 5000;

const INTERRUPTED = 'interrupted before its evidence came';

/** Of the reports that nobody waits for yet the latest are kept: theirs may be the orders of somebody else. */
const EARLY_REPORTS = 100;

/**
 * Watches what phones do after their orders: what they answer, by the SIP trace or by mod_sms, and whether they register
 * again. Begins before the first order is written, so that nothing can be missed.
 */
export class Evidence {
  readonly #options: EvidenceOptions;
  readonly #answers = new Answers();
  /** By AOR, and by the request that an order becomes: its method, its event, and the AOR or the address it goes to. */
  readonly #open = new OpenExpectations();
  readonly #recent = new RecentEvents();
  readonly #byId = new Map<number, Expectation>();
  readonly #byEvent = new Map<string, (report: DeliveryReport) => void>();
  /** Reports that came before the reply to their order was read. */
  readonly #early = new Map<string, DeliveryReport>();
  #trace: SipTrace | undefined;
  /** The last look whether the trace still runs. */
  #dark: Promise<readonly string[]> | undefined;
  #events: Connection | undefined;
  #lost: string | undefined;
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
    else if (reports) await this.#follow(new EventFeed(DELIVERY_REPORTS, (report) => this.#report(report)));
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
    if (reports && eventUuid !== null) this.#awaitReport(eventUuid, expectation);
    expectation.check(Date.now());
    const verdict = await expectation.verdict;
    if (eventUuid !== null) this.#byEvent.delete(eventUuid);
    this.#open.remove(expectation);
    if (verdict.outcome !== 'no-answer') return verdict;
    const doubt = await this.#doubt();
    return doubt === '' ? verdict : { ...verdict, reason: `${verdict.reason}; ${doubt}` };
  }

  /** The order was not accepted after all. */
  forget(expectation: Expectation): void {
    this.#open.remove(expectation);
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

  /** Why an answer may have come unseen. */
  async #doubt(): Promise<string> {
    const trace = this.#trace;
    if (!trace || this.#options.signal.aborted) return '';
    if (trace.linesLost) return 'FreeSWITCH dropped log lines, so an answer may have gone unseen';
    if (!this.#dark) {
      this.#dark = trace.dark().catch(() => []);
      setTimeout(() => {
        this.#dark = undefined;
      }, DARK_MS).unref();
    }
    const unseen = new Set([...trace.unproven, ...(await this.#dark)]);
    return unseen.size > 0 ? `nothing of ${[...unseen].join(', ')} can be seen in the trace` : '';
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
  #matching({ method, event = '', to, requestUri }: RequestSent): Expectation | undefined {
    const request = `${method} ${event.replace(/\s/g, '')}`;
    let best: Expectation | undefined;
    let fit = 0;
    for (const address of [to ? formatAor(to) : '', addressOf(requestUri)]) {
      for (const candidate of this.#open.of(`${request} ${address}`)) {
        const fits = candidate.fits(requestUri);
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

  #awaitReport(eventUuid: string, expectation: Expectation): void {
    const take = (report: DeliveryReport): void => expectation.end(verdictOf(report));
    const early = this.#early.get(eventUuid);
    this.#early.delete(eventUuid);
    if (early) take(early);
    else this.#byEvent.set(eventUuid, take);
  }

  #report(report: DeliveryReport): void {
    const take = this.#byEvent.get(report.eventUuid);
    if (take) take(report);
    else this.#early.set(report.eventUuid, report);
    const [oldest] = this.#early.keys();
    if (this.#early.size > EARLY_REPORTS && oldest !== undefined) this.#early.delete(oldest);
  }

  #tick(): void {
    const now = Date.now();
    for (const news of this.#answers.tick(now)) this.#see(news, now);
    for (const expectation of this.#open.all) expectation.check(now);
  }

  #lose(reason: string): void {
    const missed = 'no-answer' as const;
    this.#lost = reason;
    for (const expectation of this.#open.all) expectation.end({ outcome: missed, reason, sipStatus: null });
  }

  #giveUp(reason: string): void {
    for (const expectation of this.#open.all) expectation.end({ outcome: 'accepted', reason, sipStatus: null });
  }
}

/** What mod_sms says; of several devices only what the first said that answered (see DeliveryReport). */
function verdictOf({ statuses, devices }: DeliveryReport): Verdict {
  const status = statuses.at(-1);
  const rest = devices > 1 ? `; mod_sms tells of the first of ${devices} devices only` : '';
  if (status === undefined) return { outcome: 'refused', reason: 'mod_sms could not send it', sipStatus: null };
  if (status === 0) return { outcome: 'no-answer', reason: `no answer within 20 s${rest}`, sipStatus: null };
  if (status >= 300) return { outcome: 'refused', reason: `the phone answered ${status}${rest}`, sipStatus: status };
  return { outcome: 'answered', reason: rest === '' ? null : rest.slice(2), sipStatus: status };
}

/** The phone's own, and of a mailbox those of its devices. */
function aorsOf({ target }: PlannedOrder, devices: readonly Registration[]): readonly string[] {
  return [...new Set([target.aor, ...devices.map(formatAor)])];
}

/** Under what news of an order come. */
function keysOf(order: PlannedOrder, devices: readonly Registration[]): Set<string> {
  const { payload, reach } = order;
  const aors = aorsOf(order, devices);
  const request = requestOf(payload);
  if (request === undefined) return new Set(aors);
  const { addressee } = reach ?? {};
  const uris = addressee?.kind === 'address' ? [addressee.to, addressee.uri] : devices.map(({ contact }) => contact);
  return new Set([...aors, ...[...aors, ...uris.map(addressOf)].map((address) => `${request} ${address}`)]);
}
