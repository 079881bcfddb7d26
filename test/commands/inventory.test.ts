import { describe, expect, it } from 'vitest';
import { jsonOf, linesOf, runCli } from '../support/cli.js';
import { withFolder } from '../support/lab.js';

const GOOD = `\ufeffExtension;Realm;Make;Model;User-Agent;Floor
1000;phones.test;Snom;D785;;1
1001;phones.test;;;Yealink SIP-T46S 66.85.0.5;2
0042;phones.test;Cisco;SPA504G;;2
1003;phones.test;;;;3
1000;phones.test;Snom;;;3
`;

function run(csv: string, args: readonly string[], stdin?: string) {
  return withFolder({ 'phones.csv': csv }, (cwd) => runCli(args, { cwd, ...(stdin !== undefined && { stdin }) }));
}

describe.concurrent('inventory check', () => {
  it('counts what is in a file', async () => {
    const { code, stdout, stderr } = await run(GOOD, ['inventory', 'check', 'phones.csv']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(linesOf(stdout)).toEqual([
      'phones.csv: 5 phones, no problems',
      'columns: user, domain, vendor, model, user_agent, floor',
      'vendors: 2 snom, 1 yealink, 1 cisco-spa, 1 unknown',
      'duplicates: 1, which will be skipped',
    ]);
  });

  it('counts the same as JSON', async () => {
    const result = await run(GOOD, ['inventory', 'check', 'phones.csv', '--json']);
    expect(jsonOf(result)).toMatchObject({
      file: 'phones.csv',
      phones: 5,
      wrong: 0,
      duplicates: 1,
      vendors: { snom: 2, yealink: 1, 'cisco-spa': 1, unknown: 1 },
      problems: [],
    });
  });

  it('takes the default SIP profile for what it is', async () => {
    const csv = 'user,domain,profile\n1,phones.test,\n1,phones.test,internal\n';
    expect((await run(csv, ['inventory', 'check', 'phones.csv'])).stdout).toContain('duplicates: 1');
  });

  it('reads stdin', async () => {
    const result = await run('', ['inventory', 'check', '-'], 'aor\n1@phones.test\n');
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toContain('stdin: 1 phone, no problems');
  });

  it('tells all that is wrong, with the line, the column, the value and what is near', async () => {
    const csv =
      'user,domain,mac\nbad user,phones.test,00:15\n1001,phones.test:5060,\n"x,phones.test,\n1003,phones.test,\n';
    const [plain, json] = await Promise.all([
      run(csv, ['inventory', 'check', 'phones.csv']),
      run(csv, ['inventory', 'check', 'phones.csv', '--json']),
    ]);
    expect([plain.code, json.code, plain.stdout]).toEqual([3, 3, '']);
    const lines = linesOf(plain.stderr);
    expect(lines[0]).toBe('phonectl: phones.csv: 3 rows are wrong; 1 good one');
    expect(lines.slice(1).map((line) => line.slice(0, 16))).toEqual([
      '  phones.csv:2: ',
      '  phones.csv:2: ',
      '  phones.csv:3: ',
      '  phones.csv:4: ',
    ]);
    const { error } = jsonOf<{ error: { details: string[] } }>(json);
    expect(error.details.map((line) => `  ${line}`)).toEqual(lines.slice(1));
  });
});

describe.concurrent('inventory list', () => {
  it('shows which phones are selected', async () => {
    const result = await run(GOOD, ['inventory', 'list', 'phones.csv', '--where', 'floor!=1']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const lines = linesOf(result.stdout);
    expect(lines[0]).toMatch(/^AOR +VENDOR +MODEL +PROFILE +SERVER$/);
    expect(lines.slice(1, 5).map((line) => line.split(/ +/).slice(0, 3).join(' '))).toEqual([
      '1001@phones.test yealink T46S',
      '0042@phones.test cisco-spa SPA504G',
      '1003@phones.test - -',
      '1000@phones.test snom -',
    ]);
    expect(lines.at(-1)).toBe('4 phones');
  });

  it('shows the same as JSON, with the columns as templates call them', async () => {
    const result = await run(GOOD, ['inventory', 'list', '-i', 'phones.csv', '--limit', '2', '--json']);
    expect(jsonOf(result)).toMatchObject({
      phones: [
        { aor: '1000@phones.test', vendor: 'snom', model: 'D785', row: 2, columns: { floor: '1', user: '1000' } },
        { aor: '1001@phones.test', vendor: 'yealink', row: 3 },
      ],
      wrong: 0,
    });
  });

  it('says how many rows are wrong', async () => {
    const csv = 'user,domain\n1,phones.test\nbad user,phones.test\n';
    const [plain, json, none] = await Promise.all([
      run(csv, ['inventory', 'list', 'phones.csv']),
      run(csv, ['inventory', 'list', 'phones.csv', '--json']),
      run(csv, ['inventory', 'list', 'phones.csv', '--json', '--where', 'user=9']),
    ]);
    expect(plain.stdout).toContain('1 phone, and 1 wrong row: inventory check says why');
    expect(jsonOf(json)).toMatchObject({ phones: [{ row: 2 }], wrong: 1 });
    expect(jsonOf(none)).toMatchObject({ phones: [], wrong: 0 });
  });

  it('is one document also if the selection is wrong', async () => {
    const result = await run(GOOD, ['inventory', 'list', 'phones.csv', '--json', '--where', 'colour=red']);
    expect(result.code).toBe(2);
    expect(jsonOf(result).error).toMatchObject({ exitCode: 2, message: expect.stringContaining('"colour"') });
  });

  it('shows nothing that could move the cursor', async () => {
    const csv = 'user,domain,vendor,model\n1,phones.test,snom,\u001b[2Jx\u009b\n';
    const { stdout } = await run(csv, ['inventory', 'list', 'phones.csv']);
    expect(stdout).toContain('\\u001b[2Jx\\u009b');
    expect(stdout).not.toMatch(/[\u001b\u009b]/);
  });
});
