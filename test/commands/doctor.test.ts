import { describe, expect, it } from 'vitest';
import type { Check } from '../../src/run/check-up-check.js';
import { jsonOf, linesOf, runCli } from '../support/cli.js';
import { withFolder, withSandbox } from '../support/lab.js';
import { deadPort } from '../support/scripted-server.js';

describe.concurrent('doctor', () => {
  it('shows a line for each check, and exits 0', async () => {
    await withSandbox({ phones: 3 }, async ({ to, port }) => {
      const { code, stdout, stderr } = await runCli(['doctor', ...to]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const lines = linesOf(stdout);
      expect(lines[0]).toBe(`ok       connection               127.0.0.1:${port} takes connections from here`);
      expect(stdout).toMatch(/^ok {7}sip profile internal .*; also called phones\.test; 3 registered$/m);
      expect(stdout).toMatch(/^ok {7}log .*--evidence answered works$/m);
      expect(lines.at(-1)).toBe(`phonectl can work with 127.0.0.1:${port}`);
    });
  });

  it('exits 0 with warnings, and says what to try', async () => {
    await withSandbox({ modules: ['mod_event_socket', 'mod_sofia', 'mod_voicemail'] }, async ({ to }) => {
      const { code, stdout } = await runCli(['doctor', ...to]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^warning {2}mod_sms .*\n {9}try: in fs_cli: load mod_sms/m);
      expect(stdout).toMatch(/phonectl can work with \S+: 1 warning\n$/);
    });
  });

  it('is a document for monitoring with --json', async () => {
    await withSandbox({ phones: 3 }, async ({ to, port }) => {
      const result = await runCli(['doctor', '--json', ...to]);
      expect(result).toMatchObject({ code: 0, stderr: '' });
      const document = jsonOf<{ checks: Check[]; profiles: { name: string }[] }>(result);
      expect(document).toMatchObject({ server: `127.0.0.1:${port}`, ok: true });
      expect(document.checks[0]).toEqual({
        name: 'connection',
        state: 'ok',
        detail: expect.any(String),
        hint: null,
      });
      expect(document.profiles.find(({ name }) => name === 'internal')).toMatchObject({
        registrations: 3,
        running: true,
      });
    });
  });

  it('exits 4 where nothing listens, in both formats', async () => {
    const port = String(await deadPort());
    const [plain, json] = await Promise.all([runCli(['doctor', '-P', port]), runCli(['doctor', '-P', port, '--json'])]);
    expect([plain.code, json.code]).toEqual([4, 4]);
    expect(plain.stdout).toMatch(/^failed {3}connection .*nothing listens there\n {9}try: /);
    expect(plain.stdout).toMatch(/phonectl can't work with \S+: 1 failed\n$/);
    expect(jsonOf(json)).toMatchObject({ ok: false, checks: [{ name: 'connection', state: 'failed' }], profiles: [] });
  });

  it('exits 4 where no SIP profile runs', async () => {
    await withSandbox({ profiles: [] }, async ({ to }) => {
      const { code, stdout } = await runCli(['doctor', ...to]);
      expect(code).toBe(4);
      expect(stdout).toMatch(/^failed {3}sip profiles /m);
    });
  });

  it('never shows the password, and names the login as what failed', async () => {
    await withFolder({ secret: '5ecret' }, (cwd) =>
      withSandbox({ password: 'other' }, async ({ to }) => {
        for (const more of [[], ['--json']]) {
          const result = await runCli(['doctor', '--password-file', 'secret', ...more, ...to], { cwd });
          expect(result.code).toBe(4);
          expect(result.stdout).toMatch(/login/);
          expect(result.stdout + result.stderr).not.toMatch(/5ecret/);
        }
      }),
    );
  });

  it('takes no longer for a silent server than --timeout', async () => {
    await withSandbox({ faults: { sayNothing: true } }, async ({ to }) => {
      const { code, stdout } = await runCli(['doctor', '--timeout', '300ms', ...to]);
      expect(code).toBe(4);
      expect(stdout).toContain('within 300 ms');
    });
  });

  it('refuses what is wrong on the command line before it connects', async () => {
    expect((await runCli(['doctor', '--timeout', 'soon'])).code).toBe(2);
    expect((await runCli(['doctor', '--password-file', '/nothing/here'])).code).toBe(3);
  });
});
