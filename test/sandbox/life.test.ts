import { afterEach, describe, expect, it } from 'vitest';
import type { PhoneOptions, SandboxOptions } from '../../src/sandbox/index.js';
import { withSecondDevices } from '../../src/sandbox/index.js';
import { RawClient, sleep, startLab } from './lab.js';

let lab: Awaited<ReturnType<typeof startLab>>;
let client: RawClient;

async function start(options: SandboxOptions): Promise<string[]> {
  lab = await startLab({ users: [], ...options });
  client = new RawClient(lab.port);
  await client.logIn();
  const happened: string[] = [];
  lab.bus.on('registered', ({ registration, userAgent, refreshed }) => {
    happened.push(`registered ${registration.contact} ${userAgent}${refreshed ? ' refreshed' : ''}`);
  });
  lab.bus.on('unregistered', ({ registration }) => happened.push(`unregistered ${registration.contact}`));
  lab.bus.on('expired', ({ registration }) => happened.push(`expired ${registration.contact}`));
  return happened;
}

afterEach(async () => {
  client.socket.destroy();
  await lab.close();
});

function restart(user = '1000'): Promise<string> {
  const headers = `profile: internal\nuser: ${user}\nhost: phones.test\nevent-string: check-sync;reboot=true\n`;
  return client.ask(`sendevent NOTIFY\n${headers}content-type: text/plain\n\n`);
}

const PHONE: PhoneOptions = { user: '1000', networkPort: 7000, userAgent: 'A/1', callId: 'id', returnsAfterMs: 10 };
const OLD = '"" <sip:1000@127.0.0.1:7000>';
const NEW = '"" <sip:1000@127.0.0.1:7001>';

describe('a phone that comes back', () => {
  it('with new firmware is listed with the old one: FreeSWITCH only refreshes the row', async () => {
    const happened = await start({ phones: [{ ...PHONE, returnsWith: { userAgent: 'A/2' } }] });
    await restart();
    await expect.poll(() => happened).toEqual([`registered ${OLD} A/2 refreshed`]);
    expect(lab.registrations()).toMatchObject([{ contact: OLD, userAgent: 'A/1' }]);
    expect(lab.registrations()[0]?.callId).not.toBe('id');
  });

  it('with another contact has two registrations, one of which leads nowhere', async () => {
    const happened = await start({ phones: [{ ...PHONE, returnsWith: { contact: NEW, sameCallId: true } }] });
    await restart();
    await expect.poll(() => happened).toEqual([`registered ${NEW} A/1`]);
    expect(lab.registrations()).toMatchObject([
      { contact: OLD, callId: 'id', networkPort: 7000 },
      { contact: NEW, callId: 'id', networkPort: 7001 },
    ]);
    await restart();
    expect(lab.requests.map(({ uri, answer }) => `${uri} ${answer}`)).toEqual([
      'sip:1000@127.0.0.1:7000 200',
      'sip:1000@127.0.0.1:7000 null',
      'sip:1000@127.0.0.1:7001 200',
    ]);
  });

  it('after it signed off is a new registration, with the new firmware', async () => {
    const happened = await start({ phones: [{ ...PHONE, unregistersFirst: true, returnsWith: { userAgent: 'A/2' } }] });
    await restart();
    await expect.poll(() => happened).toEqual([`unregistered ${OLD}`, `registered ${OLD} A/2`]);
    expect(lab.registrations()).toMatchObject([{ userAgent: 'A/2' }]);
  });

  it('never does if it is told so', async () => {
    const happened = await start({
      phones: [{ ...PHONE, returnsAfterMs: null }, { user: '1001' }],
      reregisterAfterMs: 5,
    });
    await restart();
    await restart('1001');
    await expect.poll(() => happened).toHaveLength(1);
    expect(happened[0]).toContain('1001');
  });
});

describe('a phone that lives on', () => {
  it('refreshes at its own pace with the same Call-ID', async () => {
    const happened = await start({ phones: [{ ...PHONE, refreshEveryMs: 5 }] });
    await expect.poll(() => happened.length).toBeGreaterThan(2);
    expect(new Set(happened)).toEqual(new Set([`registered ${OLD} A/1 refreshed`]));
    expect(lab.registrations()).toMatchObject([{ callId: 'id' }]);
  });

  it('expires when it is gone, and is not reached any more', async () => {
    const happened = await start({ phones: [{ ...PHONE, expiresAfterMs: 40 }] });
    await expect.poll(() => happened).toEqual([`expired ${OLD}`]);
    await restart();
    expect([lab.registrations(), lab.requests]).toEqual([[], []]);
  });
});

describe('two devices on one extension', () => {
  it('are found together, reached apart, and told apart in events', async () => {
    const other = { ...PHONE, networkPort: 7001, userAgent: 'B/1', callId: 'other' };
    const happened = await start({ phones: [PHONE, other] });
    expect(await client.ask('api sofia_contact internal/1000@phones.test\n\n', '7001')).toContain(
      ':7000,sofia/internal',
    );
    expect(await client.ask('api sofia_count_reg 1000@phones.test\n\n', '2')).toMatch(/\n2$/);
    const xml = await client.ask('api sofia xmlstatus profile internal user 1000@phones.test\n\n', '</profile>\n');
    expect(xml.match(/<agent>.*<\/agent>/g)).toEqual(['<agent>A/1</agent>', '<agent>B/1</agent>']);
    const headers =
      'profile: internal\nuser: 1000\nhost: phones.test\nevent-string: check-sync\ncontent-type: text/plain\n';
    await client.ask(`sendevent NOTIFY\n${headers}call-id: other\n\n`);
    expect(lab.requests.map(({ uri }) => uri)).toEqual(['sip:1000@127.0.0.1:7001']);
    await expect.poll(() => happened).toEqual([`registered ${NEW} B/1 refreshed`]);
  });

  it('can be a share of a fleet, each of another make', async () => {
    await start({ phones: 40, twoDevices: 0.1 });
    const byUser = new Map<string, string[]>();
    for (const { user, userAgent } of lab.registrations()) byUser.set(user, [...(byUser.get(user) ?? []), userAgent]);
    const pairs = [...byUser.values()].filter(({ length }) => length === 2);
    expect(pairs).toHaveLength(4);
    for (const [first, second] of pairs) expect(first?.slice(0, 4)).not.toBe(second?.slice(0, 4));
    expect(withSecondDevices([], 0.5)).toEqual([]);
  });
});

describe('a call', () => {
  it('is shown, ends by itself or by order, and says whose it was', async () => {
    const phones: PhoneOptions[] = [
      { ...PHONE, inCall: { endsAfterMs: 60 } },
      { user: '1001', networkPort: 7100, inCall: { presenceId: false } },
    ];
    await start({ phones });
    const ended: (string | undefined)[] = [];
    lab.bus.on('hangup', ({ call, cause }) => ended.push(call.presenceId, cause));
    const shown = await client.ask('api show channels as json\n\n', '}]}');
    expect(JSON.parse(shown.slice(shown.indexOf('{')))).toMatchObject({
      row_count: 2,
      rows: [
        { presence_id: '1000@phones.test', name: 'sofia/internal/1000@127.0.0.1:7000', callstate: 'ACTIVE' },
        { presence_id: '', name: 'sofia/internal/1001@127.0.0.1:7100' },
      ],
    });
    await expect.poll(() => ended).toEqual(['1000@phones.test', 'NORMAL_CLEARING']);
    expect(await client.ask('api show calls count\n\n', 'total.\n')).toContain('\n1 total.\n');
    expect(lab.endCall('1001@phones.test')).toBe(1);
    expect(lab.endCall('1001@phones.test')).toBe(0);
    expect(await client.ask('api uuid_kill nosuch\n\n', '!\n')).toContain('-ERR No such channel!');
    expect(await client.ask('api show channels as xml\n\n', '/>\n')).toContain('<result row_count="0"/>');
    expect(() => lab.startCall('nobody@phones.test')).toThrow(RangeError);
  });
});

describe('a text by mod_sms', () => {
  const text = (to: string, more = 'blocking: true\n') =>
    'sendevent CUSTOM\nEvent-Subclass: SMS::SEND_MESSAGE\nproto: sip\ndest_proto: sip\nfrom: 1001@phones.test\n' +
    `from_full: sip:1001@phones.test\nto: internal/${to}\ntype: text/plain\n${more}content-length: 2\n\nhi`;

  async function reportOn(command: string): Promise<Record<string, string>> {
    client.socket.write(command);
    const all = await client.take((taken) => taken.includes('Delivery') && taken.endsWith('true\n\n'));
    const id = /\+OK (\S+)/.exec(all)?.[1];
    expect(all).toContain(`Event-UUID: ${id}\n`);
    return Object.fromEntries(
      [...all.matchAll(/^(Status|Delivery-Result-Code|Delivery-Failure): (.*)$/gm)].map(([, k, v]) => [k, v]),
    );
  }

  it('to several devices is reported by the first answer', async () => {
    const phones = [PHONE, { ...PHONE, networkPort: 7001, callId: 'other', answer: 489 }];
    await start({ phones });
    await client.ask('event plain CUSTOM SMS::DELIVERY_REPORT\n\n');
    expect(await reportOn(text('1000@phones.test'))).toEqual({
      Status: 'Success',
      'Delivery-Result-Code': '200',
      'Delivery-Failure': 'false',
    });
    expect(lab.requests.map(({ method, answer }) => `${method} ${answer}`)).toEqual(['MESSAGE 200', 'MESSAGE 489']);
  });

  it('to nobody fails: without a status in a domain of its own, with 503 in another', async () => {
    await start({ phones: [] });
    await client.ask('event plain CUSTOM SMS::DELIVERY_REPORT\n\n');
    expect(await reportOn(text('1000@phones.test'))).toEqual({ Status: 'Failure', 'Delivery-Failure': 'true' });
    expect(await reportOn(text('1000@elsewhere.test'))).toMatchObject({ 'Delivery-Result-Code': '503' });
  });

  it('waits for one of two threads', async () => {
    await start({ phones: [{ ...PHONE, answer: null }], textTimeoutMs: 60 });
    const begin = Date.now();
    const reports: number[] = [];
    lab.bus.on('report', () => reports.push(Date.now() - begin));
    for (let count = 0; count < 6; count++) await client.ask(text('1000@phones.test'));
    expect(lab.requests.length).toBeLessThanOrEqual(4);
    await expect.poll(() => reports.length).toBe(6);
    expect(reports.at(-1)).toBeGreaterThanOrEqual(3 * 55);
  });

  it('is nothing but an event without mod_sms', async () => {
    await start({ phones: [PHONE], modules: ['mod_sofia'] });
    await client.ask(text('1000@phones.test'));
    await sleep(20);
    expect(lab.requests).toEqual([]);
  });
});

describe('a long list', () => {
  const READ = 'api sofia xmlstatus profile internal reg\n\n';

  it('is written at the pace of its reader, with its length first, and others are served meanwhile', async () => {
    await start({ phones: 3000 });
    client.socket.write(`${READ}api eval behind it\n\n`);
    client.socket.pause();
    const other = new RawClient(lab.port);
    await other.logIn();
    expect(await other.ask('api eval served\n\n', 'served')).toContain('served');
    lab.addPhone({ user: '9999' });
    client.socket.resume();
    const all = await client.take((text) => text.endsWith('behind it'), 10_000);
    const head = /^Content-Type: api\/response\nContent-Length: (\d+)\n\n/.exec(all);
    const body = all.slice(head?.[0].length, (head?.[0].length ?? 0) + Number(head?.[1]));
    expect(body.endsWith('</profile>\n')).toBe(true);
    expect(body.match(/<registration>/g)).toHaveLength(3000);
    other.socket.destroy();
  });

  it('ends with the connection, and with the sandbox', async () => {
    await start({ phones: 20_000 });
    client.socket.pause();
    client.socket.write(READ);
    const other = new RawClient(lab.port);
    await other.logIn();
    other.socket.write(READ);
    other.socket.destroy();
    await sleep(50);
    await lab.close();
    expect(lab.connections).toBe(0);
  });
});
