import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { encodeMessage, type Message } from '../../src/esl/index.js';
import { DELIVERY_REPORTS } from '../../src/freeswitch/delivery-reports.js';
import { NotAllowedError, QuestionError } from '../../src/freeswitch/errors.js';
import { EventFeed, type NewsKind } from '../../src/freeswitch/event-feed.js';
import { REGISTER_EVENTS } from '../../src/freeswitch/register-events.js';
import { connectTo } from '../esl/connected.js';
import { recording, replay, stream } from '../esl/replay.js';
import { commandReply, scriptedServer } from '../support/scripted-server.js';
import { messageOf } from './traced.js';

function eventOf(headers: Readonly<Record<string, string>>): Message {
  return messageOf(
    encodeMessage([['Content-Type', 'text/event-json']], JSON.stringify({ 'Event-Name': 'CUSTOM', ...headers })),
  );
}

/** All news of a kind in some messages, and how many of them could not be read. */
function read<T>(kind: NewsKind<T>, messages: readonly Message[]): { readonly news: T[]; readonly unreadable: number } {
  const news: T[] = [];
  const feed = new EventFeed(kind, (one) => news.push(one));
  messages.forEach(feed.onMessage);
  return { news, unreadable: feed.unreadable };
}

function recorded(name: string): Message[] {
  const { bytes, userauthAt } = stream(recording(name));
  return replay(bytes, userauthAt);
}

describe('register events', () => {
  it.each([
    ['plain', '1000', 'Yealink SIP-T46S 66.85.0.5'],
    ['json', '1001', 'Yealink SIP-T46S 66.85.0.5'],
    ['xml', '1002', 'Yealink SIP-T46S 66.85.0.5'],
  ])('of a real FreeSWITCH are read from %s', (format, user, userAgent) => {
    expect(read(REGISTER_EVENTS, recorded(`17-register-event-${format}`))).toEqual({
      news: [
        {
          kind: 'registered',
          aor: `${user}@phones.test`,
          profile: 'internal',
          callId: expect.stringMatching(`^reg-${user}-[0-9a-f]+@lab$`),
          contact: `sip:${user}@127.0.0.1:7000`,
          userAgent,
          networkIp: '127.0.0.1',
          networkPort: 7000,
          expiresInSeconds: 3600,
          knownContact: true,
          at: expect.any(Number),
        },
      ],
      unreadable: 0,
    });
  });

  it('say when, by the server', () => {
    expect(read(REGISTER_EVENTS, recorded('17-register-event-plain')).news[0]?.at).toBe(1_795_397_608_965);
  });

  it('tell of registrations that an administrator removed', () => {
    const { news, unreadable } = read(REGISTER_EVENTS, recorded('20-check-sync-without-argument'));
    expect(unreadable).toBe(0);
    expect(news.length).toBeGreaterThan(4);
    expect(news[0]).toEqual({
      kind: 'expired',
      aor: '1005@phones.test',
      profile: 'internal',
      callId: 'reg-1005-e312d6f446@lab',
      contact: 'sip:1005@127.0.0.1:7000',
      userAgent: 'Yealink SIP-T46S 66.85.0.5',
      networkIp: '127.0.0.1',
      networkPort: 7000,
      expiresInSeconds: undefined,
      knownContact: false,
      at: 1_795_399_482_216,
    });
    expect(news.map(({ userAgent }) => userAgent)).toContain('Cisco/SPA504G-7.6.2f "&<é');
  });

  it('tell of a phone that said goodbye', () => {
    const goodbye = {
      'Event-Subclass': 'sofia::unregister',
      'profile-name': 'internal',
      username: '1040',
      'from-user': '1040',
      'from-host': 'phones.test',
      contact: '"" <sip:1040@192.0.2.7:49727;fs_path=sip%3A192.0.2.9>',
      'call-id': 'reg-1040',
      'user-agent': 'Yealink',
      'network-ip': '192.0.2.7',
      'network-port': '49727',
      expires: '0',
    };
    expect(read(REGISTER_EVENTS, [eventOf(goodbye)]).news).toMatchObject([
      {
        kind: 'unregistered',
        contact: 'sip:1040@192.0.2.7:49727;fs_path=sip%3A192.0.2.9',
        expiresInSeconds: undefined,
      },
    ]);
  });

  it('tell of a socket that closed, which has no contact', () => {
    const closed = {
      'Event-Subclass': 'sofia::unregister',
      'profile-name': 'internal',
      'from-user': '1040',
      'from-host': 'phones.test',
      'call-id': 'reg-1040',
      reason: 'socket-disconnection',
    };
    expect(read(REGISTER_EVENTS, [eventOf(closed)])).toMatchObject({
      news: [
        {
          kind: 'unregistered',
          aor: '1040@phones.test',
          contact: undefined,
          userAgent: undefined,
          networkPort: undefined,
        },
      ],
      unreadable: 0,
    });
  });

  it('with numbers that are none leave them out', () => {
    const odd = {
      'Event-Subclass': 'sofia::register',
      'from-user': '1',
      'from-host': 'h',
      'profile-name': 'p',
      'call-id': 'c',
    };
    const { news } = read(REGISTER_EVENTS, [
      eventOf({ ...odd, expires: '-1', 'network-port': '5060x', 'Event-Date-Timestamp': 'now' }),
    ]);
    expect(news).toMatchObject([{ expiresInSeconds: undefined, networkPort: undefined, at: undefined }]);
  });
});

describe('delivery reports', () => {
  it('of a real FreeSWITCH are read', () => {
    const { news, unreadable } = read(DELIVERY_REPORTS, recorded('18-sms-blocking'));
    expect(unreadable).toBe(0);
    expect(news).toEqual([
      { eventUuid: '15d63650-d59d-4b47-a66a-1f8af862892e', devices: 1, statuses: [200] },
      { eventUuid: '895f40d3-cc1a-454e-957b-110d309dbe78', devices: 1, statuses: [489] },
      { eventUuid: '315ce73b-d679-4b6e-a83e-afc023e02d2a', devices: 1, statuses: [0] },
      { eventUuid: '18ba504f-3be1-4325-9f07-131921cbb256', devices: 1, statuses: [503] },
    ]);
  });

  it.each([
    [[], 0, []],
    [[200, 200, 200], 3, [200]],
    [[0, 489, 489], 3, [0, 489]],
    [[0, 0], 2, [0, 0]],
  ])('with the codes %j tell what is known of %i devices', (codes, devices, statuses) => {
    const lines = ['Event-Subclass: SMS%3A%3ADELIVERY_REPORT', 'Event-Name: CUSTOM', 'Event-UUID: u'];
    for (const code of codes) lines.push(`Delivery-Result-Code: ${code}`);
    const report = messageOf(encodeMessage([['Content-Type', 'text/event-plain']], `${lines.join('\n')}\n\n`));
    expect(read(DELIVERY_REPORTS, [report])).toEqual({ news: [{ eventUuid: 'u', devices, statuses }], unreadable: 0 });
  });
});

describe('a feed', () => {
  it('counts what it can not read, and goes on', () => {
    const good = { 'Event-Subclass': 'SMS::DELIVERY_REPORT', 'Event-UUID': 'u', 'Delivery-Result-Code': '200' };
    const messages = [
      messageOf(encodeMessage([['Content-Type', 'text/event-json']], '{"Event-Name": "CUS')),
      messageOf(encodeMessage([['Content-Type', 'text/event-plain']], Buffer.alloc(50))),
      eventOf({ ...good, 'Delivery-Result-Code': '200 OK' }),
      eventOf({ 'Event-Subclass': 'SMS::DELIVERY_REPORT' }),
      eventOf(good),
    ];
    const { news, unreadable } = read(DELIVERY_REPORTS, messages);
    expect(news).toHaveLength(1);
    expect(unreadable).toBe(4);
  });

  it('passes over other events, and what is none', () => {
    const messages = [
      eventOf({ 'Event-Subclass': 'sofia::pre_register' }),
      eventOf({ 'Event-Name': 'HEARTBEAT' }),
      messageOf(encodeMessage([['Content-Type', 'log/data']], 'a line')),
    ];
    expect(read(REGISTER_EVENTS, messages)).toEqual({ news: [], unreadable: 0 });
  });

  it('asks for its kind in the format that it needs', async () => {
    const lines: string[] = [];
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      for (;;) {
        lines.push((await peer.command()).line);
        peer.write(commandReply('+OK event listener enabled json'));
      }
    });
    const connection = await connectTo(server);
    await new EventFeed(REGISTER_EVENTS, () => {}).subscribe(connection);
    await new EventFeed(DELIVERY_REPORTS, () => {}).subscribe(connection);
    expect(lines).toEqual([
      'event json CUSTOM sofia::register sofia::unregister sofia::expire',
      'event plain CUSTOM SMS::DELIVERY_REPORT',
    ]);
  });

  it('tells a login that may not have the events so', async () => {
    const replies = ['-ERR permission denied', '-ERR no keywords supplied'];
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      for (const reply of replies) {
        await peer.command();
        peer.write(commandReply(reply));
      }
    });
    const connection = await connectTo(server);
    const feed = new EventFeed(REGISTER_EVENTS, () => {});
    const refused: unknown = await feed.subscribe(connection).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(NotAllowedError);
    expect(refused).toMatchObject({ hint: expect.stringContaining('esl-allowed-events') });
    const other: unknown = await feed.subscribe(connection).catch((error: unknown) => error);
    expect(other).toBeInstanceOf(QuestionError);
    expect(other).not.toBeInstanceOf(NotAllowedError);
  });
});
