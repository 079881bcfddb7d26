import { describe, expect, it } from 'vitest';
import { jsonOf, linesOf, runCli } from '../support/cli.js';

describe.concurrent('vendor list', () => {
  it('has a line for every vendor', async () => {
    const [table, json] = await Promise.all([runCli(['vendor', 'list']), runCli(['vendor', 'list', '--json'])]);
    expect(table).toMatchObject({ code: 0, stderr: '' });
    const { vendors } = jsonOf<{ vendors: { vendor: string }[] }>(json);
    expect(vendors.length).toBeGreaterThan(20);
    expect(linesOf(table.stdout).map((line) => line.split(' ')[0])).toEqual([
      'VENDOR',
      ...vendors.map(({ vendor }) => vendor),
    ]);
    expect(table.stdout).toMatch(/^snom +check-sync-no-reboot \(documented\) +check-sync-reboot \(documented\)/m);
  });
});

describe.concurrent('vendor identify', () => {
  it('says whose phone it is and how it is told', async () => {
    const agent = 'Yealink SIP-T46S 66.85.0.5';
    const [text, json] = await Promise.all([
      runCli(['vendor', 'identify', agent]),
      runCli(['vendor', 'identify', agent, '--json']),
    ]);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).toMatch(/^vendor +yealink \(Yealink\)$/m);
    expect(text.stdout).toMatch(/^model +T46S$/m);
    expect(text.stdout).toMatch(/^resync +check-sync-no-reboot \(documented: /m);
    expect(jsonOf(json)).toMatchObject({ vendor: 'yealink', model: 'T46S', firmware: '66.85.0.5' });
  });

  it('says why something is not possible', async () => {
    const { code, stdout } = await runCli(['vendor', 'identify', 'Zoiper rv2.10.8.2']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^resync +not possible: a softphone/m);
  });

  it('does not guess, and shows nothing that could move the cursor', async () => {
    const agent = 'Acme \u001b[2J\n1.0';
    const [text, json] = await Promise.all([
      runCli(['vendor', 'identify', agent]),
      runCli(['vendor', 'identify', agent, '--json']),
    ]);
    expect([text.code, json.code, text.stdout]).toEqual([5, 5, '']);
    expect(linesOf(text.stderr)).toHaveLength(2);
    expect(text.stderr).toContain('no known vendor has the User-Agent "Acme \\u001b[2J\\n1.0"');
    expect(jsonOf(json).error).toMatchObject({ exitCode: 5 });
  });
});
