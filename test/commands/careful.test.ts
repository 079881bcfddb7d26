import { describe, expect, it } from 'vitest';
import { jsonOf, linesOf, runCli } from '../support/cli.js';
import { csvOf, snoms, userOf, withFolder, withSandbox } from '../support/lab.js';
import { deadPort } from '../support/scripted-server.js';

interface Told {
  readonly code: number | null;
  readonly users: string[];
  readonly stdout: string;
  readonly stderr: string;
}

/** Some of which their User-Agent does not tell the vendor. */
const PHONES = [...snoms(60), ...['1', '2', '3'].map((user) => ({ user }))];

/** Runs phonectl on some files, and says who was told. */
function run(files: Readonly<Record<string, string>>, args: readonly string[], stdin?: 'open'): Promise<Told> {
  return withFolder(files, (cwd) =>
    withSandbox({ phones: PHONES }, async ({ to, events }) => {
      const { code, stdout, stderr } = await runCli([...args, ...to], { cwd, ...(stdin && { stdin }) });
      return { code, stdout, stderr, users: events.map(userOf) };
    }),
  );
}

describe.concurrent('a reboot', () => {
  it.each([
    ['reboot', ['reboot', '1000@phones.test', '--default-vendor', 'snom']],
    ['notify', ['notify', 'reboot_now', '1000@phones.test']],
    ['notify', ['notify', 'check-sync;reboot=true', '1000@phones.test']],
    ['send check-sync-reboot', ['send', 'check-sync-reboot', '1000@phones.test']],
    ['send restart-now', ['send', 'restart-now', '1000@phones.test']],
  ])('by %s %j needs --yes where nobody can be asked', async (verb, args) => {
    const unsure = await run({}, args, 'open');
    expect(unsure).toMatchObject({ code: 2, users: [], stdout: '' });
    expect(linesOf(unsure.stderr)).toEqual([
      `phonectl: ${verb} 1 phone: a reboot needs --yes where nobody can be asked`,
      '  try: --dry-run shows what would be sent',
    ]);
    expect(await run({}, [...args, '-y'])).toMatchObject({ code: 0, users: ['1000'], stderr: '' });
  });

  it('is not asked about in a dry run, for nobody, and where nothing restarts', async () => {
    const dry = ['reboot', '1000@phones.test', '--default-vendor', 'snom', '-n'];
    expect(await run({}, dry)).toMatchObject({ code: 0, users: [] });
    expect(await run({}, ['notify', 'reboot_now', '4444@phones.test'])).toMatchObject({ code: 5, users: [] });
    expect(await run({}, ['notify', 'check-sync;reboot=false', '1000@phones.test'])).toMatchObject({ code: 0 });
  });

  it('by that name needs --yes before a server is asked, whoever is there', async () => {
    const { code, stderr } = await runCli(['reboot', '4444@phones.test', '-P', String(await deadPort())]);
    expect(code).toBe(2);
    expect(stderr).toContain('phonectl: reboot 1 phone: a reboot needs --yes');
  });
});

describe.concurrent('many phones', () => {
  it('are 51, and need --yes', async () => {
    const args = ['mwi', 'on', '-i', 'fleet.csv', '--rate', '0'];
    const [fifty, more, sure, limited] = await Promise.all([
      run({ 'fleet.csv': csvOf(50) }, args),
      run({ 'fleet.csv': csvOf(51) }, args),
      run({ 'fleet.csv': csvOf(51) }, [...args, '--yes']),
      run({ 'fleet.csv': csvOf(51) }, [...args, '--limit', '50']),
    ]);
    expect([fifty.code, more.code, sure.code, limited.code]).toEqual([0, 2, 0, 0]);
    expect([fifty, more, sure, limited].map(({ users }) => users.length)).toEqual([50, 0, 51, 50]);
    expect(more.stderr).toContain('phonectl: mwi on 51 phones: more than 50 phones needs --yes');
  });

  it('are those that something is sent to', async () => {
    const files = { 'fleet.csv': csvOf(40) + csvOf(40).slice(csvOf(0).length) };
    expect(await run(files, ['mwi', 'on', '-i', 'fleet.csv', '--rate', '0'])).toMatchObject({ code: 0 });
  });
});

describe.concurrent('a wrong row', () => {
  const files = {
    'fleet.csv':
      'user,domain,vendor,mac\n1000,phones.test,snom,\nbad user,phones.test,snom,00:15\n1002,phones.test,Cisco,\n',
  };

  it('stops everything, and all that is wrong is told', async () => {
    const { code, users, stdout, stderr } = await run(files, ['resync', '-i', 'fleet.csv']);
    expect({ code, users, stdout }).toEqual({ code: 3, users: [], stdout: '' });
    const lines = linesOf(stderr);
    expect(lines[0]).toBe('phonectl: fleet.csv: 2 rows are wrong; nothing was sent');
    expect(lines[1]).toMatch(/^ {2}fleet\.csv:3: user "bad user": holds a blank/);
    expect(lines[2]).toMatch(/^ {2}fleet\.csv:3: mac "00:15": has 4 hexadecimal digits/);
    expect(lines[3]).toMatch(/^ {2}fleet\.csv:4: 1002@phones\.test: vendor "Cisco" can be cisco-mpp/);
    expect(lines[4]).toMatch(/^ {2}try: .*--skip-invalid/);
    expect(lines).toHaveLength(5);
  });

  it('is left out if the user says so, and reported', async () => {
    const { code, users, stdout } = await run(files, ['resync', '-i', 'fleet.csv', '--skip-invalid', '--json']);
    expect({ code, users }).toEqual({ code: 5, users: ['1000'] });
    const { summary, phones } = jsonOf<{ summary: object; phones: { row: number; reason: string }[] }>({ stdout });
    expect(summary).toEqual({ accepted: 1, invalid: 2 });
    expect(phones.find(({ row }) => row === 3)?.reason).toMatch(/user: holds a blank.*mac: has 4/);
  });

  it('is one of fifty that are told, at most', async () => {
    const rows = Array.from({ length: 300 }, (_, index) => `bad user ${index},phones.test\n`);
    const { code, stderr } = await run({ 'fleet.csv': `user,domain\n${rows.join('')}` }, [
      'mwi',
      'on',
      '-i',
      'fleet.csv',
    ]);
    expect(code).toBe(3);
    expect(linesOf(stderr).filter((line) => line.startsWith('  fleet.csv:'))).toHaveLength(50);
    expect(stderr).toContain('… and 250 more');
  });
});

describe.concurrent('an inventory', () => {
  it('of several servers is refused until it is said where they are', async () => {
    const files = { 'fleet.csv': 'user,domain,server\n1,phones.test,east\n2,phones.test,west\n3,phones.test,east\n' };
    const { code, users, stderr } = await run(files, ['mwi', 'on', '-i', 'fleet.csv']);
    expect({ code, users }).toEqual({ code: 3, users: [] });
    expect(stderr).toContain('phones of several servers: east, west');
    expect(stderr).toContain('try: say where they are: --server east=HOST:PORT, one for each; or choose');
    expect(stderr).toContain('--where server=east');
    const east = ['mwi', 'on', '-i', 'fleet.csv', '--where', 'server=east'];
    const anywhere = await run(files, east);
    expect(anywhere).toMatchObject({ code: 3, users: [] });
    expect(anywhere.stderr).toContain('names the server east, and --host does not say where that is');
    const one = await run(files, [...east, '--host', '127.0.0.1']);
    expect(one).toMatchObject({ code: 0, users: ['1', '3'] });
  });

  it('with a phone twice tells it once, and that is no failure', async () => {
    const files = { 'fleet.csv': 'user,domain,vendor\n1,phones.test,snom\n2,phones.test,snom\n1,phones.test,snom\n' };
    const { code, users, stdout } = await run(files, ['resync', '-i', 'fleet.csv']);
    expect({ code, users }).toEqual({ code: 0, users: ['1', '2'] });
    expect(stdout).toContain('skipped: duplicate: an earlier row is the same phone');
  });

  it('with a phone twice tells it by the row that it can be told by', async () => {
    const files = { 'fleet.csv': 'user,domain,vendor\n1,phones.test,\n1,phones.test,snom\n1,phones.test,snom\n' };
    const { code, users, stdout } = await run(files, ['resync', '-i', 'fleet.csv', '--json']);
    expect({ code, users }).toEqual({ code: 5, users: ['1'] });
    expect(jsonOf({ stdout }).summary).toEqual({ skipped: 2, accepted: 1 });
  });
});

describe.concurrent('the rate', () => {
  it.each([
    [['mwi', 'on'], 26, 50],
    [['resync'], 26, 100],
    [['resync', '--rate', '20'], 6, 20],
    [['resync', '--rate', '4/s', '--concurrency', '100'], 3, 4],
  ])('of %j is kept for %d phones: %d a second', async (args, phones, rate) => {
    const { code, stdout } = await run({ 'fleet.csv': csvOf(phones) }, [...args, '-i', 'fleet.csv', '--json']);
    expect(code).toBe(0);
    // The last order can't go before its turn, however slow the machine is.
    expect(jsonOf<{ ms: number }>({ stdout }).ms).toBeGreaterThanOrEqual(((phones - 1) * 1000) / rate - 3);
  });
});
