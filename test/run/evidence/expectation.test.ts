import { describe, expect, it } from 'vitest';
import type { RequestNews } from '../../../src/freeswitch/answers.js';
import type { RegisterEvent } from '../../../src/freeswitch/register-events.js';
import { Expectation, type ExpectationOptions, type Verdict } from '../../../src/run/evidence/expectation.js';
import { registration } from '../registry-support.js';

const START = 1_800_000_000_000;
const TIMEOUT_MS = 120_000;

const DESK = registration('1000', { callId: 'a', contact: 'sip:1000@192.0.2.7:5060;transport=udp' });
const HOME = registration('1000', { callId: 'b', contact: 'sip:1000@192.0.2.8:5060', networkIp: '192.0.2.8' });

/** One order, as it is watched. Times are milliseconds after it was accepted. */
class Watched {
  readonly #expectation: Expectation;
  verdict: Verdict | undefined;

  constructor(options: Partial<ExpectationOptions>) {
    this.#expectation = new Expectation({
      untilReturned: false,
      seesAnswers: true,
      devices: [DESK],
      askedAt: START,
      ...options,
    });
    void this.#expectation.verdict.then((verdict) => {
      this.verdict = verdict;
    });
  }

  accepted(): this {
    this.#expectation.accepted(START + TIMEOUT_MS, '120s');
    this.#expectation.check(START);
    return this;
  }

  sent(id: number, address = '192.0.2.7:5060'): this {
    const to = { user: '1000', host: 'phones.test' };
    const requestUri = `sip:1000@${address}`;
    const request = { id, method: 'NOTIFY', to, requestUri, peer: address, callId: 'x', event: 'e', contentType: '' };
    return this.#see({ kind: 'sent', ...request });
  }

  answered(id: number, status: number, phrase = ''): this {
    return this.#see({ kind: 'answered', id, status, phrase, userAgent: undefined });
  }

  unanswered(id: number): this {
    return this.#see({ kind: 'unanswered', id });
  }

  registered(fields: Partial<RegisterEvent> = {}, after = 1000): this {
    const event: RegisterEvent = {
      kind: 'registered',
      aor: '1000@phones.test',
      profile: 'internal',
      callId: 'new',
      contact: DESK.contact,
      userAgent: '',
      networkIp: '192.0.2.7',
      networkPort: 5060,
      expiresInSeconds: 3600,
      knownContact: true,
      at: undefined,
      ...fields,
    };
    this.#expectation.register(event, START + after);
    return this;
  }

  after(ms: number): this {
    this.#expectation.check(START + ms);
    return this;
  }

  async is(): Promise<string | undefined> {
    await Promise.resolve();
    const { outcome, reason, sipStatus } = this.verdict ?? {};
    return outcome && [outcome, sipStatus, reason].filter(Boolean).join(' ');
  }

  #see(news: RequestNews): this {
    this.#expectation.see(news, START);
    return this;
  }
}

const answered = (options: Partial<ExpectationOptions> = {}) => new Watched(options);
const returned = (options: Partial<ExpectationOptions> = {}) => new Watched({ untilReturned: true, ...options });

describe('an answer', () => {
  it('is the outcome once the order is accepted, in whichever order the two are seen', async () => {
    const early = answered().sent(1).answered(1, 200, 'OK');
    expect(await early.is()).toBeUndefined();
    expect(await early.accepted().is()).toBe('answered 200');
    expect(await answered().accepted().sent(1).answered(1, 202).is()).toBe('answered 202');
  });

  it('that refuses is the outcome with its status', async () => {
    expect(await answered().accepted().sent(1).answered(1, 489, 'Bad Event').is()).toBe('refused 489 489 Bad Event');
    expect(await answered().accepted().sent(1).answered(1, 401, 'Unauthorized').is()).toMatch(
      /^refused 401 401 Unauthorized; it wants a password: reverse-auth-user/,
    );
  });

  it('that does not come is none', async () => {
    const silent = answered().accepted().sent(1);
    expect(await silent.after(TIMEOUT_MS - 1).is()).toBeUndefined();
    expect(await silent.after(TIMEOUT_MS).is()).toBe('no-answer no answer within 120s');
    expect(await answered().accepted().after(TIMEOUT_MS).is()).toBe(
      'no-answer FreeSWITCH was not seen to send it within 120s',
    );
  });

  it('counts if one of the requests to a subscribed phone is taken, whatever became of the other', async () => {
    const both = () => answered().accepted().sent(1).sent(2);
    expect(await both().answered(1, 481).answered(2, 200).is()).toBe('answered 200');
    expect(await both().answered(2, 200).is()).toBe('answered 200');
    expect(await both().answered(1, 481).is()).toBeUndefined();
    expect(await both().answered(1, 481, 'No').answered(2, 489, 'Bad').is()).toMatch(/^refused 481/);
  });

  it('must come from every device', async () => {
    const two = () =>
      answered({ devices: [DESK, HOME] })
        .accepted()
        .sent(1)
        .sent(2, '192.0.2.8:5060');
    expect(await two().answered(1, 200).is()).toBeUndefined();
    expect(await two().answered(1, 200).answered(2, 200).is()).toBe('answered 200 2 devices');
    expect(await two().answered(1, 200).answered(2, 489, 'Bad Event').is()).toBe(
      'refused 489 489 Bad Event; 1 of its 2 devices: 1000@192.0.2.8:5060',
    );
    expect(await two().answered(1, 200).unanswered(2).after(TIMEOUT_MS).is()).toBe(
      'no-answer no answer within 120s; 1 of its 2 devices: 1000@192.0.2.8:5060',
    );
  });

  it('is enough from all that are seen where nobody knows the devices, after a moment for the last of them', async () => {
    const one = answered({ devices: undefined }).accepted().sent(1).answered(1, 200);
    expect(await one.is()).toBeUndefined();
    expect(await one.sent(2, '192.0.2.8:5060').after(1000).is()).toBeUndefined();
    expect(await one.answered(2, 200).after(1000).is()).toBe('answered 200 2 devices');
  });
});

describe('a return', () => {
  it('is the outcome, with what it rests on and what the phone answered', async () => {
    const back = returned().accepted().sent(1).answered(1, 200).registered();
    expect(await back.is()).toBe('returned 200 new Call-ID');
    expect(await returned({ seesAnswers: false }).accepted().registered().is()).toBe('returned new Call-ID');
  });

  it('that is seen before the reply to the order counts', async () => {
    expect(await returned().registered().accepted().is()).toBe('returned new Call-ID');
  });

  it('is not a refresh, and that is said in the end', async () => {
    const soon = { ...DESK, expiresInSeconds: 120 };
    const refreshed = returned({ devices: [soon] })
      .accepted()
      .sent(1)
      .answered(1, 200)
      .registered({ callId: 'a' });
    expect(await refreshed.is()).toBeUndefined();
    expect(await refreshed.after(TIMEOUT_MS).is()).toBe(
      'no-answer 200 answered 200, but not registered again within 120s; it only refreshed its registration as it was due',
    );
  });

  it('is known by an unregister before it, although nothing else has changed', async () => {
    const soon = { ...DESK, expiresInSeconds: 120 };
    const gone = returned({ devices: [soon] })
      .accepted()
      .registered({ kind: 'unregistered', callId: 'a' });
    expect(await gone.is()).toBeUndefined();
    expect(await gone.registered({ callId: 'a' }).is()).toBe('returned it had unregistered');
  });

  it('does not come from a phone that refused', async () => {
    expect(await returned().accepted().sent(1).answered(1, 489, 'Bad Event').is()).toBe('refused 489 489 Bad Event');
  });

  it('must come from the device that was told, and from each of them', async () => {
    const two = () => returned({ devices: [DESK, HOME] }).accepted();
    const home = { callId: 'newer', contact: HOME.contact, networkIp: HOME.networkIp };
    expect(await two().registered().is()).toBeUndefined();
    expect(await two().registered().registered(home).is()).toBe('returned new Call-ID');
    const half = two().sent(1).answered(1, 200).sent(2, '192.0.2.8:5060').registered();
    expect(await half.after(TIMEOUT_MS).is()).toBe(
      'no-answer no answer, and not registered again within 120s; 1 of its 2 devices: 1000@192.0.2.8:5060',
    );
  });

  it('is said as what it is where nobody knows how things were before', async () => {
    expect(await returned({ devices: undefined, seesAnswers: false }).accepted().registered().is()).toBe(
      'returned it registered; whether that was due anyway is not known',
    );
  });
});
