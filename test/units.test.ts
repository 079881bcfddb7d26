import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBuilt, PROJECT } from './support/built.js';
import { csvOf, snoms, withSandbox } from './support/lab.js';
import { hasSystemd, layOut, placedIn, valuesOf } from './support/units.js';

/** The units and the crontab of the README, by the names that they have there. */
const BLOCKS: ReadonlyMap<string, string> = new Map(
  [...readFileSync(join(PROJECT, 'README.md'), 'utf8').matchAll(/^```(?:ini|crontab) (\S+)\n([\s\S]*?)^```$/gm)].map(
    ([, file = '', text = '']) => [file, text],
  ),
);

const SERVICE = BLOCKS.get('phonectl-resync.service') ?? '';
const TIMER = BLOCKS.get('phonectl-resync.timer') ?? '';
const CRONTAB = BLOCKS.get('phonectl.cron') ?? '';

/** Whether this phonectl reads the password from where systemd puts it. */
const readsCredentials = readdirSync(join(PROJECT, 'src/config')).some((file) =>
  readFileSync(join(PROJECT, 'src/config', file), 'utf8').includes('CREDENTIALS_DIRECTORY'),
);

describe('the units and the crontab of the README', () => {
  let folder: string;

  beforeAll(async () => {
    await ensureBuilt();
    folder = mkdtempSync(join(tmpdir(), 'phonectl-units-'));
    layOut(folder);
    writeFileSync(join(folder, 'etc/phones.csv'), csvOf(2));
    writeFileSync(join(folder, 'etc/password'), 'of the socket\n', { mode: 0o600 });
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  const placed = (text: string): string => placedIn(folder, text);

  it.skipIf(!hasSystemd)('are good in the eyes of systemd', () => {
    for (const [name, text] of [
      ['phonectl-resync.service', SERVICE],
      ['phonectl-resync.timer', TIMER],
    ] as const) {
      writeFileSync(join(folder, name), placed(text));
    }
    const files = ['phonectl-resync.service', 'phonectl-resync.timer'].map((name) => join(folder, name));
    // It says what is wrong on stderr, and also of a key that it does not know, which is no failure to it.
    const said = execFileSync('sh', ['-c', 'systemd-analyze verify --recursive-errors=no "$@" 2>&1', '-', ...files]);
    expect(said.toString()).toBe('');
    const times = valuesOf(TIMER, 'OnCalendar');
    expect(times).toHaveLength(1);
    execFileSync('systemd-analyze', ['calendar', ...times], { stdio: 'ignore' });
  });

  it('tell the phones, with what systemd gives a service', async () => {
    const [line = '', ...others] = valuesOf(SERVICE, 'ExecStart');
    expect(others).toEqual([]);
    // What has a meaning to systemd is not in it, so it is words between blanks.
    expect(line).not.toMatch(/["'\\$%]/);
    const [credential = ''] = valuesOf(SERVICE, 'LoadCredential');
    expect(credential).toBe('phonectl-password:/etc/phonectl/password');
    writeFileSync(join(folder, 'credentials/phonectl-password'), readFileSync(join(folder, 'etc/password')), {
      mode: 0o400,
    });
    const env = {
      PATH: '/usr/local/bin:/usr/bin:/bin',
      LANG: 'C.UTF-8',
      CREDENTIALS_DIRECTORY: join(folder, 'credentials'),
      STATE_DIRECTORY: join(folder, 'state', valuesOf(SERVICE, 'StateDirectory')[0] ?? ''),
    };
    const password = readsCredentials ? { password: 'of the socket' } : {};
    await withSandbox({ phones: snoms(2), ...password }, async ({ port, events }) => {
      const [command = '', ...args] = placed(line).split(/\s+/);
      const result = await run(command, args, { ...env, PHONECTL_PORT: String(port) });
      expect(result).toEqual({ code: 0, printed: '' });
      expect(events).toHaveLength(2);
      expect(readdirSync(join(env.STATE_DIRECTORY, 'runs'))).toHaveLength(1);
    });
  });

  it('are read by cron, and its line is run as cron runs it', async () => {
    const lines = CRONTAB.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    const settings = new Map(
      lines.flatMap((line) => {
        const [, name, value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
        return name === undefined ? [] : [[name, value]];
      }),
    );
    const [job = '', ...others] = lines.filter((line) => !/^\w+=/.test(line));
    expect(others).toEqual([]);
    const [, user, command = ''] = /^(?:\S+\s+){5}(\S+)\s+(.*)$/.exec(job) ?? [];
    expect(user).toBe('root');
    // cron takes a % for the end of the command.
    expect(command).not.toContain('%');
    await withSandbox({ phones: snoms(2), password: 'of the socket' }, async ({ port, events }) => {
      const env = { SHELL: '/bin/sh', LOGNAME: 'root', HOME: folder, PATH: placed(settings.get('PATH') ?? '') };
      expect(await run('/bin/sh', ['-c', placed(command)], { ...env, PHONECTL_PORT: String(port) })).toEqual({
        code: 0,
        printed: '',
      });
      expect(events).toHaveLength(2);
    });
  });
});

/** Runs a command with this environment and no more; what it prints on both streams. */
function run(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; printed: string }> {
  const child = spawn(command, args, { env, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
  }
  return new Promise((resolve, reject) => child.on('error', reject).on('close', (code) => resolve({ code, printed })));
}
