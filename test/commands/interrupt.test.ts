import { describe, expect, it } from 'vitest';
import { jsonOf, linesOf, type RunningCli, startCli } from '../support/cli.js';
import { csvOf, type Lab, snoms, userOf, withFolder, withSandbox } from '../support/lab.js';

/** Starts a slow run over ten phones; ends it with the function, and gives its result. */
function interrupted(
  args: readonly string[],
  options: Parameters<typeof withSandbox>[0],
  interrupt: (running: RunningCli, lab: Lab) => Promise<void>,
) {
  return withFolder({ 'fleet.csv': csvOf(10) }, (cwd) =>
    withSandbox({ phones: snoms(10), ...options }, async (lab) => {
      const running = await startCli(['mwi', 'on', '-i', 'fleet.csv', ...args, ...lab.to], { cwd });
      await interrupt(running, lab);
      const result = await running.ended;
      return { ...result, users: lab.events.map(userOf) };
    }),
  );
}

/** Waits until so many events have come. */
async function events(lab: Lab, count: number): Promise<void> {
  await expect.poll(() => lab.events.length, { timeout: 20_000, interval: 5 }).toBeGreaterThanOrEqual(count);
}

describe.concurrent('a run that is interrupted', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s ends with %d, and tells what was not sent', async (signal, code) => {
    const result = await interrupted(['--rate', '0.1'], {}, async (running, lab) => {
      await events(lab, 1);
      running.process.kill(signal);
    });
    expect(result).toMatchObject({ code, signal: null, users: ['1000'] });
    const lines = linesOf(result.stdout);
    expect(lines.filter((line) => line.endsWith('not-sent: interrupted'))).toHaveLength(9);
    expect(lines.at(-1)).toMatch(/^10 phones: 1 accepted, 9 not-sent/);
  });

  it('has a whole JSON document, and the same code', async () => {
    const result = await interrupted(['--rate', '0.1', '--json'], {}, async (running, lab) => {
      await events(lab, 1);
      running.process.kill('SIGINT');
    });
    expect(result).toMatchObject({
      code: 130,
      stderr: expect.stringMatching(/^ {2}go on: phonectl run resume \S+\n$/),
    });
    expect(jsonOf(result).summary).toEqual({ accepted: 1, 'not-sent': 9 });
  });

  it('waits for the replies that are due', async () => {
    const options = { faults: { delayMs: 300 } };
    const result = await interrupted(['--rate', '0', '--concurrency', '3', '--json'], options, async (running, lab) => {
      await events(lab, 3);
      running.process.kill('SIGINT');
    });
    expect(result.code).toBe(130);
    expect(jsonOf(result).summary).toEqual({ accepted: 3, 'not-sent': 7 });
    expect(result.users).toHaveLength(3);
  });

  it('does not wait for a reply that does not come', async () => {
    const options = { faults: { holdReplyOf: 2 } };
    const args = ['--rate', '0', '--concurrency', '1', '--timeout', '1h', '--json'];
    const result = await interrupted(args, options, async (running, lab) => {
      await events(lab, 2);
      running.process.kill('SIGINT');
    });
    expect(result.code).toBe(130);
    expect(jsonOf(result).summary).toEqual({ accepted: 1, unknown: 1, 'not-sent': 8 });
  });

  it('ends at once when it is interrupted again', async () => {
    const options = { faults: { holdReplyOf: 1 } };
    const result = await interrupted(['--timeout', '1h'], options, async (running, lab) => {
      await events(lab, 1);
      running.process.kill('SIGINT');
      // Both signals at once may be taken for one.
      await new Promise((resolve) => setTimeout(resolve, 100));
      running.process.kill('SIGINT');
    });
    expect(result).toMatchObject({ code: 130, signal: null });
  });

  it('is over if it was asked to end before it began', async () => {
    await withSandbox({}, async ({ to, commands }) => {
      const running = await startCli(['mwi', 'on', '-i', '-', ...to], { stdin: 'open' });
      // More than a pipe holds: once all is written, it is being read. It must not go on reading for ever.
      await new Promise((resolve) => running.process.stdin.write(csvOf(20_000), resolve));
      running.process.kill('SIGINT');
      expect(await running.ended).toEqual({ code: 130, signal: null, stdout: '', stderr: '' });
      expect(commands).toEqual([]);
    });
  });

  it('can be a dry run', async () => {
    await withFolder({ 'fleet.csv': csvOf(20_000) }, async (cwd) => {
      const running = await startCli(['mwi', 'on', '-i', 'fleet.csv', '-n', '--json'], { cwd });
      const { stdout } = running.process;
      // While nobody reads it can't come to its end.
      const pause = () => running.stdout.includes('"planned"') && stdout.pause();
      stdout.on('data', pause);
      await running.says(/"planned"/);
      running.process.kill('SIGINT');
      stdout.off('data', pause).resume();
      const result = await running.ended;
      expect(result).toMatchObject({ code: 130, signal: null });
      const { summary } = jsonOf<{ summary: { planned: number } }>(result);
      expect(summary.planned).toBeLessThan(20_000);
    });
  });
});
