import { execFile, execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { cleanEnv, ensureBuilt, RUN } from '../support/built.js';
import { type CliResult, linesOf, type RunningCli, startCli } from '../support/cli.js';
import { csvOf, snoms, userOf, withFolder, withSandbox } from '../support/lab.js';

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
      withSandbox({ phones: snoms(2000) }, async ({ to, events }) => {
        const args = ['mwi', 'on', '-i', 'fleet.csv', '--yes', '--rate', '400', '-o', 'jsonl', ...to];
        const { code, signal, stderr } = await head(await startCli(args, { cwd }), /accepted/);
        expect({ code, signal }).toEqual({ code: 5, signal: null });
        const [first, second] = linesOf(stderr);
        expect(first).toBe(`phonectl: nobody reads the output any more; ${2000 - events.length} phones not told`);
        expect(second).toMatch(/^ {2}go on: phonectl run resume \S+$/);
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

/** Runs phonectl in a shell that does something with its streams; gives its exit code and what the shell prints. */
async function inShell(cwd: string, redirection: string, line: string): Promise<{ code: string; printed: string }> {
  await ensureBuilt();
  const script = `{ "$0" "$@" ${redirection}; echo $? >code; } 2>&1 | head -n 3`;
  const { stdout } = await promisify(execFile)('sh', ['-c', script, process.execPath, RUN, ...line.split(' ')], {
    cwd,
    env: cleanEnv(),
  });
  return { code: readFileSync(join(cwd, 'code'), 'utf8').trim(), printed: stdout };
}

describe.concurrent('streams that fail', () => {
  it('end a command quietly if both go to the reader that goes', async () => {
    await withFolder({ 'fleet.csv': csvOf(3000) }, async (cwd) => {
      const { code, printed } = await inShell(cwd, '', 'mwi on -i fleet.csv --dry-run');
      expect(code).toBe('0');
      expect(printed).toMatch(/^sendevent MESSAGE_WAITING\n/);
    });
  });

  it.runIf(existsSync('/dev/full'))('end a command with one line if the disk is full', async () => {
    await withFolder({ 'fleet.csv': csvOf(3000) }, async (cwd) => {
      for (const line of ['vendor list', 'vendor list --json', 'inventory list fleet.csv', 'mwi on -i fleet.csv -n']) {
        const { code, printed } = await inShell(cwd, '>/dev/full', line);
        expect({ line, code }).toEqual({ line, code: '1' });
        expect(printed.replace(/^dry run, .*\n/m, '')).toMatch(/^phonectl: the output can't be written: ENOSPC.*\n$/);
      }
    });
  });

  it.runIf(existsSync('/dev/full'))('end a run if the disk is full: nobody would know who was told', async () => {
    await withFolder({ 'fleet.csv': csvOf(1000) }, (cwd) =>
      withSandbox({ phones: snoms(1000) }, async ({ to, events }) => {
        const line = `mwi on -i fleet.csv --yes --rate 300 -o jsonl ${to.join(' ')}`;
        const { code, printed } = await inShell(cwd, '>/dev/full', line);
        expect(code).toBe('5');
        expect(printed).toMatch(
          /^phonectl: the output can't be written: ENOSPC.*\n {2}go on: phonectl run resume \S+\n$/,
        );
        expect(events.length).toBeLessThan(1000);
      }),
    );
  });
});

it('what is said on stderr begins a line where both go into one log, and adds nothing to what is on stdout alone', async () => {
  await ensureBuilt();
  const command = `"$0" "$@" message Hi 1000@phones.test -n`;
  const said = (script: string): string =>
    execFileSync('sh', ['-c', script, process.execPath, RUN], { env: cleanEnv(), encoding: 'utf8' });
  expect(said(`${command} 2>&1`)).toMatch(/\n\nHi\ndry run, nothing was sent: 1 planned\n$/);
  expect(said(`${command} 2>/dev/null`)).toMatch(/\n\nHi$/);
  expect(said(`{ ${command} >/dev/null; } 2>&1`)).toBe('dry run, nothing was sent: 1 planned\n');
});
