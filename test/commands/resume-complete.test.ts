import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import type { PhoneOptions, SandboxOptions } from '../../src/sandbox/index.js';
import { linesOf, runCli } from '../support/cli.js';
import { csvOf, type Lab, SNOM, snoms, withFolder, withSandbox, YEALINK } from '../support/lab.js';
import { summed, tell, toldBy } from '../support/outcomes.js';

/** 1000 has two devices, 1001 and 1002 have one each. */
const PHONES: PhoneOptions[] = [
  { user: '1000', userAgent: SNOM, networkIp: '192.0.2.1', callId: 'first-0' },
  { user: '1000', userAgent: YEALINK, networkIp: '192.0.2.2', callId: 'first-1' },
  { user: '1001', userAgent: SNOM, callId: 'first-2' },
  { user: '1002', userAgent: SNOM, callId: 'first-3' },
];
const CSV = 'user,domain\n1000,phones.test\n1001,phones.test\n1002,phones.test\n';
const DOUBTFUL = '1000 skipped: other devices of it were told before, and this may be one of those, registered anew';

/** A folder with an inventory and a sandbox whose phones come back with new Call-IDs. */
function withFleet(
  options: SandboxOptions,
  use: (lab: Lab, at: { cwd: string; env: Record<string, string> }) => Promise<void>,
): Promise<void> {
  return withFolder({ 'p.csv': CSV }, (cwd) =>
    withSandbox({ phones: PHONES, reregisterAfterMs: 1, ...options }, (lab) =>
      use(lab, { cwd, env: { XDG_STATE_HOME: `${cwd}/state` } }),
    ),
  );
}

/** Waits until all devices of a user are registered anew. */
async function back({ sandbox }: Lab, user: string): Promise<void> {
  const old = () => sandbox.registrations().filter((one) => one.user === user && one.callId.startsWith('first'));
  await vi.waitFor(() => expect(old()).toEqual([]), { timeout: 10_000 });
}

describe.concurrent('a run that is complete', () => {
  it.each([
    ['a file', ['-i', 'p.csv']],
    ['an export of devices', ['-i', 'export.csv']],
    ['registrations', ['--registered']],
  ])('has nothing left to do: phones of %s with two devices', async (_, phones) => {
    await withFleet({}, async (lab, at) => {
      const exported = await runCli(['inventory', 'export', ...lab.to], at);
      writeFileSync(`${at.cwd}/export.csv`, exported.stdout);
      const told = await tell(['resync', ...phones, '--yes', ...lab.to, '--journal', 'j.jsonl'], at);
      expect(summed(told)).toEqual(['1000 accepted', '1000 accepted', '1001 accepted', '1002 accepted']);
      await back(lab, '1000');
      const [journal, commands] = [readFileSync(`${at.cwd}/j.jsonl`, 'utf8'), lab.commands.length];
      const resumed = await runCli(['run', 'resume', './j.jsonl', '--retry-unknown'], at);
      expect([resumed.code, toldBy(resumed).phones]).toEqual([0, told.phones]);
      expect(resumed.stderr).toMatch(/^run \S+j\.jsonl: nothing is left to do; 4 phones: 4 accepted\n$/);
      expect([readFileSync(`${at.cwd}/j.jsonl`, 'utf8'), lab.commands.length]).toEqual([journal, commands]);
    });
  });

  it('is said to be, whether it was quiet or wrote a table, and no server is needed for it', async () => {
    await withFolder({ 'p.csv': csvOf(2) }, async (cwd) => {
      const at = { cwd, env: { XDG_STATE_HOME: `${cwd}/state` } };
      await withSandbox({ phones: snoms(2) }, async ({ to }) => {
        for (const more of [[], ['--quiet']]) {
          expect((await runCli(['resync', '-i', 'p.csv', ...to, ...more], at)).code).toBe(0);
        }
      });
      for (const { run } of (JSON.parse((await runCli(['run', 'list', '--json'], at)).stdout) as Listed).runs) {
        expect(await runCli(['run', 'resume', run], at)).toMatchObject({
          code: 0,
          stdout: '',
          stderr: `run ${run}: nothing is left to do; 2 phones: 2 accepted\n`,
        });
      }
    });
  });

  it('ends as it ended, and tells how to go on', async () => {
    await withFleet({ phones: PHONES.slice(0, 3) }, async ({ to, commands }, at) => {
      expect((await runCli(['resync', '-i', 'p.csv', ...to], at)).code).toBe(5);
      const before = commands.length;
      const { code, stdout, stderr } = await runCli(['run', 'resume', 'last', '--quiet'], at);
      expect([code, stdout, commands.length]).toEqual([5, '', before]);
      expect(linesOf(stderr)).toEqual([
        expect.stringMatching(/: nothing is left to do; 4 phones: 3 accepted, 1 skipped$/),
        expect.stringMatching(/^ {2}go on: phonectl resync -i p\.csv .*--failed-from \S+$/),
      ]);
    });
  });
});

interface Listed {
  readonly runs: readonly { readonly run: string }[];
}

describe.concurrent('a run that broke off', () => {
  const OPTIONS = ['--concurrency', '1', '--retry-for', '0', '--journal', 'j.jsonl'];

  it('has no more phones for it, though devices that were told are registered anew', async () => {
    await withFleet({ faults: { dieAfter: 3 } }, async (lab, at) => {
      const first = await tell(['resync', '-i', 'p.csv', ...lab.to, ...OPTIONS], at);
      expect(summed(first).map((line) => line.slice(0, 12))).toEqual([
        '1000 accepte',
        '1000 accepte',
        '1001 unknown',
        '1002 not-sen',
      ]);
      await back(lab, '1000');
      const resumed = toldBy(await runCli(['run', 'resume', './j.jsonl'], at));
      expect(summed(resumed).map((line) => line.slice(0, 12))).toEqual([
        '1000 accepte',
        '1000 accepte',
        '1001 unknown',
        '1002 accepte',
      ]);
      expect(lab.events).toHaveLength(4);
      expect((await runCli(['run', 'show', './j.jsonl'], at)).stdout).toContain('4: 3 accepted, 1 unknown');
    });
  });

  it('leaves out one of two devices if only one was told and it can’t be known which, and says so once', async () => {
    await withFleet({ faults: { dieAfter: 2 } }, async (lab, at) => {
      await tell(['resync', '-i', 'p.csv', ...lab.to, ...OPTIONS], at);
      await back(lab, '1000');
      const resumed = toldBy(await runCli(['run', 'resume', './j.jsonl', '--retry-unknown'], at));
      expect(summed(resumed)).toEqual(['1000 accepted', DOUBTFUL, '1001 accepted', '1002 accepted']);
      expect(lab.events).toHaveLength(4);
      const again = toldBy(await runCli(['run', 'resume', './j.jsonl', '--retry-unknown'], at));
      expect([summed(again), again.code]).toEqual([summed(resumed), 5]);
      expect(again.stderr).toContain('nothing is left to do');
    });
  });
});
