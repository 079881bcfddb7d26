import { describe, expect, it } from 'vitest';
import { jsonOf, linesOf, runCli } from '../support/cli.js';
import { SNOM, withFolder, withSandbox, YEALINK } from '../support/lab.js';

/** Fleet of eight vendors, with values that a careless serialiser would spoil. */
const FLEET = `user,domain,profile,vendor,model,user_agent,call_id,contact,name,new,old
1000,phones.test,,Snom,D785,,,,"Empfang & Küche",1,2
1001,phones.test,external,Yealink,,,,,"Smith, ""Jane""",,
1002,phones.test,,Linksys,,,,,O'Brien <x>,3,
1003,phones.test,,,,PolycomVVX-VVX_411-UA/6.4.3.5156,,,📞,0,0
1004,phones.test,,Grandstream,,,,,日本語,,
1005,phones.test,,Aastra,,,,,{{name}} =1+1,,
1006,phones.test,,cisco-ent,8851,,abc@192.0.2.7,sip:1006@192.0.2.7:5060;transport=tcp,%0A%00 api status,,
1007,phones.test,,Panasonic,,,,,"  spaced  ",,
`;

const FILES = {
  'fleet.csv': FLEET,
  'body.xml': '<x>\n\napi status\n\né</x>\n',
  'crlf.txt': 'one\r\ntwo\r\n',
  'own.hbs': `sendevent NOTIFY
profile: {{profile}}
event-string: xml
user: {{user}}
host: {{host}}
content-type: application/xml

<n>{{xml name}}</n>{{#crlf}}
{{name}}
{{/crlf}}
`,
};

const CASES: readonly (readonly string[])[] = [
  ['resync'],
  ['reboot', '--yes'],
  ['notify', 'xml', '--content-type', 'application/xml', '--body-file', 'body.xml'],
  ['mwi', 'on'],
  ['mwi', 'off', '--old', '4'],
  ['message', 'Grüße\n\nsendevent NOTIFY\n\n😀', '--subject', 'A: b'],
  ['message', '--body-file', 'crlf.txt'],
  ['info', '--body', '{"a": "é"}', '--content-type', 'application/json'],
  ['feature', 'dnd', 'off'],
  ['feature', 'forward', 'always', '+4930123'],
  ['send', 'snom-text', '--set', 'title=A & B', '--set', 'text=<é>'],
  ['send', './own.hbs'],
];

describe.concurrent('what a dry run prints', () => {
  it.each(CASES.map((args) => [args]))('is what is then sent: %j', async (args) => {
    await withFolder(FILES, (cwd) =>
      withSandbox({}, async ({ to, commands, events }) => {
        const line = [...args, '-i', 'fleet.csv', '--rate', '0', ...to];
        const [dry, json] = await Promise.all([
          runCli([...line, '--dry-run'], { cwd }),
          runCli([...line, '-n', '--json'], { cwd }),
        ]);
        expect(commands).toEqual([]);
        expect([dry.code, json.code], dry.stderr).toEqual([0, 0]);
        expect(dry.stderr).toMatch(/dry run, nothing was sent: 8 planned\n$/);
        // The check has questions of its own.
        const sent = await runCli([...line, '--no-check', '-o', 'jsonl'], { cwd });
        expect(sent.code).toBe(0);
        expect(events).toHaveLength(8);
        // One login before, one goodbye after, and between them just these bytes.
        const [login = '', ...others] = commands.map(String);
        expect([login, others.pop()]).toEqual(['auth ClueCon\n\n', 'exit\n\n']);
        expect(others.join('')).toBe(dry.stdout);
        const { phones } = jsonOf<{ phones: { command: string; outcome: string }[] }>(json);
        expect(phones.map(({ command }) => command)).toEqual(others);
        expect(new Set(phones.map(({ outcome }) => outcome))).toEqual(new Set(['planned']));
        expect(linesOf(sent.stdout)).toHaveLength(8);
      }),
    );
  });

  it('is what is then sent to an address that is no phone', async () => {
    await withSandbox({}, async ({ to, events }) => {
      const line = ['info', '--to-uri', 'sip:1@192.0.2.1;x=y', '--from-uri', 'sip:2@192.0.2.2', '--body', 'x', ...to];
      const dry = await runCli([...line, '-n']);
      await runCli(line);
      expect(events).toEqual([dry.stdout]);
    });
  });

  it('says on stderr who is left out and why, and nothing else is on stdout', async () => {
    const csv =
      'user,domain,vendor\n1,phones.test,snom\n2,phones.test,\n1,phones.test,snom\nbad user,phones.test,snom\n';
    await withFolder({ 'fleet.csv': csv }, async (cwd) => {
      const { code, stdout, stderr } = await runCli(['resync', '-i', 'fleet.csv', '-n', '--skip-invalid'], { cwd });
      expect(code).toBe(5);
      expect(stdout.match(/^sendevent/gm)).toHaveLength(1);
      expect(linesOf(stderr)).toEqual([
        expect.stringMatching(/^# 2@phones\.test: skipped: no vendor/),
        '# 1@phones.test (snom): skipped: duplicate: an earlier row is the same phone',
        expect.stringMatching(/^# bad user@phones\.test: invalid: user: holds a blank/),
        'dry run, nothing was sent: 1 planned, 2 skipped, 1 invalid',
      ]);
    });
  });

  it('needs neither a server nor its password', async () => {
    const { code, stdout } = await runCli(['mwi', 'on', '1000@phones.test', '-n', '-P', '1', '--rate', '0.001']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^sendevent MESSAGE_WAITING\n/);
  });

  it('plans the devices of an extension in a file that was exported as a run sends them', async () => {
    const phones = [
      { user: '1007', userAgent: SNOM },
      { user: '1007', userAgent: YEALINK },
      { user: '1008', userAgent: SNOM },
    ];
    await withSandbox({ phones }, async ({ to, events }) => {
      const { stdout: csv } = await runCli(['inventory', 'export', ...to]);
      await withFolder({ 'phones.csv': csv }, async (cwd) => {
        const line = ['resync', '-i', 'phones.csv', '--rate', '0', '--concurrency', '1', ...to];
        const [dry, checked] = await Promise.all([
          runCli([...line, '-n'], { cwd }),
          runCli([...line, '-n', '--check'], { cwd }),
        ]);
        expect([dry.code, dry.stderr]).toEqual([0, expect.stringContaining('nothing was sent: 3 planned\n')]);
        expect(dry.stdout.match(/^call-id: /gm)).toHaveLength(2);
        expect(dry.stdout).toBe(checked.stdout);
        await runCli(line, { cwd });
        expect(events.join('')).toBe(dry.stdout);
      });
    });
  });

  it('says that --check asks the server, where only a registration tells how to say it', async () => {
    await withSandbox({ phones: [{ user: '1000', userAgent: SNOM }] }, async ({ to }) => {
      const line = ['resync', '1000@phones.test', '-n', ...to];
      const { code, stderr } = await runCli(line);
      expect([code, stderr]).toEqual([5, expect.stringMatching(/skipped: no vendor: .*; --check asks the server\n/)]);
      const checked = await runCli([...line, '--check']);
      expect([checked.code, checked.stdout]).toEqual([0, expect.stringContaining('check-sync;reboot=false')]);
      // Who has asked is not told to ask.
      const asked = await runCli(['resync', '1001@phones.test', '-n', '--check', ...to]);
      expect(asked.stderr).not.toContain('--check');
    });
  });
});
