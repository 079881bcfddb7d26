import { describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.js';
import { withFolder, withSandbox } from '../support/lab.js';

describe.concurrent('a row that means harm', () => {
  it('does not make another forwarding of the one that was ordered', async () => {
    const csv =
      'user,domain,forward_immediate,forward_immediate_enabled,device\n1000,phones.test,0900123456,true,Desk phone\n';
    const { stdout } = await withFolder({ 'fleet.csv': csv }, (cwd) =>
      runCli(['feature', 'forward', 'busy', '2000', '-i', 'fleet.csv', '--dry-run'], { cwd }),
    );
    expect(stdout).toContain('forward_busy: 2000\nforward_busy_enabled: true\n');
    expect(stdout).toContain('device: 1000\n');
    expect(stdout).not.toMatch(/forward_immediate|0900123456|Desk/);
  });

  it('does not rename the device of a do-not-disturb', async () => {
    const csv = 'user,domain,device,dnd\n1000,phones.test,evil,off\n';
    const { stdout } = await withFolder({ 'fleet.csv': csv }, (cwd) =>
      runCli(['feature', 'dnd', 'on', '-i', 'fleet.csv', '--dry-run'], { cwd }),
    );
    expect(stdout).toContain('device: 1000\n');
    expect(stdout).toContain('doNotDisturbOn: on\n');
  });
});

describe.concurrent('a password that is given as fs_cli takes it', () => {
  it.each([
    [['resync', '1000@phones.test', '-phunter2']],
    [['resync', '1000@phones.test', '--password=hunter2']],
    [['-phunter2', 'resync']],
    [['--password=hunter2', 'resync']],
  ])('is not shown: %j', async (args) => {
    const { code, stdout, stderr } = await runCli(args);
    expect(code).toBeGreaterThan(0);
    expect(stdout + stderr).not.toContain('hunter2');
  });
});

describe.concurrent('what a terminal could obey', () => {
  it.each(['csv', 'jsonl', 'json', 'junit', 'table'])('is not in the output as %s', async (format) => {
    await withSandbox(
      { phones: [{ user: '1000' }], faults: { refuse: 'no \u001b[31m\u009b\u202e way' } },
      async ({ to }) => {
        const { stdout } = await runCli(['mwi', 'on', '1000@phones.test', '-o', format, ...to]);
        expect(stdout).toContain('refused');
        expect(stdout).not.toMatch(/[\u001b\u009b\u202e]/);
      },
    );
  });
});

describe.concurrent('a file without an end', () => {
  it.each([
    [['send', '/dev/zero', '1000@phones.test'], 3],
    [['message', '--body-file', '/dev/zero', '1000@phones.test'], 3],
    [['mwi', 'on', '-i', '/dev/zero'], 3],
    [['mwi', 'on', '1000@phones.test', '--password-file', '/dev/zero'], 3],
  ])('is refused: %j', async (args, wanted) => {
    const { code, stderr } = await runCli(args);
    expect(code).toBe(wanted);
    expect(stderr).toMatch(/too large|a device/);
  });
});

describe.concurrent('a list that fails on the way', () => {
  it('is one JSON document all the same', async () => {
    const rows = Array.from({ length: 3000 }, (_, index) => `${index},phones.test`).join('\n');
    const csv = `user,domain\n${rows}\n${'"open,phones.test\n'.repeat(1100)}`;
    const { code, stdout } = await withFolder({ 'fleet.csv': csv }, (cwd) =>
      runCli(['inventory', 'list', 'fleet.csv', '--json'], { cwd }),
    );
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 1, error: { exitCode: 3 } });
  });
});

describe('the demo', () => {
  it('does not care what is set for the servers of its user', async () => {
    const env = { PHONECTL_PASSWORD: 'x', PHONECTL_TIMEOUT: 'bad', PHONECTL_DOMAIN: 'a:b', PHONECTL_PORT: '1' };
    expect((await runCli(['demo'], { env })).code).toBe(0);
  });
});
