import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import type { PhoneOptions } from '../../src/sandbox/index.js';
import { jsonOf, linesOf, runCli } from '../support/cli.js';
import { csvOf, SNOM, snoms, withFolder, withSandbox } from '../support/lab.js';
import { parseXml } from '../support/xml.js';

const FIELDS = 'aor,server,profile,vendor,event,outcome,reason,sipStatus,eventUuid,row,ms';

/** They are all registered. */
const PHONES: PhoneOptions[] = [
  { user: '1000', userAgent: SNOM },
  { user: '=1+1', userAgent: 'Linksys/SPA942-6.1.5(a)' },
  { user: '1002', userAgent: `Acme <a href="x">&amp;' \u0007 phone, 1` },
  { user: '+4930123', userAgent: '@SUM(A1)' },
  { user: "a&'b" },
];

/** Accepted, skipped for its vendor, a duplicate, and rows that a careless output would trip over. */
const FLEET = `user,domain,vendor,user_agent
1000,phones.test,snom,
=1+1,phones.test,Linksys,
1002,phones.test,,"Acme <a href=""x"">&amp;' \u0007 phone, 1"
1000,phones.test,snom,
+4930123,phones.test,,@SUM(A1)
`;

function resync<T>(args: readonly string[], use: (result: Awaited<ReturnType<typeof runCli>>, port: string) => T) {
  return withFolder({ 'fleet.csv': FLEET }, (cwd) =>
    withSandbox({ phones: PHONES }, async ({ to }) =>
      use(await runCli(['resync', '-i', 'fleet.csv', ...args, ...to], { cwd }), to[1] ?? ''),
    ),
  );
}

describe.concurrent('the output of a run', () => {
  it('is a table and a summary, with notes on stderr', async () => {
    await resync([], ({ code, stdout, stderr }, port) => {
      expect(code).toBe(5);
      const lines = linesOf(stdout);
      expect(lines[0]).toMatch(/^AOR +VENDOR +EVENT +OUTCOME$/);
      expect(lines.filter((line) => line.includes('@phones.test'))).toHaveLength(5);
      expect(stdout).toContain('\\u0007 phone');
      expect(lines.at(-1)).toMatch(/^5 phones: 2 accepted, 3 skipped, in .* m?s through 127\.0\.0\.1:\d+ \(accepted: /);
      expect(lines.at(-1)).toContain(port);
      expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
      expect(linesOf(stderr).every((line) => /^note: cisco-spa: |^ {2}go on: /.test(line))).toBe(true);
    });
  });

  it('is one JSON document', async () => {
    await resync(['--json'], (result) => {
      expect(result.code).toBe(5);
      const { schema, run, summary, ms, phones } = jsonOf<
        { phones: Record<string, unknown>[] } & Record<string, unknown>
      >(result);
      expect({ schema, summary }).toEqual({ schema: 1, summary: { accepted: 2, skipped: 3 } });
      expect(run).toMatchObject({ command: 'resync', dryRun: false });
      expect(ms).toEqual(expect.any(Number));
      expect(phones).toHaveLength(5);
      for (const phone of phones) expect(Object.keys(phone).sort()).toEqual(FIELDS.split(',').sort());
    });
  });

  it('is one JSON object a line', async () => {
    await resync(['-o', 'jsonl'], ({ code, stdout }) => {
      expect(code).toBe(5);
      const phones = linesOf(stdout).map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(phones.map(({ row }) => row).sort()).toEqual([2, 3, 4, 5, 6]);
      expect(phones.find(({ row }) => row === 4)?.reason).toContain('Acme <a href="x">&amp;\' \u0007 phone, 1');
    });
  });

  it('is a CSV that no spreadsheet takes for formulas', async () => {
    await resync(['--output=csv'], ({ code, stdout }) => {
      expect(code).toBe(5);
      const [header, ...rows] = parse(stdout, { relax_column_count: false }) as string[][];
      expect(header?.join()).toBe(FIELDS);
      expect(rows).toHaveLength(5);
      for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
      expect(rows.map(([aor]) => aor)).toEqual(
        expect.arrayContaining(["'=1+1@phones.test", "'+4930123@phones.test", '1000@phones.test']),
      );
    });
  });

  it('is XML for JUnit, whatever the rows hold', async () => {
    await resync(['-o', 'junit'], ({ code, stdout }, port) => {
      expect(code).toBe(5);
      const root = parseXml(stdout);
      const [suite] = root.children;
      expect(root.name).toBe('testsuites');
      expect(suite?.attributes).toMatchObject({ name: 'phonectl resync', hostname: `127.0.0.1:${port}` });
      const cases = suite?.children ?? [];
      expect(cases.map(({ name }) => name)).toEqual(Array.from({ length: 5 }, () => 'testcase'));
      const skipped = cases.filter(({ children }) => children[0]?.name === 'skipped');
      expect(skipped).toHaveLength(3);
      const texts = skipped.map(({ children }) => children[0]?.attributes.message);
      expect(texts.some((text) => text?.includes('Acme <a href="x">&amp;\' \\u0007 phone, 1'))).toBe(true);
      expect(cases.find(({ attributes }) => attributes.name === '=1+1@phones.test')?.children).toEqual([]);
    });
  });

  it('reports failures to JUnit', async () => {
    await withSandbox({ phones: PHONES, faults: { refuse: 'no <"&>' } }, async ({ to }) => {
      const { code, stdout } = await runCli(['mwi', 'on', "a&'b@phones.test", '-o', 'junit', ...to]);
      expect(code).toBe(5);
      const [test] = parseXml(stdout).children[0]?.children ?? [];
      expect(test?.attributes.name).toBe("a&'b@phones.test");
      expect(test?.children[0]).toMatchObject({ name: 'failure', attributes: { message: 'refused: -ERR no <"&>' } });
    });
  });

  it('is nothing at all when it is quiet and all went well', async () => {
    await withFolder({ 'fleet.csv': csvOf(3) + csvOf(1).split('\n')[1] }, (cwd) =>
      withSandbox({ phones: snoms(3) }, async ({ to, events }) => {
        const result = await runCli(['resync', '-i', 'fleet.csv', '-q', ...to], { cwd });
        expect(result).toEqual({ code: 0, signal: null, stdout: '', stderr: '' });
        expect(events).toHaveLength(3);
      }),
    );
  });

  it('is only what fell short, on stderr, when it is quiet', async () => {
    await resync(['--quiet'], ({ code, stdout, stderr }) => {
      expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
      const lines = linesOf(stderr);
      expect(lines).toHaveLength(4);
      expect(lines[0]).toMatch(/^1002@phones\.test: skipped: no known vendor/);
      expect(lines[2]).toMatch(/^phonectl: 2 fell short .*2 accepted, 3 skipped/);
      expect(lines[3]).toMatch(/^ {2}go on: phonectl resync -i fleet\.csv --quiet -P \d+ --failed-from \S+$/);
    });
  });

  it('shows of many phones those that fell short, and all of them when it is verbose', async () => {
    await withFolder({ 'fleet.csv': `${csvOf(60)}x,phones.test,\n` }, (cwd) =>
      withSandbox({ phones: snoms(60) }, async ({ to }) => {
        const args = ['resync', '-i', 'fleet.csv', '--rate', '0', '--yes', ...to];
        const usual = await runCli(args, { cwd });
        const verbose = await runCli([...args, '-v'], { cwd });
        expect([usual.code, verbose.code]).toEqual([5, 5]);
        expect(linesOf(usual.stdout).filter((line) => line.includes('@'))).toHaveLength(1);
        expect(usual.stdout).toContain('61 phones: 60 accepted, 1 skipped');
        expect(linesOf(verbose.stdout).filter((line) => line.includes('@'))).toHaveLength(61);
      }),
    );
  });

  it('shows of many that fell short the first fifty', async () => {
    await withFolder({ 'fleet.csv': csvOf(60) }, async (cwd) => {
      const { code, stdout } = await runCli(['mwi', 'on', '-i', 'fleet.csv', '-y', '-P', '1'], { cwd });
      expect(code).toBe(4);
      expect(linesOf(stdout).filter((line) => line.includes('@'))).toHaveLength(50);
      expect(stdout).toContain('… and 10 more like these; --verbose or --output csv shows all\n');
      expect(stdout).toContain('60 phones: 60 not-sent');
    });
  });

  it('has no colour in a pipe unless it is asked for, and none at all under NO_COLOR', async () => {
    await withSandbox({ phones: PHONES }, async ({ to }) => {
      const args = ['mwi', 'on', '1000@phones.test', ...to];
      const [plain, forced, refused] = await Promise.all([
        runCli(args),
        runCli(args, { env: { FORCE_COLOR: '1' } }),
        runCli(args, { env: { FORCE_COLOR: '1', NO_COLOR: '1' } }),
      ]);
      expect(plain.stdout).not.toContain('\u001b');
      expect(forced.stdout).toContain('\u001b[32maccepted\u001b[39m');
      expect(refused.stdout).not.toContain('\u001b');
    });
  });

  it('has no progress where there is no terminal, however long it takes', async () => {
    await withFolder({ 'fleet.csv': csvOf(8) }, (cwd) =>
      withSandbox({ phones: snoms(8) }, async ({ to }) => {
        const result = await runCli(['mwi', 'on', '-i', 'fleet.csv', '--rate', '8', ...to], {
          cwd,
          env: { TERM: 'xterm', FORCE_COLOR: '1' },
        });
        expect(result).toMatchObject({ code: 0, stderr: '' });
        expect(result.stdout).not.toMatch(/[\r]|\u001b\[K/);
      }),
    );
  });
});
