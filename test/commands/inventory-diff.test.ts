import { describe, expect, it } from 'vitest';
import type { PhoneOptions } from '../../src/sandbox/index.js';
import { jsonOf, linesOf, runCli } from '../support/cli.js';
import { withFolder, withSandbox } from '../support/lab.js';
import { deadPort } from '../support/scripted-server.js';

const SNOM = 'snomD785/10.1.54.13';
const PHONES: readonly PhoneOptions[] = [
  { user: '1000', userAgent: SNOM },
  { user: '1001', userAgent: SNOM },
  { user: '1002', userAgent: SNOM, profile: 'external' },
  { user: '1003', userAgent: SNOM, offline: true },
  { user: '1009', userAgent: 'Yealink SIP-T46S 66.85.0.5' },
];
const SAME =
  'user,domain,vendor\n1000,phones.test,snom\n1001,phones.test,\n1002,phones.test,\n1009,phones.test,Yealink\n';
const OTHER =
  'user,domain,vendor,profile,floor\n1000,phones.test,yealink,,1\n1001,phones.test,,external,1\n1003,phones.test,,,2\n1002,phones.test,,extrenal,2\n';

function diff(csv: string, args: readonly string[], phones: readonly PhoneOptions[] = PHONES) {
  return withFolder({ 'phones.csv': csv }, (cwd) =>
    withSandbox({ phones }, ({ to }) => runCli(['inventory', 'diff', ...args, ...to], { cwd })),
  );
}

describe.concurrent('inventory diff', () => {
  it('says that both agree, and exits 0', async () => {
    const [plain, quiet] = await Promise.all([diff(SAME, ['phones.csv']), diff(SAME, ['-i', 'phones.csv', '-q'])]);
    expect(plain).toMatchObject({ code: 0, stderr: '' });
    expect(plain.stdout).toMatch(/^phones\.csv and 127\.0\.0\.1:\d+ agree: 4 phones, 4 registrations\n$/);
    expect(quiet).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  it('shows each difference with its reason, and exits 5', async () => {
    const { code, stdout, stderr } = await diff(OTHER, ['phones.csv']);
    expect({ code, stderr }).toEqual({ code: 5, stderr: '' });
    const lines = linesOf(stdout);
    expect(lines.slice(0, -2)).toEqual([
      'unlisted         1002@phones.test on external: not in the file: snom ("snomD785/10.1.54.13")',
      'unlisted         1001@phones.test on internal: not in the file: snom ("snomD785/10.1.54.13")',
      'unlisted         1009@phones.test on internal: not in the file: yealink ("Yealink SIP-T46S 66.85.0.5")',
      'other-vendor     phones.csv:2: 1000@phones.test: the file says yealink, registered is snom ("snomD785/10.1.54.13")',
      'missing          phones.csv:3: 1001@phones.test: not registered on external, but on internal',
      'missing          phones.csv:4: 1003@phones.test: not registered',
      'missing          phones.csv:5: 1002@phones.test: no SIP profile "extrenal"; near it: external',
    ]);
    expect(lines.at(-1)).toMatch(/ differ: 4 phones, 4 registrations, 3 missing, 3 unlisted, 1 other-vendor$/);
  });

  it('is a document with --json', async () => {
    const result = await diff(OTHER, ['phones.csv', '--json']);
    expect(result).toMatchObject({ code: 5, stderr: '' });
    const document = jsonOf<{ differences: { kind: string; aor: string }[] }>(result);
    expect(document).toMatchObject({
      file: 'phones.csv',
      phones: 4,
      registrations: 4,
      same: false,
      summary: { missing: 3, unlisted: 3, 'other-vendor': 1, 'several-devices': 0 },
    });
    expect(document.differences.find(({ kind }) => kind === 'other-vendor')).toMatchObject({
      aor: '1000@phones.test',
      row: 2,
      vendor: 'yealink',
      devices: [{ profile: 'internal', vendor: 'snom', user_agent: SNOM }],
    });
  });

  it('tells cron what differs, on stderr', async () => {
    const { code, stdout, stderr } = await diff(OTHER, ['phones.csv', '--quiet']);
    expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
    const lines = linesOf(stderr);
    expect(lines).toHaveLength(8);
    expect(lines.at(-1)).toMatch(/^phonectl: phones\.csv and \S+ differ: /);
  });

  it('compares the rows that are selected, and looks for the others in the whole file', async () => {
    const result = await diff(OTHER, ['phones.csv', '--json', '--where', 'floor=1', '--limit', '1']);
    const { differences, phones } = jsonOf<{ differences: { kind: string; aor: string }[]; phones: number }>(result);
    expect(phones).toBe(1);
    expect(differences.map(({ kind, aor }) => `${kind} ${aor.slice(0, 4)}`)).toEqual([
      'unlisted 1002',
      'unlisted 1001',
      'unlisted 1009',
      'other-vendor 1000',
    ]);
  });

  it('takes several devices of an extension for no difference', async () => {
    const phones = [
      { user: '1000', userAgent: SNOM },
      { user: '1000', userAgent: 'Zoiper v2.10', contact: '<sip:1000@192.0.2.9:5060>' },
    ];
    const csv = 'user,domain\n1000,phones.test\n';
    const [plain, quiet] = await Promise.all([
      diff(csv, ['phones.csv'], phones),
      diff(csv, ['phones.csv', '-q'], phones),
    ]);
    expect(plain.code).toBe(0);
    expect(linesOf(plain.stdout)[0]).toMatch(/^several-devices {2}phones\.csv:2: 1000@phones\.test: 2 devices: /);
    expect(quiet).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  it('says what is wrong with rows as inventory check does, and asks nobody then', async () => {
    const csv = 'user,domain\n1000,phones.test\nbad user,phones.test\n';
    await withFolder({ 'phones.csv': csv }, async (cwd) => {
      const port = String(await deadPort());
      const [wrong, check] = await Promise.all([
        runCli(['inventory', 'diff', 'phones.csv', '-P', port], { cwd }),
        runCli(['inventory', 'check', 'phones.csv'], { cwd }),
      ]);
      expect(wrong).toMatchObject({ code: 3, stdout: '' });
      expect(linesOf(wrong.stderr).slice(0, 2)).toEqual(linesOf(check.stderr).slice(0, 2));
      expect(wrong.stderr).toContain('--skip-invalid');
    });
    const { code, stdout } = await diff(csv, ['phones.csv', '--skip-invalid'], [{ user: '1000' }]);
    expect(code).toBe(0);
    expect(stdout).toContain('agree: 1 phone, 1 registration');
  });

  it('finds just those of a fleet that are off', async () => {
    const rows = Array.from({ length: 1000 }, (_, index) => ({
      user: String(2000 + index),
      offline: index % 20 === 7,
    }));
    const csv = `user,domain\n${rows.map(({ user }) => `${user},phones.test\n`).join('')}`;
    const result = await diff(csv, ['phones.csv', '--json'], rows);
    const { differences } = jsonOf<{ differences: { kind: string; aor: string }[] }>(result);
    const off = rows.filter(({ offline }) => offline).map(({ user }) => `missing ${user}@phones.test`);
    expect(differences.map(({ kind, aor }) => `${kind} ${aor}`)).toEqual(off);
  });

  it('shows nothing that could move the cursor', async () => {
    const { stdout } = await diff(
      'user,domain\n1,phones.test\n',
      ['phones.csv'],
      [{ user: '2', userAgent: '\u001b[2J\u009b' }],
    );
    expect(stdout).toContain('\\u001b[2J');
    expect(stdout).not.toMatch(/[\u001b\u009b]/);
  });

  it.each([
    ['no file', [], 2, 'no file is named'],
    ['two files', ['phones.csv', '-i', 'other.csv'], 2, 'name one file'],
    ['a file that is not there', ['nothing.csv'], 3, 'there is no such file'],
    ['a SIP profile that is not there', ['phones.csv', '--sip-profile', 'intrenal'], 2, 'near it: internal'],
    ['a column that is not there', ['phones.csv', '--where', 'colour=red'], 2, '"colour"'],
    ['nobody selected', ['phones.csv', '--where', 'user=9'], 3, 'no phone is selected'],
    ['rows of several servers', ['servers.csv'], 3, '--where server=a'],
    ['a server that is not said', ['servers.csv', '--where', 'server=b'], 3, '--host'],
  ] as const)('refuses %s', async (_, args, code, message) => {
    const files = { 'phones.csv': SAME, 'servers.csv': 'user,domain,server\n1,x.test,a\n2,x.test,b\n' };
    await withFolder(files, (cwd) =>
      withSandbox({ phones: PHONES }, async ({ to }) => {
        const result = await runCli(['inventory', 'diff', ...args, ...to], { cwd });
        expect(result).toMatchObject({ code, stdout: '' });
        expect(result.stderr).toContain(message);
      }),
    );
  });

  it('exits 4 without a server', async () => {
    const port = String(await deadPort());
    await withFolder({ 'phones.csv': SAME }, async (cwd) => {
      const result = await runCli(['inventory', 'diff', 'phones.csv', '--json', '-P', port], { cwd });
      expect(result.code).toBe(4);
      expect(jsonOf(result)).toMatchObject({ error: { exitCode: 4 } });
    });
  });
});
