import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sandboxPhones } from '../src/cli/sandbox-phones.js';
import { type Sandbox, startSandbox } from '../src/sandbox/index.js';
import { freePort } from './support/free-port.js';
import { generatedParts, ROOT, withParts } from './support/reference.js';

const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** What a shell would do with the README's `sh` blocks is shown by `.ci/run` instead: it runs just these. */
const SHOWN_BY_CI = ['npm start'];

interface Block {
  readonly language: string;
  readonly file: string | undefined;
  readonly text: string;
}

const blocks: Block[] = [...README.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', file, text = '']) => ({ language, file, text }),
);

/** A command and what it prints, on whichever stream. */
const commands = blocks
  .filter(({ language }) => language === 'console')
  .flatMap(({ text }) => text.split(/^\$ /m).slice(1))
  .map((text) => ({
    command: text.slice(0, text.indexOf('\n')),
    output: text.slice(text.indexOf('\n') + 1).trimEnd(),
  }));

describe('the README', () => {
  let folder: string;
  let sandbox: Sandbox;
  let listenPort: number;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'phonectl-readme-'));
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin/phonectl'), `#!/bin/sh\nexec "${process.execPath}" "${ROOT}bin/run.js" "$@"\n`);
    chmodSync(join(folder, 'bin/phonectl'), 0o755);
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(ROOT, join(folder, 'node_modules/phonectl'));
    for (const { file, text } of blocks) if (file) writeFileSync(join(folder, file), text);
    const phones = await sandboxPhones({ inventory: join(folder, 'phones.csv') });
    listenPort = await freePort();
    const dialplan = { '*71': `socket 127.0.0.1:${listenPort} async full` };
    sandbox = await startSandbox({ domain: 'example.com', phones, reregisterAfterMs: 200, dialplan });
  });

  afterAll(async () => {
    await sandbox.close();
    rmSync(folder, { recursive: true });
  });

  it('has the generated parts as the code has them', async () => {
    const wanted = withParts(README, await generatedParts());
    if (process.env.UPDATE_README) writeFileSync(join(ROOT, 'README.md'), wanted);
    else
      expect(README, 'UPDATE_README=1 npx vitest run --config test/vitest.config.ts test/readme.test.ts').toBe(wanted);
  });

  it('shows no shell command that no test runs', () => {
    const shown = blocks.filter(({ language }) => language === 'sh').flatMap(({ text }) => text.trim().split('\n'));
    expect(shown).toEqual(SHOWN_BY_CI);
  });

  it('has a crontab line whose command is one of those that are run', () => {
    const [line = ''] = blocks.filter(({ language }) => language === 'crontab').map(({ text }) => text);
    const command = line.trim().split(/\s+/).slice(5).join(' ').replace('/etc/phones.csv', 'phones.csv');
    expect(commands.map((shown) => shown.command)).toContain(command);
  });

  it.each(commands)('$command', async ({ command, output }) => {
    const printed = await (/^phonectl listen /.test(command) ? listen(command) : shell(command));
    const plain = printed
      .replaceAll(`:${sandbox.port}`, ':8021')
      .replaceAll(`:${listenPort}`, ':8040')
      .replace(/^\d\d:\d\d:\d\d/m, '07:32:05')
      .replace(/in [\d.]+ m?s /, 'in 4 ms ')
      .replaceAll(/\b\d{8}-\d{6}-[0-9a-f]{4}\b/g, '20261125-073201-3f9a');
    expect(plain.trimEnd()).toBe(output);
  });

  /** Waits for calls until one has been had. */
  function listen(line: string): Promise<string> {
    return shell(`exec ${line} --port ${listenPort}`, (printed, child) => {
      if (/^listening on .*\n$/.test(printed)) sandbox.dial('1000@example.com', '*71');
      else if (printed.endsWith('accepted\n')) child.kill('SIGINT');
    });
  }

  /** Runs a line as a user's shell would; what people see of it, notes aside. */
  function shell(line: string, onPrinted?: (printed: string, child: ChildProcess) => void): Promise<string> {
    const child = spawn('sh', ['-c', line], {
      cwd: folder,
      env: {
        PATH: `${join(folder, 'bin')}:${process.env.PATH}`,
        PHONECTL_PORT: String(sandbox.port),
        XDG_STATE_HOME: join(folder, 'state'),
        NO_COLOR: '1',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      onPrinted?.(printed, child);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      // Notes about vendors stand where people see them, not where output goes.
      printed += chunk.toString().replace(/^(?:dry run, nothing was sent|note: ).*\n/gm, '');
    });
    return new Promise((resolve) => child.on('close', () => resolve(printed)));
  }
});
