import { afterEach, beforeEach, expect, it } from 'vitest';
import { maskReplies, RawClient, recordedPhones, startLab } from './lab.js';

let lab: Awaited<ReturnType<typeof startLab>>;
let client: RawClient;

beforeEach(async () => {
  lab = await startLab({
    phones: [
      ...recordedPhones(3),
      { user: 'Anna', host: 'other.test', networkPort: 7001, callId: 'anna', mwiAccount: 'box@phones.test' },
      {
        user: '1000',
        networkPort: 70001,
        callId: 'second',
        userAgent: 'Cisco-CP8851/12.1.1',
        contact: 'sip:1000@127.0.0.1:70',
      },
    ],
    modules: ['mod_sofia', 'mod_voicemail'],
    mailboxes: { '1000@phones.test': { new: 1, saved: 2, newUrgent: 3, savedUrgent: 4 } },
  });
  client = new RawClient(lab.port);
  await client.logIn();
});

afterEach(async () => {
  client.socket.destroy();
  await lab.close();
});

async function api(command: string): Promise<string> {
  client.socket.write(`api ${command}\n\n`);
  const length = /^Content-Type: api\/response\nContent-Length: (\d+)\n\n/;
  const text = await client.take((all) => {
    const head = length.exec(all);
    return head !== null && Buffer.byteLength(all) >= head[0].length + Number(head[1]);
  });
  return text.replace(length, '');
}

it.each([
  // The bytes of a FreeSWITCH 1.10.12.
  ['console_complete sta', '\n\n[              status]\t\n\nwrite=3:status '],
  ['console_complete zzz', '\n\n\n\n'],
  ['console_complete c=3;sta', '\n\n[              status]\t\n\nwrite=3:status '],
  ['console_complete c=3;status', '\n\n[              status]\t\n\nwrite=3:status '],
  ['console_complete sofia status profile int', '\n\n[            internal]\t\n\nwrite=3:internal '],
  ['console_complete show c', '\n\n[               calls]\t[            channels]\t\n\nwrite=1:c'],
  ['console_complete host', '\n\n[            hostname]\t\n\nwrite=4:hostname '],
  ['console_complete  sofia  glo', '\n\n[              global]\t\n\nwrite=4:global '],
  [
    'console_complete SO',
    '\n\n[               sofia]\t[       sofia_contact]\t[     sofia_count_reg]\t\n\nwrite=2:sofia',
  ],
  [
    'console_complete sofia profile internal ',
    '\n\n[            siptrace]\t[             capture]\t[            watchdog]\t[               start]\t\n[              rescan]\t[             restart]\t[          check_sync]\t\n\n',
  ],
  ['version short', '1.10.12\n'],
  [`eval \${domain} \${nothing}.`, 'phones.test .'],
  ['ECHO   a b  ', 'a b'],
  [' echo a', '-ERR  Command not found!\n'],
  ['module_exists', '-ERR no reply\n'],
  ['module_exists mod_sms', 'false'],
  ['vm_boxcount 1000@phones.test|saved', '2'],
  ['vm_boxcount default/sip:1000@phones.test|all', '1:2:3:4'],
  ['vm_boxcount other/1000@phones.test', '-ERR No such profile\n'],
  ['user_exists id 1050', 'false'],
  ['user_exists number 1050 phones.test', 'false'],
  ['user_data 1050 param REVERSE-AUTH-PASS', 'rev1050'],
  ['user_data 1050@phones.test attr id', '1050'],
  ['user_data Anna@other.test var user_context', 'default'],
  ['show calls as json', '{"row_count": 0}\n'],
  ['show channels', '\n0 total.\n'],
  ['show registrations count', '\n5 total.\n'],
  ['show registrations count as json', '{"row_count":5,"rows":[]}'],
  [
    'sofia_contact internal/1000@phones.test',
    'sofia/internal/sip:1000@127.0.0.1:7000,sofia/internal/sip:1000@127.0.0.1:70',
  ],
  ['sofia_contact */1000@phones.test', 'sofia/internal/sip:1000@127.0.0.1:7000'],
  ['sofia_contact 1001', 'sofia/internal/sip:1001@127.0.0.1:7000'],
  ['sofia_contact */ANNA@other.test', 'sofia/internal/sip:Anna@127.0.0.1:7001'],
  ['sofia_contact external/1000@phones.test', 'error/user_not_registered'],
  ['sofia status gateway x', 'Invalid Gateway!\n'],
  ['sofia xmlstatus nonsense x', 'Invalid Syntax!\n'],
  ['sofia nonsense', 'Unknown Command [nonsense]\n'],
  ['sofia profile nope siptrace on', 'Invalid Profile [nope]'],
  ['sofia profile internal', 'Invalid Args!\n'],
  ['sofia profile internal nonsense', '-ERR Unknown command!\n'],
])('api %s', async (command, answer) => {
  expect(await api(command)).toBe(answer);
});

it.each([
  ['reg', ['1000', '1001', '1002', 'Anna', '1000']],
  ['reg sip:1001@', ['1001']],
  ['reg ANNA', ['Anna']],
  ['reg 100_@127.0.0.1:7000', ['1000', '1001', '1002']],
  ['user 1000@phones.test', ['1000', '1000']],
  ['user other.test', ['Anna']],
  ['user 1002@', ['1002']],
  ['user nobody@phones.test', []],
])('sofia xmlstatus profile internal %s', async (detail, users) => {
  const xml = await api(`sofia xmlstatus profile internal ${detail}`);
  expect([...xml.matchAll(/<user>(.*)@/g)].map((match) => match[1])).toEqual(users);
  const text = await api(`sofia status profile internal ${detail}`);
  expect(text).toContain(`Total items returned: ${users.length}\n`);
});

it('lists mailboxes, and escapes what XML needs escaped', async () => {
  lab.addPhone({ user: 'a&b', userAgent: '"x" <\'y\'>', networkPort: 7009 });
  const xml = await api('sofia xmlstatus profile internal reg 7009');
  expect(xml).toContain('<agent>&quot;x&quot; &lt;&apos;y&apos;&gt;</agent>');
  expect(xml).toContain('<sip-auth-user>a%26b</sip-auth-user>');
  expect(await api('sofia xmlstatus profile internal reg anna@')).toContain(
    '<mwi-account>box@phones.test</mwi-account>',
  );
});

it('knows a profile by its alias', async () => {
  const xml = await api('sofia xmlstatus profile phones.test');
  expect(xml).toContain(
    '<name>phones.test</name>\n    <domain-name>N/A</domain-name>\n    <alias-of>internal</alias-of>\n',
  );
});

it('shows registrations as a list with commas', async () => {
  const [title, first] = (await api('show registrations')).split('\n');
  expect(title).toBe('reg_user,realm,token,url,expires,network_ip,network_port,network_proto,hostname,metadata');
  expect(first).toMatch(
    /^1000,phones\.test,reg-1000-5491305461@lab,sofia\/internal\/sip:1000@127\.0\.0\.1:7000,\d+,127/,
  );
});

it('sends the restart that FreeSWITCH chooses by the User-Agent', async () => {
  expect(await api('sofia profile internal check_sync 1000@phones.test')).toBe(
    '+OK syncing all registrations matching specified call_id\n',
  );
  expect(lab.requests.map(({ event, callId }) => `${event} ${callId}`)).toEqual([
    'check-sync;reboot=true reg-1000-5491305461@lab',
    'service-control second',
  ]);
  expect(lab.requests[1]?.body).toMatch(/^action=restart\nRegisterCallId=\{second\}\nConfigVersionStamp=\{0{16}\}\n/);
});

it('flushes registrations', async () => {
  const gone: string[] = [];
  lab.bus.on('expired', ({ registration }) => gone.push(registration.callId));
  expect(await api('sofia profile internal flush_inbound_reg 1000@phones.test reboot')).toMatch(/^\+OK rebooting all/);
  expect(gone).toEqual(['reg-1000-5491305461@lab', 'second']);
  expect(lab.requests).toHaveLength(2);
  expect(await api('sofia_contact internal/1000@phones.test')).toBe('error/user_not_registered');
  expect(await api('sofia profile internal flush_inbound_reg')).toBe('+OK flushing all registrations\n');
  expect(await api('show registrations as json')).toBe('{"row_count": 0}\n');
});

it('traces', async () => {
  expect(await api('sofia profile phones.test siptrace on')).toBe('Enabled sip debugging on internal');
  expect(await api('sofia profile internal siptrace off')).toBe('Disabled sip debugging on internal');
});

it('hears of what is logged', async () => {
  const lines: string[] = [];
  lab.bus.on('log', ({ level, text }) => lines.push(`${level} ${text}`));
  expect(await api('log')).toBe('-ERR\n');
  await api('log notice a b');
  await api('log nonsense c');
  expect(lines).toEqual(['5 a b', '7 c']);
});

it('counts the time it is up', async () => {
  expect(maskReplies(await api('status'))).toMatch(/^UP <time>\nFreeSWITCH \(Version 1\.10\.12-release git /);
});
