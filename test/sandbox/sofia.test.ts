import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PhoneOptions, SipRequestRecord } from '../../src/sandbox/index.js';
import { RawClient, startLab } from './lab.js';

const PHONES: PhoneOptions[] = [
  { user: '1000', callId: 'a@lab', networkPort: 7000 },
  { user: '1000', callId: 'b@lab', networkPort: 7100 },
  {
    user: '1001',
    callId: 'c@lab',
    mwiAccount: 'team@boxes.test',
    contact: '"One" <sip:1001@10.1.2.3:5062;transport=tcp;fs_nat=yes;fs_path=sip%3A1001%40192.0.2.7%3A3344>',
  },
  {
    user: '1002',
    networkPort: 7200,
    subscriptions: [
      { event: 'message-summary', callId: 'm1' },
      { event: 'message-summary', callId: 'm2' },
      { event: 'as-feature-event', callId: 'f1', expires: 100 },
      { event: 'as-feature-event', callId: 'f2' },
    ],
  },
  { user: '1003', host: 'elsewhere.test', networkPort: 7300 },
  { user: '1004', profile: 'external', networkPort: 7400 },
];

let lab: Awaited<ReturnType<typeof startLab>>;
let client: RawClient;

beforeEach(async () => {
  lab = await startLab({ phones: PHONES });
  client = new RawClient(lab.port);
  await client.logIn();
});

afterEach(async () => {
  client.socket.destroy();
  await lab.close();
});

/** Sends an event, and gives what the phones got. */
async function fire(name: string, headers: Record<string, string>, body?: string): Promise<SipRequestRecord[]> {
  const lines = Object.entries(headers).map(([header, value]) => `${header}: ${value}\n`);
  const length = body === undefined ? '' : `content-length: ${Buffer.byteLength(body)}\n`;
  const reply = await client.ask(`sendevent ${name}\n${lines.join('')}${length}\n${body ?? ''}`);
  expect(reply).toMatch(/^Content-Type: command\/reply\nReply-Text: \+OK [0-9a-f-]{36}\n\n$/);
  return lab.requests.splice(0);
}

const USER = { profile: 'internal', user: '1000', host: 'phones.test' };
const CHECK_SYNC = { 'event-string': 'check-sync', 'content-type': 'text/plain' };
const NOTIFY = { ...USER, ...CHECK_SYNC };
const URIS = { profile: 'internal', 'to-uri': 'sip:1002@127.0.0.1:7200', 'from-uri': 'sip:1@phones.test' };

describe('NOTIFY to a user', () => {
  it('reaches every registration', async () => {
    const requests = await fire('NOTIFY', NOTIFY);
    expect(requests.map(({ uri }) => uri)).toEqual(['sip:1000@127.0.0.1:7000', 'sip:1000@127.0.0.1:7100']);
  });

  it.each(Object.keys(NOTIFY))('without %s reaches nobody', async (header) => {
    expect(
      await fire('NOTIFY', Object.fromEntries(Object.entries(NOTIFY).filter(([name]) => name !== header))),
    ).toEqual([]);
  });

  it.each([
    ['a name in any case', 'notify', {}, 2],
    ['a prefix of 13 characters', 'SWITCH_EVENT_NOTIFY', {}, 2],
    ['any prefix of 13 characters', 'XXXXXXXXXXXXXnotify', {}, 2],
    ['a shorter prefix', 'EVENT_NOTIFY', {}, 0],
    ['a name with a blank after it', 'NOTIFY ', {}, 0],
    ['the alias of the profile', 'NOTIFY', { profile: 'phones.test' }, 2],
    ['the profile in another case', 'NOTIFY', { profile: 'Internal' }, 0],
    ['another profile', 'NOTIFY', { profile: 'external' }, 0],
    ['the user in another case of header', 'NOTIFY', { USER: '1002' }, 2],
    ['a host in another case', 'NOTIFY', { host: 'Phones.test' }, 0],
    ['a call that is not there', 'NOTIFY', { uuid: 'x' }, 0],
    ['a Call-ID of the user', 'NOTIFY', { 'call-id': 'b@lab' }, 1],
    ['a Call-ID of nobody', 'NOTIFY', { 'call-id': 'x@lab' }, 0],
    ['a parameter', 'NOTIFY', { 'event-string': 'resync;profile=http://10.0.0.1/a_b.xml' }, 2],
    ['a question mark in a parameter', 'NOTIFY', { 'event-string': 'resync;profile=http://10.0.0.1/?mac=1' }, 0],
    ['a quoted parameter', 'NOTIFY', { 'event-string': 'resync;profile="http://10.0.0.1/?mac=1"' }, 2],
    ['a content type without a subtype', 'NOTIFY', { 'content-type': 'text' }, 0],
  ])('with %s', async (_, name, headers, count) => {
    expect(await fire(name, { ...NOTIFY, ...headers })).toHaveLength(count);
  });

  it('does not look at the user where a Call-ID is given', async () => {
    const [request] = await fire('NOTIFY', { ...NOTIFY, user: '9999', 'call-id': 'b@lab' });
    expect(request?.aor).toBe('1000@phones.test');
  });

  it('writes the headers as sofia-sip does', async () => {
    const headers = {
      'event-string': 'a ; b = c;d',
      'content-type': 'text / plain; charset=utf-8',
      'extra-headers': 'X-A: b',
    };
    const [request] = await fire('NOTIFY', { ...NOTIFY, ...headers });
    expect(request?.headers).toMatchObject({ Event: 'a;b=c;d', 'Content-Type': 'text/plain;charset=utf-8' });
    expect(request?.headers).not.toHaveProperty('X-A');
  });

  it('matches message-summary by the mailbox', async () => {
    const summary = { ...NOTIFY, 'event-string': 'message-summary' };
    expect(await fire('NOTIFY', { ...summary, user: '1001' })).toEqual([]);
    const [request] = await fire('NOTIFY', { ...summary, user: 'team', host: 'boxes.test' });
    expect(request?.aor).toBe('1001@phones.test');
    expect(request?.to).toBe('sip:1001@phones.test');
  });

  it('goes through the proxy of a phone behind a NAT', async () => {
    const [request] = await fire('NOTIFY', { ...NOTIFY, user: '1001' });
    expect(request?.uri).toBe('sip:1001@10.1.2.3:5062;transport=tcp');
    expect(request?.headers.Route).toBe('<sip:1001@192.0.2.7:3344>');
    expect(request?.answer).toBe(200);
  });

  it('comes from the profile that was named', async () => {
    const [request] = await fire('NOTIFY', { ...NOTIFY, user: '1004', profile: 'external' });
    expect(request?.headers.Via).toMatch(/^SIP\/2\.0\/UDP 127\.0\.0\.1:5080;rport;branch=z9hG4bK\w{13}$/);
    expect(request?.headers.Contact).toBe('<sip:mod_sofia@127.0.0.1:5080>');
  });

  it('carries a body that is not UTF-8 as it is', async () => {
    const bytes = Buffer.from('sendevent NOTIFY\nprofile: internal\nuser: 1002\nhost: phones.test\n');
    const rest = Buffer.from('event-string: xml\ncontent-type: text/plain\ncontent-length: 3\n\na');
    await client.ask(Buffer.concat([bytes, rest, Buffer.from([0xe9, 0x62])]));
    const [request] = lab.requests;
    expect(request).toMatchObject({ body: 'a\udce9b', headers: { 'Content-Length': '3' } });
  });
});

describe('NOTIFY to a URI', () => {
  it('goes there, with defaults for what is missing', async () => {
    const [request] = await fire('NOTIFY', URIS);
    expect(request).toMatchObject({
      uri: 'sip:1002@127.0.0.1:7200',
      aor: '1002@phones.test',
      from: 'sip:1@phones.test',
      event: 'message-summary',
      contentType: 'application/simple-message-summary',
      answer: 200,
    });
  });

  it('goes there when nobody is registered', async () => {
    const [request] = await fire('NOTIFY', { ...URIS, 'to-uri': 'sip:7@192.0.2.1' });
    expect(request).toMatchObject({ uri: 'sip:7@192.0.2.1', aor: '7@192.0.2.1', answer: null });
  });

  it.each([['to-uri'], ['from-uri'], ['profile']])('without %s goes nowhere', async (header) => {
    expect(await fire('NOTIFY', Object.fromEntries(Object.entries(URIS).filter(([name]) => name !== header)))).toEqual(
      [],
    );
  });

  it('does not use the user as soon as a URI is given', async () => {
    expect(await fire('NOTIFY', { ...NOTIFY, 'to-uri': URIS['to-uri'] })).toEqual([]);
  });

  it('takes an extra header, but not a second one of a kind, and no Call-ID', async () => {
    const state = 'Subscription-State: active;expires=60';
    const [first] = await fire('NOTIFY', { ...URIS, 'extra-headers': state, 'call-id': 'x' });
    expect(first?.headers['Subscription-State']).toBe('terminated;reason=noresource');
    expect(first?.callId).not.toBe('x');
    const [second] = await fire('NOTIFY', { ...URIS, 'extra-headers': 'Reason: a' });
    expect(second?.request).toMatch(/Reason: a\r\nContent-Type/);
  });

  it('goes to the contact in the contact form, past the NAT', async () => {
    const contact = 'sip:1001@10.1.2.3:5062;transport=tcp;fs_path=sip%3A192.0.2.7%3Blr';
    const [request] = await fire('NOTIFY', { ...URIS, 'contact-uri': contact, 'call-id': 'x', 'no-sub-state': 'true' });
    expect(request).toMatchObject({ uri: 'sip:1001@10.1.2.3:5062;transport=tcp', callId: 'x', to: URIS['to-uri'] });
    expect(request?.headers.Route).toBe('<sip:192.0.2.7;lr>');
    expect(request?.headers).not.toHaveProperty('Subscription-State');
  });
});

describe('MESSAGE_WAITING', () => {
  const lamp = { 'MWI-Messages-Waiting': 'yes', 'MWI-Message-Account': '1002@phones.test' };

  it('reaches subscriptions first, then registrations', async () => {
    const requests = await fire('MESSAGE_WAITING', { ...lamp, 'mwi-Voice-Message': '1/2 (3/4)' });
    // A second may have passed.
    const state = (value: string | undefined) => value?.replace('=3599', '=3600');
    expect(requests.map(({ headers }) => state(headers['Subscription-State']))).toEqual([
      'active;expires=3600',
      'active;expires=3600',
      'terminated;reason=noresource',
    ]);
    expect(requests[0]?.headers.Contact).toBe('<sip:1002@127.0.0.1:5060>');
    const account = 'Message-Account: sip:1002@phones.test';
    expect(requests[2]?.body).toBe(`Messages-Waiting: yes\r\n${account}\r\nVoice-Message: 1/2 (3/4)\r\n\r\n`);
  });

  it('is narrowed by Call-IDs', async () => {
    const one = await fire('MESSAGE_WAITING', { ...lamp, 'sub-call-id': 'm2' });
    expect(one.map(({ callId }) => callId)).toEqual(['m2']);
    const other = await fire('MESSAGE_WAITING', { ...lamp, 'call-id': 'a@lab' });
    expect(other.map(({ aor }) => aor)).toEqual(['1000@phones.test']);
  });

  it('finds the profile by name, by the host, or by who is registered', async () => {
    const account = (address: string) => ({ ...lamp, 'MWI-Message-Account': address });
    expect(await fire('MESSAGE_WAITING', { ...account('1004@phones.test'), 'sofia-profile': 'external' })).toHaveLength(
      1,
    );
    expect(await fire('MESSAGE_WAITING', account('1004@phones.test'))).toHaveLength(0);
    expect(await fire('MESSAGE_WAITING', account('sip:1003@elsewhere.test:5060'))).toHaveLength(1);
    expect(await fire('MESSAGE_WAITING', account('team@boxes.test'))).toHaveLength(1);
    expect(await fire('MESSAGE_WAITING', account('1003@nowhere.test'))).toHaveLength(0);
  });
});

describe('SEND_MESSAGE and SEND_INFO', () => {
  it('reach a phone behind a NAT under its private address only', async () => {
    const message = { profile: 'internal', user: '1001', host: 'phones.test', 'content-type': 'text/plain' };
    const [sent] = await fire('SEND_MESSAGE', message, 'hé');
    expect(sent).toMatchObject({ method: 'MESSAGE', uri: 'sip:1001@10.1.2.3:5062;transport=tcp', body: 'hé' });
    expect(sent?.headers).not.toHaveProperty('Route');
    expect(sent?.headers['Content-Length']).toBe('3');
  });

  it('INFO to a local user takes the second registration of several', async () => {
    const info = { profile: 'internal', 'from-uri': 'sip:1@phones.test', 'local-user': '1000@phones.test' };
    const requests = await fire('SEND_INFO', info);
    expect(requests.map(({ method, uri }) => `${method} ${uri}`)).toEqual(['INFO sip:1000@127.0.0.1:7100']);
    expect(requests[0]?.headers).not.toHaveProperty('Content-Type');
  });

  it('INFO carries what is given', async () => {
    const extra = { 'content-disposition': 'session', 'alert-info': '<urn:a>', 'call-info': '<sip:b>;answer-after=0' };
    const [request] = await fire('SEND_INFO', { ...URIS, ...extra });
    expect(request?.headers).toMatchObject({
      'Content-Disposition': 'session',
      'Alert-Info': '<urn:a>',
      'Call-Info': '<sip:b>;answer-after=0',
    });
  });

  it.each([
    ['from-uri', { 'from-uri': '' }],
    ['a destination', { 'to-uri': '' }],
    ['a known local user', { 'local-user': '9999@phones.test' }],
    ['a local user with a host', { 'local-user': '1000' }],
    ['a dialog with that Call-ID', { 'call-id': 'x' }],
    ['a SIP URI', { 'to-uri': '1002' }],
  ])('INFO without %s goes nowhere', async (_, headers) => {
    expect(await fire('SEND_INFO', { ...URIS, ...headers })).toEqual([]);
  });
});

describe('PHONE_FEATURE', () => {
  const feature = { profile: 'internal', user: '1002', host: 'phones.test', 'Feature-Event': 'ForwardingEvent' };

  it('reaches the subscriptions, or the one with the Call-ID', async () => {
    const requests = await fire('PHONE_FEATURE', feature);
    expect(requests.map(({ callId }) => callId)).toEqual(['f1', 'f2']);
    expect(requests[0]?.headers['Subscription-State']).toBe('active, 100');
    expect(await fire('PHONE_FEATURE', { ...feature, 'call-id': 'f2' })).toHaveLength(1);
    expect(await fire('PHONE_FEATURE', { ...feature, user: '1000' })).toHaveLength(0);
  });

  it('takes the first kind of forwarding, with the ring count for no answer only', async () => {
    const busy = { forward_no_answer: '1', forward_busy: '2', forward_busy_enabled: 'true', ringCount: '3' };
    const [first] = await fire('PHONE_FEATURE', { ...feature, ...busy });
    expect(first?.body).toContain(
      '<forwardingType>forwardBusy</forwardingType>\n  <forwardStatus>true</forwardStatus>\n',
    );
    expect(first?.body).not.toContain('ringCount');
    const [second] = await fire('PHONE_FEATURE', { ...feature, forward_no_answer: '1', ringcount: '3' });
    expect(second?.body).toContain('  <forwardTo>1</forwardTo>\n  <ringCount>3</ringCount>\n');
  });

  it('writes what it is given, known or not', async () => {
    const [request] = await fire('PHONE_FEATURE', { ...feature, 'Feature-Event': 'Other', device: 'd' });
    expect(request?.body).toMatch(/\n {2}<device>d<\/device>\n<\/Other>\n$/);
  });
});

describe('the record of a request', () => {
  it('can be written as JSON, and holds the request as sent', async () => {
    const [request] = await fire('NOTIFY', { ...NOTIFY, user: '1002' }, '<x/>');
    expect(JSON.parse(JSON.stringify(request))).toEqual(request);
    expect(Object.keys(request ?? {})).toEqual([
      'time',
      'method',
      'event',
      'aor',
      'profile',
      'uri',
      'from',
      'to',
      'callId',
      'contentType',
      'body',
      'headers',
      'answer',
      'eventUuid',
      'request',
    ]);
    expect(request?.request).toMatch(
      /^NOTIFY sip:1002@127\.0\.0\.1:7200 SIP\/2\.0\r\nVia: [\s\S]*\r\nContent-Length: 4\r\n\r\n<x\/>$/,
    );
  });

  it('names the event that caused it', async () => {
    const reply = await client.ask('sendevent NOTIFY\nprofile: internal\nto-uri: sip:a@b\nfrom-uri: sip:c@d\n\n');
    expect(reply).toContain(`+OK ${lab.requests[0]?.eventUuid}\n`);
  });
});
