import { describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.js';
import { withFolder, withSandbox } from '../support/lab.js';

const FLEET = `User Agent,Ext,Domain,Vendor
snomD785/10.1.169.16,1000,phones.test,
Yealink SIP-T46S 66.85.0.5,1001,phones.test,
,1002,phones.test,Linksys
,1003,phones.test,Acme
,1004,phones.test,Yeelink
`;

function inFolder(args: readonly string[], csv = FLEET) {
  return withFolder({ 'fleet.csv': csv }, (cwd) => runCli(args, { cwd }));
}

describe.concurrent('a selection by vendor', () => {
  it.each([
    ['vendor=yealink', ['1001']],
    ['vendor=cisco-spa', ['1002']],
    ['vendor=linksys', ['1002']],
    ['model=T46S', ['1001']],
  ])('%s means what phonectl recognises as well as what the cell says', async (where, users) => {
    const { stdout } = await inFolder(['inventory', 'list', 'fleet.csv', '--where', where, '--json']);
    const { phones } = JSON.parse(stdout) as { phones: { aor: string }[] };
    expect(phones.map(({ aor }) => aor.split('@')[0])).toEqual(users);
  });

  it('leaves out a phone of which only the User-Agent tells the vendor', async () => {
    const args = ['reboot', '-i', 'fleet.csv', '--where', 'vendor!=yealink', '-n', '-o', 'jsonl'];
    const { stdout } = await inFolder(args);
    expect(stdout).not.toContain('1001@');
    expect(stdout).toContain('1000@');
  });
});

describe.concurrent('a reboot', () => {
  it.each([
    [['send', 'notify', '1000@phones.test', '--set', 'event=check-sync;reboot=true']],
    [['send', 'notify', '1000@phones.test', '--set', 'event=reboot']],
    [
      [
        'send',
        'service-control',
        '1000@phones.test',
        '--set',
        'action=reset',
        '--set',
        'call_id=x',
        '--set',
        'contact=sip:1@192.0.2.1',
      ],
    ],
    [['notify', 'reboot_now', '1000@phones.test']],
  ])('needs --yes whichever way it comes about: %j', async (args) => {
    await withSandbox({ phones: [{ user: '1000' }] }, async ({ to, events }) => {
      const { code, stderr } = await runCli([...args, ...to]);
      expect({ code, events }).toEqual({ code: 2, events: [] });
      expect(stderr).toContain('a reboot needs --yes');
    });
  });
});

describe.concurrent('what people get wrong', () => {
  it('a pattern is no AOR', async () => {
    for (const pattern of ['*@phones.test', '10*@phones.test']) {
      const { code, stderr } = await runCli(['mwi', 'on', pattern]);
      expect(code).toBe(2);
      expect(stderr).toContain('--where');
    }
    const { stdout } = await runCli(['mwi', 'on', '*98@phones.test', '--dry-run']);
    expect(stdout).toContain('sip:*98@phones.test');
  });

  it('a text that is forgotten', async () => {
    const { code, stderr } = await runCli(['message', '1000@phones.test']);
    expect([code, stderr]).toEqual([
      2,
      "phonectl: no text: it comes first, then the phones\n  try: message 'the text' 1000@phones.test\n",
    ]);
  });

  it('a text without quotes', async () => {
    const { code, stderr } = await runCli(['message', 'hi', 'there', '1000@phones.test']);
    expect(code).toBe(2);
    expect(stderr).toContain('put quotes around the text');
  });

  it('a flag with a typing error', async () => {
    expect((await runCli(['mwi', 'on', '1000@phones.test', '--inventroy', 'x'])).stderr).toContain('try: --inventory');
    expect((await runCli(['mwi', 'on', '1000@phones.test', '--dryrun'])).stderr).toContain('try: --dry-run');
  });

  it('a vendor that nobody knows is named, with what is near', async () => {
    const { code, stdout } = await inFolder(['inventory', 'check', 'fleet.csv']);
    expect(code).toBe(0);
    expect(stdout).toContain('unknown vendor "Acme" in 1 row\n');
    expect(stdout).toMatch(/unknown vendor "Yeelink" in 1 row; near it: yealink/i);
  });

  it('a vendor of several dialects is decided by --default-vendor', async () => {
    const csv = 'user,domain,vendor\n1,phones.test,Cisco\n';
    const { stdout } = await inFolder(['resync', '-i', 'fleet.csv', '-n', '--default-vendor', 'cisco-spa'], csv);
    expect(stdout).toContain('event-string: resync\n');
  });
});

describe('a quiet run through a server that is down', () => {
  it('says it in as many lines as somebody reads', async () => {
    const rows = Array.from({ length: 200 }, (_, index) => `${1000 + index},phones.test`).join('\n');
    const { code, stderr } = await withFolder({ 'fleet.csv': `user,domain\n${rows}\n` }, (cwd) =>
      runCli(['mwi', 'on', '-i', 'fleet.csv', '--yes', '--quiet', '--host', '127.0.0.1', '--port', '1'], { cwd }),
    );
    expect(code).toBe(4);
    expect(stderr.split('\n').length).toBeLessThan(60);
    expect(stderr).toContain('… and 150 more');
  });
});
