import { describe, expect, it } from 'vitest';
import { type CliResult, type RunningCli, startCli } from '../support/cli.js';
import { csvOf, userOf, withFolder, withSandbox } from '../support/lab.js';

/** Reads the beginning of its output and goes, as `| head` does. */
async function head(running: RunningCli, pattern: RegExp): Promise<CliResult> {
  await running.says(pattern);
  running.process.stdout.destroy();
  return running.ended;
}

describe.concurrent('a reader that goes', () => {
  it.each([
    ['inventory list fleet.csv', /1000@phones\.test/],
    ['inventory list fleet.csv --json', /1000@phones\.test/],
    ['mwi on -i fleet.csv --dry-run', /MWI-Message-Account/],
    ['mwi on -i fleet.csv --dry-run -o jsonl', /"planned"/],
  ])('ends "%s" quietly', async (line, pattern) => {
    await withFolder({ 'fleet.csv': csvOf(20_000) }, async (cwd) => {
      const { code, signal, stderr } = await head(await startCli(line.split(' '), { cwd }), pattern);
      expect({ code, signal, stderr: stderr.replace(/^dry run, .*\n/, '') }).toEqual({
        code: 0,
        signal: null,
        stderr: '',
      });
    });
  });

  it('ends a run: nothing more is sent', async () => {
    await withFolder({ 'fleet.csv': csvOf(2000) }, (cwd) =>
      withSandbox({}, async ({ to, events }) => {
        const args = ['mwi', 'on', '-i', 'fleet.csv', '--yes', '--rate', '400', '-o', 'jsonl', ...to];
        const { code, signal, stderr } = await head(await startCli(args, { cwd }), /accepted/);
        expect({ code, signal, stderr }).toEqual({ code: 5, signal: null, stderr: '' });
        expect(events.length).toBeLessThan(2000);
        expect(new Set(events.map(userOf)).size).toBe(events.length);
      }),
    );
  });
});

describe.concurrent('a reader that is slow', () => {
  it('gets everything, and no warnings', async () => {
    await withFolder({ 'fleet.csv': csvOf(3000) }, async (cwd) => {
      const running = await startCli(['mwi', 'on', '-i', 'fleet.csv', '--dry-run', '-o', 'jsonl'], { cwd });
      const { stdout } = running.process;
      stdout.on('data', () => {
        stdout.pause();
        setTimeout(() => stdout.resume(), 2);
      });
      const result = await running.ended;
      expect(result).toMatchObject({ code: 0, stderr: '' });
      expect(result.stdout.match(/"planned"/g)).toHaveLength(3000);
    });
  });
});
