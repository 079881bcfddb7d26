import { spawn } from 'node:child_process';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt, RUN } from '../support/built.js';
import { csvOf, snoms, withFolder, withSandbox } from '../support/lab.js';

/** Someone who is in no passwd file, as in a container. */
const NOBODY = 54_321;

interface Surroundings {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What a shell does before and after: a umask, streams that are closed. */
  readonly before?: string;
  readonly after?: string;
  readonly uid?: number;
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs phonectl with nothing in its environment but what is said. */
function run(args: readonly string[], { cwd, env = {}, before = '', after = '', uid }: Surroundings): Promise<Ended> {
  const child = spawn('/bin/sh', ['-c', `${before} exec "$0" "$@" ${after}`, process.execPath, RUN, ...args], {
    env: { PATH: '/usr/bin:/bin', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: 25_000,
    killSignal: 'SIGKILL',
    ...(cwd !== undefined && { cwd }),
    ...(uid !== undefined && { uid, gid: uid }),
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

/** Whether anybody may read what is built. */
async function isForAll(path: string): Promise<boolean> {
  const { mode } = await stat(path);
  return (mode & 1) === 1 && (dirname(path) === path || isForAll(dirname(path)));
}

const FILES = { 'phones.csv': csvOf(2), 'three.csv': csvOf(3) };

/** Against a sandbox with two phones, in a folder with inventories of two and of three. */
function inLab<T>(use: (to: readonly string[], cwd: string, events: readonly string[]) => Promise<T>): Promise<T> {
  return withSandbox({ phones: snoms(2) }, ({ to, events }) => withFolder(FILES, (cwd) => use(to, cwd, events)));
}

const OVER_TWO = ['mwi', 'on', '-i', 'phones.csv', '--quiet'];

beforeAll(ensureBuilt);

describe.concurrent('from cron', () => {
  const CRON = { SHELL: '/bin/sh', LOGNAME: 'root', LANG: '' };

  it('nothing is said if all went well', async () => {
    await inLab(async (to, cwd, events) => {
      expect(await run([...OVER_TWO, ...to], { cwd, env: { ...CRON, HOME: cwd } })).toEqual({
        code: 0,
        stdout: '',
        stderr: '',
      });
      expect(events).toHaveLength(2);
    });
  });

  it('failures and a summary are on stderr, for the mail', async () => {
    await inLab(async (to, cwd) => {
      const args = ['mwi', 'on', '-i', 'three.csv', '--quiet', ...to];
      const { code, stdout, stderr } = await run(args, { cwd, env: { ...CRON, HOME: cwd } });
      expect({ code, stdout }).toEqual({ code: 5, stdout: '' });
      expect(stderr).toMatch(
        /^1002@phones\.test: skipped: not registered.*\nphonectl: 1 fell short .*: 2 accepted, 1 skipped\n {2}go on: /,
      );
    });
  });
});

describe.concurrent('with an empty environment', () => {
  it('a phone can be told', async () => {
    await inLab(async (to, cwd, events) => {
      const result = await run(['mwi', 'on', '1000@phones.test', '--quiet', ...to], { cwd });
      expect(result).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(events).toHaveLength(1);
    });
  });

  it('of somebody who is in no passwd file, too; and a fleet, where there is a folder for its journal', async (context) => {
    if (process.getuid?.() !== 0 || !(await isForAll(RUN))) return context.skip();
    await inLab(async (to, _cwd, events) => {
      const one = ['mwi', 'on', '1000@phones.test', '--quiet', ...to];
      for (const env of [{}, { HOME: '/nonexistent' }]) {
        expect(await run(one, { uid: NOBODY, env })).toEqual({ code: 0, stdout: '', stderr: '' });
      }
      const two = ['mwi', 'on', '1000@phones.test', '1001@phones.test', '--quiet', ...to];
      const lacking = await run(two, { uid: NOBODY });
      expect(lacking).toMatchObject({ code: 3, stdout: '' });
      expect(lacking.stderr).toMatch(
        /^phonectl: the journal .* can't be written: permission denied\n {2}try: .*--journal FILE/,
      );
      const version = await run(['inventory', 'check', '--help'], { uid: NOBODY });
      expect(version).toMatchObject({ code: 0, stderr: '' });
      expect(events).toHaveLength(2);
    });
  });
});

describe.concurrent('with a home that can not be written to', () => {
  it('a fleet is not told, and what to do is said; with a state folder it is told', async () => {
    await inLab(async (to, cwd, events) => {
      // Not even root makes a folder there.
      const env = { HOME: '/proc' };
      const refused = await run([...OVER_TWO, ...to], { cwd, env });
      expect(refused).toMatchObject({ code: 3, stdout: '' });
      expect(refused.stderr).toMatch(
        /^phonectl: the lock \/proc\/.* can't be taken: .*\n {2}try: .*XDG_STATE_HOME.*\n$/,
      );
      expect(events).toEqual([]);
      const state = join(cwd, 'state');
      for (const more of [{ XDG_STATE_HOME: state }, { STATE_DIRECTORY: join(state, 'phonectl') }]) {
        expect(await run([...OVER_TWO, ...to], { cwd, env: { ...env, ...more } })).toMatchObject({
          code: 0,
          stderr: '',
        });
      }
      expect(events).toHaveLength(4);
      expect(await readdir(join(state, 'phonectl', 'runs'))).toHaveLength(2);
    });
  });

  it('a phone is told, and the demo runs', async () => {
    await inLab(async (to, cwd) => {
      const env = { HOME: '/proc' };
      const [one, demo] = await Promise.all([
        run(['mwi', 'on', '1000@phones.test', '-q', ...to], { cwd, env }),
        run(['demo'], { cwd, env }),
      ]);
      expect(one).toEqual({ code: 0, stdout: '', stderr: '' });
      expect(demo.stdout).toContain('9 phones: 8 accepted, 1 skipped');
    });
  });
});

it('the demo leaves no run behind', async () => {
  await withFolder({}, async (cwd) => {
    const { stdout } = await run(['demo'], { cwd, env: { HOME: cwd, XDG_STATE_HOME: cwd, STATE_DIRECTORY: cwd } });
    expect(stdout).toContain('9 phones: 8 accepted, 1 skipped');
    expect(await readdir(cwd)).toEqual([]);
  });
});

describe.concurrent('with streams that are closed', () => {
  it.each(['<&-', '>&-', '2>&-', '<&- >&- 2>&-'])('phones are told all the same: %s', async (after) => {
    await inLab(async (to, cwd, events) => {
      const { code, stderr } = await run([...OVER_TWO, ...to], { cwd, env: { HOME: cwd }, after });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(events).toHaveLength(2);
    });
  });

  it('an inventory from a stdin that is closed is an empty one', async () => {
    const { code, stdout, stderr } = await run(['mwi', 'on', '-i', '-', '-P', '1'], { after: '<&-' });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('phonectl: stdin: is empty\n');
  });

  it('no order takes its text from it', async () => {
    const { code, stderr } = await run(['message', '-P', '1'], { after: '<&-' });
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringMatching(/^phonectl: no text/) });
  });
});

it.each(['C', 'POSIX', 'de_DE.ISO-8859-1'])('LC_ALL=%s changes no byte of a text', async (locale) => {
  await withSandbox({ phones: snoms(1) }, async ({ to, events }) => {
    const { code, stdout } = await run(['message', 'Grüße ☎', '1000@phones.test', ...to], { env: { LC_ALL: locale } });
    expect(code).toBe(0);
    expect(stdout).toContain('1000@phones.test');
    expect(events[0]).toContain('\n\nGrüße ☎');
  });
});

it("umask 077 and 000: journals are their owner's alone, an inventory as the umask says", async () => {
  await inLab(async (to, cwd) => {
    for (const [umask, wanted] of [
      ['077', 0o600],
      ['000', 0o666],
    ] as const) {
      const home = join(cwd, umask);
      await mkdir(home);
      const before = `umask ${umask};`;
      expect(await run([...OVER_TWO, ...to], { cwd, env: { HOME: home }, before })).toMatchObject({
        code: 0,
        stderr: '',
      });
      const runs = join(home, '.local/state/phonectl/runs');
      const [journal = ''] = await readdir(runs);
      expect((await stat(join(runs, journal))).mode & 0o777).toBe(0o600);
      expect((await stat(runs)).mode & 0o777).toBe(0o700);
      const out = join(home, 'out.csv');
      await run(['inventory', 'import', 'freepbx', '-', '--domain', 'phones.test', '--out', out], {
        cwd,
        before: `${before} printf 'extension,name\\n1,x\\n' |`,
      });
      expect((await stat(out)).mode & 0o777).toBe(wanted);
      expect(await readFile(out, 'utf8')).toContain('1,phones.test');
    }
  });
});
