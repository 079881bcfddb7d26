import { describe, expect, it } from 'vitest';
import { Answers } from '../../src/freeswitch/answers.js';
import { readTrace, type TracedMessage } from '../../src/freeswitch/sip-trace-reader.js';
import { recording, replay, stream } from '../esl/replay.js';
import { traced } from './traced.js';

interface Try {
  readonly callId?: string;
  readonly cseq?: number;
  readonly branch?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

function common({
  callId = 'one',
  cseq = 1,
  branch = `b${cseq}`,
  method = 'NOTIFY',
  headers = {},
}: Try): Record<string, string> {
  return {
    Via: `SIP/2.0/UDP 192.0.2.1;rport;branch=${branch}`,
    From: '<sip:1000@phones.test>;tag=f',
    To: '<sip:1000@phones.test>',
    'Call-ID': callId,
    CSeq: `${cseq} ${method}`,
    ...headers,
  };
}

function request(what: Try = {}): TracedMessage {
  return traced('send', `${what.method ?? 'NOTIFY'} sip:1000@192.0.2.7:5060 SIP/2.0`, common(what));
}

function response(status: number, what: Try = {}): TracedMessage {
  return traced('recv', `SIP/2.0 ${status} X`, common(what));
}

const CHALLENGE = { headers: { 'WWW-Authenticate': 'Digest realm="x", nonce="y"' } };
const CREDENTIALS = { headers: { Authorization: 'Digest username="1000"' } };

/** What a fresh Answers tells of these, all at time 0. */
function news(...messages: TracedMessage[]): unknown[] {
  const answers = new Answers();
  return messages.flatMap((message) => answers.see(message, 0));
}

describe('the answers in the trace of a real FreeSWITCH', () => {
  it('are one for each request, however often that was sent', () => {
    const { bytes, userauthAt } = stream(recording('16-siptrace'));
    const answers = new Answers();
    const all = replay(bytes, userauthAt).flatMap((message) => {
      const seen = readTrace(message);
      return seen ? answers.see(seen, 0) : [];
    });
    expect(all).toEqual([
      {
        kind: 'sent',
        id: 1,
        method: 'NOTIFY',
        to: { user: '1000', host: 'phones.test' },
        requestUri: 'sip:1000@127.0.0.1:7000',
        peer: '127.0.0.1:7000',
        callId: 'e610bd5f-6180-1240-809f-063253006059',
        event: 'check-sync',
        contentType: 'text/plain',
      },
      { kind: 'answered', id: 1, status: 200, phrase: 'X', userAgent: 'Yealink SIP-T46S 66.85.0.5' },
      expect.objectContaining({ kind: 'sent', id: 2, to: { user: '1005', host: 'phones.test' } }),
      { kind: 'answered', id: 2, status: 489, phrase: 'X', userAgent: 'Yealink SIP-T46S 66.85.0.5' },
      expect.objectContaining({ kind: 'sent', id: 3, to: { user: '1006', host: 'phones.test' } }),
    ]);
    expect(answers.size).toBe(1);
  });
});

describe('an answer', () => {
  it('is final from 200 on, and told once', () => {
    expect(news(request(), response(100), response(180), response(202), response(202), response(486))).toEqual([
      expect.objectContaining({ kind: 'sent' }),
      expect.objectContaining({ kind: 'answered', id: 1, status: 202 }),
    ]);
  });

  it('belongs to the request of its Call-ID, CSeq and branch', () => {
    const strangers = [
      response(200, { callId: 'other' }),
      response(200, { cseq: 2 }),
      response(200, { method: 'MESSAGE' }),
      response(200, { branch: 'other' }),
    ];
    expect(news(request(), ...strangers)).toEqual([expect.objectContaining({ kind: 'sent' })]);
  });

  it('is told apart when several phones get requests with one Call-ID', () => {
    const first = { branch: 'x' };
    const second = { branch: 'y' };
    expect(news(request(first), request(second), response(489, second), response(200, first))).toMatchObject([
      { kind: 'sent', id: 1 },
      { kind: 'sent', id: 2 },
      { kind: 'answered', id: 2, status: 489 },
      { kind: 'answered', id: 1, status: 200 },
    ]);
  });

  it('is expected to each NOTIFY within one subscription', () => {
    expect(
      news(request({ cseq: 5 }), response(200, { cseq: 5 }), request({ cseq: 6 }), response(481, { cseq: 6 })),
    ).toMatchObject([
      { kind: 'sent', id: 1 },
      { kind: 'answered', id: 1, status: 200 },
      { kind: 'sent', id: 2 },
      { kind: 'answered', id: 2, status: 481 },
    ]);
  });

  it('counts only to requests of FreeSWITCH that are orders', () => {
    const received = traced('recv', 'NOTIFY sip:me SIP/2.0', common({}));
    const ours = traced('send', 'SIP/2.0 200 OK', common({}));
    const options = { method: 'OPTIONS' };
    expect(news(received, ours, request(options), response(200, options), response(200))).toEqual([]);
  });

  it('is none without a Call-ID or a CSeq', () => {
    const bare = traced('send', 'NOTIFY sip:1000@192.0.2.7 SIP/2.0', { To: '<sip:1000@phones.test>' });
    expect(news(bare, traced('recv', 'SIP/2.0 200 OK', {}))).toEqual([]);
  });
});

describe('a challenge', () => {
  it.each([
    [401, 'WWW-Authenticate', 'Authorization'],
    [407, 'Proxy-Authenticate', 'Proxy-Authorization'],
  ])('%i is no answer while a second try may come', (status, asks, gives) => {
    const answers = new Answers({ graceMs: 1000 });
    answers.see(request(), 0);
    expect(answers.see(response(status, { headers: { [asks]: 'Digest realm="x"' } }), 10)).toEqual([]);
    expect(answers.tick(1009)).toEqual([]);
    expect(answers.see(request({ cseq: 2, headers: { [gives]: 'Digest' } }), 1009)).toEqual([]);
    expect(answers.tick(5000)).toEqual([]);
    expect(answers.see(response(200, { cseq: 2 }), 5000)).toMatchObject([{ kind: 'answered', id: 1, status: 200 }]);
    expect(answers.size).toBe(0);
  });

  it('is the last word when no second try comes, told once', () => {
    const answers = new Answers({ graceMs: 1000, patienceMs: 5000 });
    answers.see(request(), 0);
    answers.see(response(401, CHALLENGE), 10);
    answers.see(response(401, CHALLENGE), 900);
    expect(answers.tick(1010)).toMatchObject([{ kind: 'answered', id: 1, status: 401 }]);
    expect(answers.tick(1020)).toEqual([]);
    expect(answers.tick(6000)).toEqual([]);
    expect(answers.size).toBe(0);
  });

  it('is the last word at once if it asks for nothing', () => {
    expect(news(request(), response(401))).toMatchObject([{ kind: 'sent' }, { kind: 'answered', status: 401 }]);
  });

  it('of the second try is the last word too', () => {
    const answers = new Answers({ graceMs: 1000 });
    answers.see(request(), 0);
    answers.see(response(401, CHALLENGE), 0);
    answers.see(request({ cseq: 2, ...CREDENTIALS }), 1);
    answers.see(response(401, { cseq: 2, ...CHALLENGE }), 2);
    expect(answers.tick(1002)).toMatchObject([{ kind: 'answered', id: 1, status: 401 }]);
  });

  it('that was answered late still leads to the real answer, for the same request', () => {
    const answers = new Answers({ graceMs: 1000 });
    answers.see(request(), 0);
    answers.see(response(401, CHALLENGE), 0);
    expect(answers.tick(2000)).toMatchObject([{ id: 1, status: 401 }]);
    expect(answers.see(request({ cseq: 2, ...CREDENTIALS }), 2500)).toEqual([]);
    expect(answers.see(response(200, { cseq: 2 }), 2600)).toMatchObject([{ id: 1, status: 200 }]);
  });

  it('is not answered by the next request of the same subscription', () => {
    const answers = new Answers({ graceMs: 1000 });
    answers.see(request(), 0);
    answers.see(response(401, CHALLENGE), 0);
    expect(answers.see(request({ cseq: 2 }), 1)).toMatchObject([{ kind: 'sent', id: 2 }]);
    // Its own challenge ends the earlier one, as FreeSWITCH sends the requests of a dialog one after the other.
    expect(answers.see(response(401, { cseq: 2, ...CHALLENGE }), 2)).toMatchObject([{ id: 1, status: 401 }]);
    answers.see(request({ cseq: 3, ...CREDENTIALS }), 3);
    expect(answers.see(response(200, { cseq: 3 }), 4)).toMatchObject([{ id: 2, status: 200 }]);
    expect(answers.size).toBe(0);
  });

  it('is not what credentials in a later request of the dialog are about', () => {
    const answers = new Answers();
    expect(answers.see(request(CREDENTIALS), 0)).toMatchObject([{ kind: 'sent', id: 1 }]);
    expect(answers.see(response(200), 0)).toMatchObject([{ id: 1, status: 200 }]);
    expect(answers.see(request({ cseq: 2, ...CREDENTIALS }), 0)).toMatchObject([{ kind: 'sent', id: 2 }]);
  });
});

describe('requests that nobody answers', () => {
  it('are given up after a while, and their late answers are no news', () => {
    const answers = new Answers({ patienceMs: 33_000 });
    answers.see(request({ callId: 'a' }), 0);
    answers.see(request({ callId: 'b' }), 1000);
    answers.see(request({ callId: 'a' }), 32_000);
    expect(answers.tick(32_999)).toEqual([]);
    expect(answers.tick(33_000)).toEqual([{ kind: 'unanswered', id: 1 }]);
    expect(answers.tick(34_000)).toEqual([{ kind: 'unanswered', id: 2 }]);
    expect(answers.see(response(200, { callId: 'a' }), 34_000)).toEqual([]);
  });

  it('never fill the memory', () => {
    const answers = new Answers({ limit: 100 });
    const all = Array.from({ length: 1000 }, (_, index) => answers.see(request({ callId: `${index}` }), 0)).flat();
    expect(answers.size).toBe(100);
    expect(all.filter(({ kind }) => kind === 'sent')).toHaveLength(1000);
    expect(all.filter(({ kind }) => kind === 'unanswered').map(({ id }) => id)).toEqual(
      Array.from({ length: 900 }, (_, index) => index + 1),
    );
  });

  it('never fill the memory with challenges either', () => {
    const answers = new Answers({ limit: 100 });
    for (let index = 0; index < 1000; index++) {
      const one = { callId: `${index}` };
      answers.see(request(one), 0);
      answers.see(response(401, { ...one, ...CHALLENGE }), 0);
    }
    expect(answers.size).toBe(100);
    expect(answers.tick(60_000)).toHaveLength(100);
    expect(answers.size).toBe(0);
  });
});
