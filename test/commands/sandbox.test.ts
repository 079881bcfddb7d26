import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connect } from '../../src/esl/index.js';
import { linesOf, type RunningCli, runCli, startCli } from '../support/cli.js';
import { withFolder } from '../support/lab.js';

const READY = /^sandbox on 127\.0\.0\.1:(\d+): (\d+) phones, (\d+) registered; Ctrl-C ends it\n/;

/** Starts a sandbox as a process, and stops it after the function with Ctrl-C, which is no failure. */
async function withProcess(
  args: readonly string[],
  cwd: string,
  use: (sandbox: RunningCli, port: string, ready: RegExpExecArray) => Promise<void>,
): Promise<void> {
  const sandbox = await startCli(['sandbox', '--port', '0', ...args], { cwd });
  try {
    const ready = await sandbox.says(READY);
    await use(sandbox, ready[1] ?? '', ready);
  } finally {
    sandbox.process.kill('SIGINT');
  }
  expect(await sandbox.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
}

describe.concurrent('sandbox', () => {
  it('plays twenty phones, and shows what they get', async () => {
    await withProcess([], '.', async (sandbox, port, [, , phones, registered]) => {
      expect([phones, registered]).toEqual(['20', '20']);
      expect((await runCli(['resync', '1000@phones.test', '--default-vendor', 'snom', '-P', port])).code).toBe(0);
      await sandbox.says(/^\d\d:\d\d:\d\d {2}1000@phones\.test {2}NOTIFY check-sync;reboot=false {2}200$/m);
    });
  });

  it('plays the phones of a file, each in its SIP profile, and logs what they get', async () => {
    const csv =
      'user,domain,profile,vendor\n1,a.test,,snom\n2,b.test,external,yealink\n3,c.test,wss,\n3,c.test,wss,\nbad user,x,,\n';
    await withFolder({ 'phones.csv': csv }, async (cwd) => {
      await withProcess(['-i', 'phones.csv', '--log', 'log.jsonl'], cwd, async (_, port, [, , phones]) => {
        expect(phones).toBe('3');
        const args = ['notify', 'x', '-i', 'phones.csv', '--skip-invalid', '-P', port];
        expect((await runCli(args, { cwd })).code).toBe(5);
      });
      const requests = linesOf(readFileSync(join(cwd, 'log.jsonl'), 'utf8')).map(
        (line) => JSON.parse(line) as Record<string, unknown>,
      );
      expect(requests).toMatchObject([
        { aor: '1@a.test', method: 'NOTIFY', event: 'x', profile: 'internal', answer: 200 },
        { aor: '2@b.test', profile: 'external' },
        { aor: '3@c.test', profile: 'wss' },
      ]);
    });
  });

  it('has phones that are off, that refuse and that stay silent', async () => {
    const shares = ['--phones', '10', '--offline', '20%', '--rejecting', '0.2', '--silent', '10%'];
    await withProcess(shares, '.', async (sandbox, port, [, , phones, registered]) => {
      expect([phones, registered]).toEqual(['10', '8']);
      const aors = Array.from({ length: 10 }, (_, index) => `${1000 + index}@phones.test`);
      expect((await runCli(['notify', 'x', ...aors, '--no-check', '-P', port])).code).toBe(0);
      await expect.poll(() => linesOf(sandbox.stdout).length).toBe(9);
      const answers = linesOf(sandbox.stdout)
        .slice(1)
        .map((line) => line.split('  ').at(-1));
      expect(answers.filter((answer) => answer === '200')).toHaveLength(5);
      expect(answers.filter((answer) => answer === 'no answer')).toHaveLength(1);
      expect(answers.filter((answer) => /^4\d\d$/.test(answer ?? ''))).toHaveLength(2);
    });
  });

  it('has phones in calls, phones that challenge and second devices', async () => {
    const shares = ['--phones', '20', '--in-call', '10%', '--calls-end-after', '10m', '--challenging', '5%'];
    await withProcess([...shares, '--two-devices', '50%'], '.', async (_, port, [, , phones, registered]) => {
      expect([phones, registered]).toEqual(['30', '30']);
      const connection = await connect({ host: '127.0.0.1', port: Number(port), password: 'ClueCon' });
      const channels = await connection.send({ line: 'api show channels count' });
      connection.destroy();
      expect(channels.text).toContain('3 total.');
    });
  });

  it('turns clients away with --acl-deny', async () => {
    await withProcess(['--acl-deny'], '.', async (_, port) => {
      const { code, stderr } = await runCli(['notify', 'x', '1000@phones.test', '-P', port]);
      expect(code).toBe(4);
      expect(stderr).toContain('does not let this address in');
    });
  });

  it('wants the password that it is given', async () => {
    await withFolder({ secret: 'opensesame\n' }, async (cwd) => {
      await withProcess(['--password-file', 'secret'], cwd, async (_, port) => {
        const args = ['notify', 'x', '1000@phones.test', '-P', port];
        const [wrong, right] = await Promise.all([
          runCli(args, { cwd }),
          runCli([...args, '--password-file', 'secret'], { cwd }),
        ]);
        expect([wrong.code, right.code]).toEqual([4, 0]);
      });
    });
  });

  it('ends with 0 on SIGTERM, too', async () => {
    const sandbox = await startCli(['sandbox', '--port', '0']);
    await sandbox.says(READY);
    sandbox.process.kill('SIGTERM');
    expect(await sandbox.ended).toMatchObject({ code: 0, signal: null });
  });

  it.each([
    [['--offline', '200%'], 2, '--offline 200%: not a share'],
    [['--silent', 'many'], 2, '--silent many: not a share'],
    [['--in-call', '5'], 2, '--in-call 5: not a share'],
    [['--calls-end-after', '5s'], 2, 'The following error occurred'],
    [['--reregister-after', 'soon'], 2, '--reregister-after soon: not a time'],
    [['--phones', '5', '--inventory', 'x.csv'], 2, 'cannot also be provided'],
    [['--log', 'no-such-folder/log'], 3, "--log no-such-folder/log can't be written"],
    [['--inventory', 'no-such.csv'], 3, 'no-such.csv: there is no such file'],
    [['--password-file', './no-such-file'], 3, "password file ./no-such-file can't be read"],
  ])('refuses %j', async (args, code, message) => {
    const result = await runCli(['sandbox', '--port', '0', ...args]);
    expect(result).toMatchObject({ code, stdout: '' });
    expect(linesOf(result.stderr)[0]).toContain(message);
  });

  it('says that its port is in use', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = typeof address === 'object' ? String(address?.port) : '';
    const result = await runCli(['sandbox', '--port', port]);
    other.close();
    expect(result).toMatchObject({
      code: 3,
      stdout: '',
      stderr: `phonectl: port ${port} can't be used: something listens there already\n  try: another one: --port 9021\n`,
    });
  });
});

describe.concurrent('demo', () => {
  it('resyncs a sample fleet without a server, and leaves nothing behind', async () => {
    await withFolder({}, async (folder) => {
      const { code, stdout } = await runCli(['demo'], { env: { TMPDIR: folder } });
      expect(code).toBe(0);
      expect(stdout).toMatch(/9 phones: 8 accepted, 1 skipped/);
      expect(stdout).toMatch(/^1002@phones\.test +NOTIFY resync +200$/m);
      expect(readdirSync(folder)).toEqual([]);
    });
  });
});
