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

describe.concurrent('vendor show', () => {
  it('says how its phones are told, and what must be set on them', async () => {
    const [text, json] = await Promise.all([
      runCli(['vendor', 'show', 'YEALINK']),
      runCli(['vendor', 'show', 'yealink', '--json']),
    ]);
    expect(text).toMatchObject({ code: 0, stderr: '' });
    expect(text.stdout).toMatch(/^resync +check-sync-no-reboot \(documented: /m);
    expect(text.stdout).toMatch(/^lamp +message-summary-active \(documented: /m);
    expect(text.stdout).toMatch(
      /^On the phone, for resync:\n {2}sip\.notify_reboot_enable = 0\n {6}1, as shipped, reboots/m,
    );
    expect(text.stdout).toContain('account.X.sip_trust_ctrl "Accept SIP Trust Server Only"');
    expect(text.stdout).toMatch(/^User-Agents:\n {2}Yealink SIP-T46U 108\.86\.0\.20$/m);
    expect(Math.max(...linesOf(text.stdout).map((line) => line.length))).toBeLessThanOrEqual(80);
    const { settings } = jsonOf<{ settings: object[] }>(json);
    expect(settings).toContainEqual(
      expect.objectContaining({
        decides: 'resync',
        file: 'sip.notify_reboot_enable',
        value: '0',
        certainty: 'documented',
      }),
    );
  });

  it('says which models want something else, and whose password the phone asks for', async () => {
    const [cisco, spa] = await Promise.all([
      runCli(['vendor', 'show', 'cisco-ent']),
      runCli(['vendor', 'show', 'Linksys']),
    ]);
    expect(cisco.stdout).toMatch(/^ +resync of 7940 and 7960: not possible: /m);
    expect(spa.stdout).toMatch(/^cisco-spa: /);
    expect(spa.stdout.replaceAll(/\s+/g, ' ')).toContain(
      "FreeSWITCH answers with the directory user's reverse-auth-user and reverse-auth-pass; what it wants: those of the extension addressed",
    );
  });

  it('takes a make of several dialects for none of them, and a slip for what it is near', async () => {
    const [several, slip] = await Promise.all([
      runCli(['vendor', 'show', 'Cisco']),
      runCli(['vendor', 'show', 'yelink']),
    ]);
    expect([several.code, slip.code, several.stdout, slip.stdout]).toEqual([2, 2, '', '']);
    expect(several.stderr).toContain('Cisco can be cisco-mpp, cisco-ent, cisco-spa');
    expect(slip.stderr).toContain('near it: yealink');
  });
});
