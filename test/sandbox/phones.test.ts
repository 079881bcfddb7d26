import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { applyShares, generateFleet, type SandboxOptions } from '../../src/sandbox/index.js';
import { RawClient, sleep, startLab } from './lab.js';

let lab: Awaited<ReturnType<typeof startLab>>;
let client: RawClient;

async function start(options: SandboxOptions): Promise<void> {
  lab = await startLab(options);
  client = new RawClient(lab.port);
  await client.logIn();
}

afterEach(async () => {
  client.socket.destroy();
  await lab.close();
});

function notify(user: string, event = 'check-sync'): Promise<string> {
  const headers = `profile: internal\nuser: ${user}\nhost: phones.test\nevent-string: ${event}\ncontent-type: text/plain\n`;
  return client.ask(`sendevent NOTIFY\n${headers}\n`);
}

describe('a phone', () => {
  it('answers as it is told', async () => {
    await start({ phones: [{ user: '1000' }, { user: '1001', answer: 489 }, { user: '1002', answer: null }] });
    for (const user of ['1000', '1001', '1002']) await notify(user);
    expect(lab.requests.map(({ answer }) => answer)).toEqual([200, 489, null]);
  });

  it('is in the directory but not registered when it is switched off', async () => {
    await start({ users: [], phones: [{ user: '1000', offline: true }] });
    await notify('1000');
    expect(lab.requests).toEqual([]);
    expect(await client.ask('api user_exists id 1000 phones.test\n\n', 'true')).toContain('\n\ntrue');
    expect(lab.registrations()).toEqual([]);
    expect(lab.phones()).toHaveLength(1);
  });

  it('that challenges gets the request again, with the credentials of the directory', async () => {
    await start({ users: [], phones: [{ user: '1000', challenge: true }] });
    await notify('1000');
    const [first, second] = lab.requests;
    expect(lab.requests.map(({ answer }) => answer)).toEqual([401, 200]);
    expect(second?.callId).toBe(first?.callId);
    expect(Number.parseInt(second?.headers.CSeq ?? '', 10)).toBe(Number.parseInt(first?.headers.CSeq ?? '', 10) + 1);
    expect(second?.headers.Via).not.toBe(first?.headers.Via);
    const [, user, realm, nonce, uri, response] =
      /^Digest username="(.*?)", realm="(.*?)", nonce="(.*?)", algorithm=MD5, uri="(.*?)", response="(.*?)"$/.exec(
        second?.headers.Authorization ?? '',
      ) ?? [];
    const md5 = (text: string) => createHash('md5').update(text).digest('hex');
    expect(response).toBe(md5(`${md5(`${user}:${realm}:rev1000`)}:${nonce}:${md5(`NOTIFY:${uri}`)}`));
  });

  it('that challenges is lost without credentials in the directory, or with wrong ones', async () => {
    const wrong = { 'reverse-auth-user': '1001', 'reverse-auth-pass': 'wrong' };
    await start({
      users: [{ id: '1000' }, { id: '1001', params: wrong }],
      phones: [
        { user: '1000', challenge: true },
        { user: '1001', challenge: true },
      ],
    });
    await notify('1000');
    await notify('1001');
    expect(lab.requests.map(({ aor, answer }) => `${aor} ${answer}`)).toEqual([
      '1000@phones.test 401',
      '1001@phones.test 401',
      '1001@phones.test 401',
    ]);
  });

  it('that challenges a NOTIFY to its address is lost: nobody has credentials for an address', async () => {
    await start({ phones: [{ user: '1000', challenge: true, networkPort: 7000 }] });
    const uris = 'to-uri: sip:1000@127.0.0.1:7000\nfrom-uri: sip:1000@phones.test\n';
    await client.ask(`sendevent NOTIFY\nprofile: internal\n${uris}\n`);
    expect(lab.requests.map(({ answer }) => answer)).toEqual([401]);
  });
});

describe('a phone that is told to restart', () => {
  it('registers again under another Call-ID', async () => {
    await start({ phones: [{ user: '1000', callId: 'before' }], reregisterAfterMs: 30 });
    const seen: string[] = [];
    lab.bus.on('registered', ({ registration }) => seen.push(registration.callId));
    await notify('1000', 'check-sync;reboot=true');
    expect(lab.registrations()[0]?.callId).toBe('before');
    await sleep(80);
    expect(seen).toHaveLength(1);
    expect(lab.registrations().map(({ callId }) => callId)).toEqual(seen);
    expect(seen[0]).toMatch(/^reg-1000-[0-9a-f]{10}$/);
    const byNewId = `call-id: ${seen[0]}\nevent-string: x\ncontent-type: text/plain\nprofile: internal\n`;
    await client.ask(`sendevent NOTIFY\nuser: 1000\nhost: phones.test\n${byNewId}\n`);
    expect(lab.requests).toHaveLength(2);
  });

  it('does not if it refused, or was told something else, or was told twice', async () => {
    await start({ phones: [{ user: '1000' }, { user: '1001', answer: 489 }], reregisterAfterMs: 20 });
    let count = 0;
    lab.bus.on('registered', () => count++);
    await notify('1000', 'talk');
    await notify('1001');
    await sleep(60);
    expect(count).toBe(0);
    await notify('1000', 'resync');
    await notify('1000', 'reboot');
    await sleep(60);
    expect(count).toBe(1);
  });
});

describe('a fleet', () => {
  it('is of many makes, each phone at its own address, and the same each time', async () => {
    const fleet = generateFleet(70_000, 'example.com');
    expect(new Set(fleet.map(({ networkIp }) => networkIp)).size).toBe(70_000);
    expect(new Set(fleet.slice(0, 16).map(({ userAgent }) => userAgent)).size).toBe(16);
    expect(fleet[0]).toEqual({
      user: '1000',
      host: 'example.com',
      userAgent: 'snomD785/10.1.169.16',
      networkIp: '10.20.0.1',
      networkPort: 5060,
      subscriptions: [{ event: 'message-summary' }],
    });
    expect(generateFleet(50, 'example.com')).toEqual(fleet.slice(0, 50));
    await start({ phones: 20, domain: 'example.com' });
    expect(lab.registrations().map(({ user, host }) => `${user}@${host}`)).toContain('1019@example.com');
  });

  it('has shares that are spread evenly, and depend on the seed only', async () => {
    const shares = { offline: 0.05, rejecting: 0.03, silent: 0.02 };
    const fleet = applyShares(generateFleet(1000, 'x'), shares, 4);
    const offline = fleet.flatMap((phone, index) => (phone.offline ? [index] : []));
    expect(offline).toHaveLength(50);
    const gaps = offline.slice(1).map((index, order) => index - (offline[order] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(30);
    expect(fleet.filter(({ answer }) => answer === null)).toHaveLength(20);
    expect([489, 481, 401].map((status) => fleet.filter(({ answer }) => answer === status).length)).toEqual([
      10, 10, 10,
    ]);
    expect(applyShares(generateFleet(1000, 'x'), shares, 4)).toEqual(fleet);
    expect(applyShares(generateFleet(1000, 'x'), shares, 5)).not.toEqual(fleet);
    await start({ phones: 100, offline: 0.1, rejecting: 0.5, silent: 0.4 });
    expect(lab.registrations()).toHaveLength(90);
    expect(lab.phones().filter(({ answer }) => answer === 200)).toEqual([]);
  });
});

it('a phone can be added later', async () => {
  await start({ phones: [] });
  lab.addPhone({ user: '1000' });
  await notify('1000');
  expect(lab.requests).toHaveLength(1);
});

describe('a phone with a SIP profile that is not of the stock', () => {
  it('gets that profile', async () => {
    await start({ phones: [{ user: '1000', profile: 'branch' }, { user: '1001' }] });
    expect(lab.registrations().map(({ profile, url }) => `${profile} ${url}`)).toEqual([
      'internal sip:1001@10.20.0.2:5060',
      'branch sip:1000@10.20.0.1:5060',
    ]);
    expect(await client.ask('api sofia status\n\n', 'alias\n')).toContain('sip:mod_sofia@127.0.0.1:5082\tRUNNING (0)');
  });

  it('is an error if the profiles are given', async () => {
    await start({ phones: [] });
    const options = { phones: [{ user: '1', profile: 'nope' }], profiles: [{ name: 'internal' }] };
    await expect(startLab(options)).rejects.toThrow('No SIP profile "nope" for 1@phones.test');
  });
});
