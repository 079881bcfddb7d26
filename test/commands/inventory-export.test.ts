import { describe, expect, it } from 'vitest';
import type { PhoneOptions } from '../../src/sandbox/index.js';
import { readText } from '../inventory/support.js';
import { jsonOf, linesOf, runCli, startCli } from '../support/cli.js';
import { withSandbox } from '../support/lab.js';
import { AUTH_REQUEST, apiResponse, commandReply, deadPort, scriptedServer } from '../support/scripted-server.js';

const HEADER = 'user,domain,profile,vendor,model,firmware,mac,user_agent,call_id,contact,network_ip';

const PHONES: readonly PhoneOptions[] = [
  { user: '1000', userAgent: 'Yealink SIP-T46S 66.85.0.5 00:15:65:aa:bb:cc', callId: 'one@x', networkIp: '192.0.2.1' },
  { user: '1000', userAgent: 'snomD785/10.1.54.13', contact: '<sip:1000@192.0.2.2:5060>' },
  { user: '2000', userAgent: 'who knows', profile: 'external' },
  { user: '3000', offline: true },
];

/** What phones may say of themselves to do harm in a file, a spreadsheet or a terminal. */
const HOSTILE = [
  "=cmd|' /C calc'!A0",
  "'=already marked",
  '+1',
  '-1',
  '@SUM(1+1)',
  'a "quoted", and; a comma',
  '"',
  '#100',
  "it's",
  'Grändström ☎ \ufffd',
  '\u001b[2Jgone\u009b1m',
  '<b>&amp;</b> &',
  '1000',
];

describe.concurrent('inventory export', () => {
  it('writes the registered devices with what their User-Agents tell', async () => {
    await withSandbox({ phones: PHONES }, async ({ to }) => {
      const { code, stdout, stderr } = await runCli(['inventory', 'export', ...to]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const lines = linesOf(stdout);
      expect(lines[0]).toBe(HEADER);
      expect(lines.length).toBe(4);
      expect(lines.find((line) => line.includes('one@x'))).toMatch(
        /^1000,phones\.test,internal,yealink,T46S,66\.85\.0\.5,001565aabbcc,"Yealink [^"]*",one@x,sip:1000@192\.0\.2\.1:5060\S*,192\.0\.2\.1$/,
      );
      expect(lines.filter((line) => line.startsWith('2000,phones.test,external,,'))).toHaveLength(1);
    });
  });

  it('writes what is read back as the same values, whatever phones say of themselves', async () => {
    const phones = HOSTILE.map((userAgent, index) => ({ user: String(1000 + index), userAgent }));
    await withSandbox({ phones }, async ({ to }) => {
      const { stdout } = await runCli(['inventory', 'export', ...to]);
      const { phones: read, lines } = await readText(stdout);
      expect(lines).toEqual([]);
      const agents = new Map(read.map(({ aor, columns }) => [aor.user, columns.user_agent]));
      expect(phones.map(({ user }) => agents.get(user))).toEqual(HOSTILE);
      // No cell is one that a spreadsheet would compute.
      expect(stdout).not.toMatch(/(?:^|,)"?[=+\-@]/m);
    });
  });

  it('is an inventory that a diff finds nothing in', async () => {
    await withSandbox({ phones: PHONES }, async ({ to }) => {
      const { stdout } = await runCli(['inventory', 'export', ...to]);
      const result = await runCli(['inventory', 'diff', '-', ...to], { stdin: stdout });
      expect(result).toMatchObject({ code: 0, stderr: '' });
      expect(result.stdout).toMatch(/^stdin and \S+ agree: 3 phones, 3 registrations\n$/);
    });
  });

  it('is narrowed like a file', async () => {
    await withSandbox({ phones: PHONES }, async ({ to }) => {
      const export_ = (...more: string[]) => runCli(['inventory', 'export', ...more, ...to]);
      const [vendor, profile, limit] = await Promise.all([
        export_('--where', 'vendor=snom', '--where', 'firmware=10.1*'),
        export_('--sip-profile', 'external'),
        export_('--limit', '2'),
      ]);
      expect(linesOf(vendor.stdout).map((line) => line.split(',')[4])).toEqual(['model', 'D785']);
      expect(linesOf(profile.stdout).map((line) => line.split(',')[0])).toEqual(['user', '2000']);
      expect(linesOf(limit.stdout)).toHaveLength(3);
    });
  });

  it('is a document with --json, in which what is not known is null', async () => {
    await withSandbox({ phones: PHONES }, async ({ to, port }) => {
      const { code, stdout } = await runCli(['inventory', 'export', '--json', ...to]);
      expect(code).toBe(0);
      const document = jsonOf<{ phones: Record<string, string | null>[] }>({ stdout });
      expect(document).toMatchObject({ server: `127.0.0.1:${port}`, unreadable: 0 });
      expect(document.phones).toHaveLength(3);
      expect(document.phones.find(({ user }) => user === '2000')).toMatchObject({
        aor: '2000@phones.test',
        profile: 'external',
        vendor: null,
        mac: null,
        user_agent: 'who knows',
      });
    });
  });

  it('of nobody is a header, and a line that says so', async () => {
    await withSandbox({ phones: [{ user: '1', offline: true }] }, async ({ to, port }) => {
      const [nobody, json] = await Promise.all([
        runCli(['inventory', 'export', ...to]),
        runCli(['inventory', 'export', '--json', ...to]),
      ]);
      const stderr = `note: nobody is registered at 127.0.0.1:${port}\n`;
      expect(nobody).toMatchObject({ code: 0, stdout: `${HEADER}\n`, stderr });
      expect(jsonOf(json)).toMatchObject({ phones: [] });
    });
    await withSandbox({ phones: 3 }, async ({ to }) => {
      const { code, stdout, stderr } = await runCli(['inventory', 'export', '--where', 'user=x', ...to]);
      expect({ code, stdout }).toEqual({ code: 0, stdout: `${HEADER}\n` });
      expect(stderr).toContain('none of 3 registrations is selected');
    });
  });

  it('leaves stdout empty if it can not begin', async () => {
    const port = String(await deadPort());
    expect(await runCli(['inventory', 'export', '-P', port])).toMatchObject({ code: 4, stdout: '' });
    await withSandbox({ phones: 3 }, async ({ to }) => {
      const [profile, column] = await Promise.all([
        runCli(['inventory', 'export', '--sip-profile', 'intrenal', ...to]),
        runCli(['inventory', 'export', '--where', 'colour=red', '--json', ...to]),
      ]);
      expect(profile).toMatchObject({ code: 2, stdout: '' });
      expect(profile.stderr).toContain('near it: internal');
      expect(column.code).toBe(2);
      expect(jsonOf(column)).toMatchObject({ error: { exitCode: 2 } });
    });
  });

  it('ends quietly when its reader goes', async () => {
    await withSandbox({ phones: 20_000 }, async ({ to }) => {
      const cli = await startCli(['inventory', 'export', ...to]);
      await cli.says(/1005/);
      cli.process.stdout.destroy();
      const { code, stderr } = await cli.ended;
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    });
  });

  describe.each([
    ['a server that dies in the middle', 4],
    ['a registration that can not be read', 0],
  ])('with %s', (what, exitCode) => {
    const dies = exitCode === 4;
    const row = (user: string) =>
      `        <registration>\n            <call-id>${user}</call-id>\n            <user>${user}@x.test</user>\n            <contact>&lt;sip:${user}@192.0.2.1&gt;</contact>\n        </registration>\n`;
    const broken = '        <registration>\n            <user>9999@x.test</user>\n        </registration>\n';
    const listed = `<?xml version="1.0" encoding="ISO-8859-1"?>\n<profile>\n    <registrations>\n${row('1000')}${broken}${row('1001')}    </registrations>\n</profile>\n`;
    const profiles =
      '<?xml version="1.0" encoding="ISO-8859-1"?>\n<profiles>\n<profile>\n<name>internal</name>\n<type>profile</type>\n<data>sip:x@192.0.2.1</data>\n<state>RUNNING (0)</state>\n</profile>\n</profiles>\n';
    const serve = () =>
      scriptedServer(async (peer) => {
        peer.socket.write(AUTH_REQUEST);
        for (;;) {
          const { line } = await peer.command();
          if (line.startsWith('auth')) peer.socket.write(commandReply('+OK accepted'));
          else if (line === 'api sofia xmlstatus') peer.socket.write(apiResponse(profiles));
          else if (line === 'exit') peer.socket.end(commandReply('+OK bye'));
          else if (dies) peer.socket.end(apiResponse(listed).slice(0, -20));
          else peer.socket.write(apiResponse(listed));
        }
      });

    it(`says so, and exits ${exitCode}`, async () => {
      const { port } = await serve();
      const [csv, json] = await Promise.all([
        runCli(['inventory', 'export', '-P', String(port)]),
        runCli(['inventory', 'export', '-P', String(port), '--json']),
      ]);
      expect([csv.code, json.code], what).toEqual([exitCode, exitCode]);
      expect(linesOf(csv.stdout).map((line) => line.split(',')[0])).toEqual(['user', '1000', '1001']);
      expect(jsonOf<{ phones: object[] }>(json).phones).toHaveLength(2);
      if (dies) {
        expect(csv.stderr).toContain('the output breaks off after 2 phones');
        expect(jsonOf(json)).toMatchObject({ error: { exitCode: 4 } });
      } else {
        expect(csv.stderr).toBe("warning: 1 registration left out, as it can't be read\n");
        expect(jsonOf(json)).toMatchObject({ unreadable: 1 });
      }
    });
  });
});
