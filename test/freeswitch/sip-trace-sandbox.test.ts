import { describe, expect, it, onTestFinished } from 'vitest';
import type { Connection, Message } from '../../src/esl/index.js';
import { Answers, type RequestNews } from '../../src/freeswitch/answers.js';
import { DELIVERY_REPORTS, type DeliveryReport } from '../../src/freeswitch/delivery-reports.js';
import { EventFeed } from '../../src/freeswitch/event-feed.js';
import { REGISTER_EVENTS, type RegisterEvent } from '../../src/freeswitch/register-events.js';
import { SipTrace } from '../../src/freeswitch/sip-trace.js';
import { type PhoneOptions, type Sandbox, startSandbox } from '../../src/sandbox/index.js';
import { connectTo, PASSWORD, patient } from '../esl/connected.js';

async function sandboxWith(phones: readonly PhoneOptions[]): Promise<Sandbox> {
  const sandbox = await startSandbox({ password: PASSWORD, phones });
  onTestFinished(() => sandbox.close());
  return sandbox;
}

async function checkSync(connection: Connection, user: string): Promise<void> {
  const headers = [
    ['profile', 'internal'],
    ['event-string', 'check-sync;reboot=true'],
    ['content-type', 'text/plain'],
    ['user', user],
    ['host', 'phones.test'],
  ] as const;
  expect((await connection.send({ line: 'sendevent NOTIFY', headers })).ok).toBe(true);
}

describe('what the sandbox shows', () => {
  it('in its trace are the answers of its phones', async () => {
    const sandbox = await sandboxWith([
      { user: '1000', userAgent: 'Yealink SIP-T46S 66.85.0.5' },
      { user: '1001', answer: 489 },
      { user: '1002', answer: null },
      { user: '1003', challenge: true },
      { user: '1004', networkPort: 7000, userAgent: 'one' },
      { user: '1004', networkPort: 7001, userAgent: 'two' },
    ]);
    const answers = new Answers();
    const news: RequestNews[] = [];
    const trace = await SipTrace.start({
      connect: (onMessage: (message: Message) => void) => connectTo(sandbox, { onMessage }),
      profiles: ['internal'],
      onMessage: (traced) => news.push(...answers.see(traced, 0)),
    });
    expect(sandbox.traced).toEqual(['internal']);
    const orders = await connectTo(sandbox);
    for (const user of ['1000', '1001', '1002', '1003', '1004']) await checkSync(orders, user);
    await expect.poll(() => news.filter(({ kind }) => kind === 'answered').length, patient).toBe(5);
    await trace.stop();
    expect(sandbox.traced).toEqual([]);

    const statuses = new Map<string, unknown[]>();
    for (const one of news) {
      if (one.kind !== 'sent') continue;
      const answer = news.find((other) => other.kind === 'answered' && other.id === one.id);
      const user = one.to?.user ?? '';
      statuses.set(user, [...(statuses.get(user) ?? []), answer?.kind === 'answered' ? answer.status : undefined]);
    }
    expect(Object.fromEntries(statuses)).toEqual({
      1000: [200],
      1001: [489],
      1002: [undefined],
      1003: [200],
      1004: [200, 200],
    });
  });

  it('are phones that come back, and calls that end', async () => {
    const sandbox = await sandboxWith([
      {
        user: '1000',
        userAgent: 'Yealink SIP-T46S 66.85.0.5',
        returnsAfterMs: 10,
        unregistersFirst: true,
        returnsWith: { userAgent: 'Yealink SIP-T46S 66.86.0.1' },
      },
    ]);
    const registers: RegisterEvent[] = [];
    const feed = new EventFeed(REGISTER_EVENTS, (event) => registers.push(event));
    const events = await connectTo(sandbox, { onMessage: feed.onMessage });
    await feed.subscribe(events);
    await checkSync(events, '1000');
    await expect
      .poll(() => registers, patient)
      .toMatchObject([
        { kind: 'unregistered', aor: '1000@phones.test', userAgent: 'Yealink SIP-T46S 66.85.0.5' },
        { kind: 'registered', aor: '1000@phones.test', userAgent: 'Yealink SIP-T46S 66.86.0.1' },
      ]);
    expect(feed.unreadable).toBe(0);
  });

  it('are reports of texts', async () => {
    const sandbox = await sandboxWith([{ user: '1000', answer: 489 }]);
    const reports: DeliveryReport[] = [];
    const feed = new EventFeed(DELIVERY_REPORTS, (report) => reports.push(report));
    const events = await connectTo(sandbox, { onMessage: feed.onMessage });
    await feed.subscribe(events);
    const headers = [
      ['Event-Subclass', 'SMS::SEND_MESSAGE'],
      ['proto', 'sip'],
      ['dest_proto', 'sip'],
      ['from', '1001@phones.test'],
      ['from_full', 'sip:1001@phones.test'],
      ['to', 'internal/1000@phones.test'],
      ['sip_profile', 'internal'],
      ['type', 'text/plain'],
      ['blocking', 'true'],
    ] as const;
    const { text } = await events.send({ line: 'sendevent CUSTOM', headers, body: 'hello' });
    await expect
      .poll(() => reports, patient)
      .toEqual([{ eventUuid: text.slice('+OK '.length), devices: 1, statuses: [489] }]);
  });
});
