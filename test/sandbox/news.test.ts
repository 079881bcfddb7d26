import { afterEach, describe, expect, it } from 'vitest';
import { decodeEvent } from '../../src/esl/index.js';
import type { SandboxOptions } from '../../src/sandbox/index.js';
import { eventMessage } from '../../src/sandbox/wire/event-text.js';
import { WireEvent } from '../../src/sandbox/wire/wire-event.js';
import { RawClient, startLab } from './lab.js';

let lab: Awaited<ReturnType<typeof startLab>>;
const clients: RawClient[] = [];

async function start(options: SandboxOptions = {}): Promise<RawClient> {
  lab = await startLab(options);
  return another();
}

async function another(): Promise<RawClient> {
  const client = new RawClient(lab.port);
  clients.push(client);
  await client.logIn();
  return client;
}

afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.destroy();
  await lab.close();
});

const NOTIFY = 'sendevent NOTIFY\nprofile: internal\nuser: 1000\nhost: phones.test\ncontent-type: text/plain\n';

describe('events', () => {
  it('go to those who listen, each in its format, and to nobody else', async () => {
    const plain = await start();
    const json = await another();
    const deaf = await another();
    await plain.ask('event plain CUSTOM sofia::register\n\n');
    await json.ask('event json ALL\n\n');
    await deaf.ask('event plain CUSTOM sofia::expire\n\n');
    lab.addPhone({ user: '1050', userAgent: 'Snom "x"' });
    expect(await plain.take((text) => text.endsWith('public\n\n'))).toContain('user-agent: Snom%20%22x%22\n');
    expect(await json.take((text) => text.endsWith('}'))).toContain('"user-agent":"Snom \\"x\\""');
    expect(await deaf.ask('api eval quiet\n\n', 'quiet')).not.toContain('event');
  });

  it('are filtered, by equal text, by expression, and by what must not be', async () => {
    const client = await start();
    await client.ask('event plain CUSTOM lab::x\n\n');
    const fire = async (value: string) => {
      client.socket.write(`sendevent CUSTOM\nEvent-Subclass: lab::x\nkind: ${value}\n\napi eval end\n\n`);
      return (await client.take((text) => text.endsWith('end'))).includes(`kind: ${value}\n`);
    };
    await client.ask('filter kind /^a/\n\n');
    expect([await fire('abc'), await fire('bcd')]).toEqual([true, false]);
    await client.ask('filter kind -abc\n\n');
    expect([await fire('abc'), await fire('axe')]).toEqual([false, true]);
    await client.ask('filter delete all\n\n');
    await client.ask('filter kind EXACT\n\n');
    expect([await fire('exact'), await fire('abc')]).toEqual([true, false]);
  });

  it('come behind the reply to the command that caused them', async () => {
    const client = await start();
    await client.ask('event plain CUSTOM lab::x\n\n');
    client.socket.write('sendevent CUSTOM\nEvent-Subclass: lab::x\n\n'.repeat(3));
    const text = await client.take((all) => all.split('Event-Sequence').length === 4 && all.endsWith('\n\n'));
    expect([...text.matchAll(/command\/reply|event-plain/g)].map(String)).toEqual(
      Array.from({ length: 3 }, () => ['command/reply', 'event-plain']).flat(),
    );
  });

  it.each(['plain', 'json', 'xml'] as const)('survive their way through %s', (format) => {
    const event = new WireEvent();
    event.add('Event-Name', 'CUSTOM');
    event.add('odd', '100% <é> "q" \\ ☎ a&b');
    event.body = 'line <one> & é\nline two\n';
    const message = Buffer.from(eventMessage(event, format));
    const split = message.indexOf('\n\n');
    const body = message.subarray(split + 2);
    expect(message.toString('latin1', 0, split)).toContain(`Content-Length: ${body.length}`);
    const decoded = decodeEvent({ contentType: `text/event-${format}`, body } as Parameters<typeof decodeEvent>[0]);
    expect(decoded.headers.get('odd')).toBe('100% <é> "q" \\ ☎ a&b');
    expect(decoded.body).toBe(event.body);
  });
});

describe('the SIP trace', () => {
  it('belongs to the profile: it goes on without the connection that began it', async () => {
    const client = await start();
    await client.ask('api sofia profile internal siptrace on\n\n', 'internal');
    client.socket.destroy();
    const next = await another();
    expect(lab.traced).toEqual(['internal']);
    await next.ask('log console\n\n');
    next.socket.write(`${NOTIFY}event-string: check-sync\n\n`);
    expect(await next.take((text) => text.includes('SIP/2.0 200 OK'))).toContain(
      'send 827 bytes to udp/[127.0.0.1]:7000',
    );
    await next.ask('api sofia global siptrace off\n\n', 'off');
    expect(lab.traced).toEqual([]);
    expect(await next.ask(`${NOTIFY}event-string: check-sync\n\n`)).not.toContain('send ');
  });

  it('is for those who have the log on, and who may', async () => {
    const client = await start();
    await client.ask('api sofia global siptrace on\n\n', 'on');
    expect(lab.traced).toEqual(['internal', 'external']);
    expect(await client.ask(`${NOTIFY}event-string: x\n\n`)).not.toContain('log/data');
    const limited = new RawClient(lab.port);
    clients.push(limited);
    await limited.take((text) => text.endsWith('\n\n'));
    await limited.ask('userauth ops@phones.test:secret\n\n');
    expect(await limited.ask('log console\n\n')).toContain('-ERR permission denied');
  });

  it('shows a challenge and its second try: same Call-ID, next CSeq, credentials', async () => {
    const client = await start({ users: [], phones: [{ user: '1000', challenge: true }] });
    await client.ask('log console\n\n');
    await client.ask('api sofia profile internal siptrace on\n\n', 'internal');
    client.socket.write(`${NOTIFY}event-string: x\n\n`);
    const text = await client.take((all) => all.includes('SIP/2.0 200'));
    const cseqs = [...text.matchAll(/^CSeq: (\d+) NOTIFY$/gm)].map(([, number]) => Number(number));
    const [first = 0] = cseqs;
    expect(cseqs).toEqual([first, first, first + 1, first + 1]);
    expect(new Set(text.match(/^Call-ID: .*$/gm)).size).toBe(1);
    const nonce = /^WWW-Authenticate: Digest realm="phones.test", nonce="(.*?)"/m.exec(text)?.[1];
    expect(text).toContain(`Authorization: Digest username="1000", realm="phones.test", nonce="${nonce}"`);
  });

  it('shows FreeSWITCH answering itself, which tells that it runs', async () => {
    const client = await start();
    await client.ask('log console\n\n');
    await client.ask('api sofia profile internal siptrace on\n\n', 'internal');
    const own = 'sip:mod_sofia@127.0.0.1:5060';
    const order = `sendevent NOTIFY\nprofile: internal\nto-uri: ${own}\nfrom-uri: ${own}\n`;
    client.socket.write(`${order}event-string: keep-alive\n\n`);
    const text = await client.take((all) => all.split('SIP/2.0 200').length === 3);
    expect(text.match(/^(?:send|recv) .* udp\/\[127\.0\.0\.1\]:5060/gm)).toHaveLength(4);
    client.socket.write(`${order}event-string: check-sync\n\n`);
    expect(await client.take((all) => all.includes('SIP/2.0 481 Subscription'))).toContain('SIP/2.0 481');
    expect(lab.requests.map(({ answer }) => answer)).toEqual([200, 481]);
  });
});
