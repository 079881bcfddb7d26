import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SandboxOptions } from '../../src/sandbox/index.js';
import { cleanEnv, ensureBuilt, RUN } from '../support/built.js';
import { linesOf, runCli } from '../support/cli.js';
import { eslServer } from '../support/esl-server.js';
import { SNOM, withFolder, withSandbox } from '../support/lab.js';
import { apiResponse, commandReply, disconnectNotice } from '../support/scripted-server.js';

const PASSWORD = 'pässwörd "5ecret" %41{{x}}';
const FILES = {
  secret: `${PASSWORD}\n`,
  'fleet.csv': 'user,domain\n1000,phones.test\n1001,phones.test\n',
  'bad.csv': 'user,domain\nbad user,phones.test\n',
};

/** What goes wrong, and the command line that it goes wrong with. */
const CASES: readonly (readonly [what: string, options: SandboxOptions, line: string])[] = [
  ['nothing', { password: PASSWORD }, 'mwi on -i fleet.csv'],
  ['nothing, in a dry run', {}, 'mwi on -i fleet.csv --dry-run'],
  ['the password', { password: 'other' }, 'mwi on -i fleet.csv'],
  ['the access list', { aclDeny: true }, 'mwi on -i fleet.csv'],
  ['a server that says nothing', { faults: { sayNothing: true } }, 'mwi on -i fleet.csv --timeout 500ms'],
  ['another protocol', { faults: { banner: 'HTTP/1.1 400 Bad Request\r\n\r\n' } }, 'mwi on -i fleet.csv'],
  ['the server, in the middle', { password: PASSWORD, faults: { dieAfter: 1 } }, 'mwi on -i fleet.csv'],
  ['a reply', { password: PASSWORD, faults: { holdReplyOf: 1 } }, 'mwi on -i fleet.csv --timeout 500ms'],
  ['an unasked reply', { password: PASSWORD, faults: { unaskedReplyAfter: 1 } }, 'mwi on -i fleet.csv --concurrency 1'],
  ['a refusal', { password: PASSWORD, faults: { refuse: 'no' } }, 'mwi on -i fleet.csv'],
  ['the inventory', {}, 'mwi on -i bad.csv'],
  ['the command line', {}, 'mwi on -i fleet.csv --bogus'],
  ['a missing argument', {}, 'notify'],
  ['the host', {}, 'mwi on -i fleet.csv --host a/b'],
];

describe.concurrent('the password', () => {
  it.each(CASES)('is never shown, whatever is wrong: %s', async (_, options, line) => {
    const debug = { PHONECTL_DEBUG: '1', DEBUG: '*' };
    const runs: readonly (readonly [flags: string[], env: Record<string, string>])[] = [
      [[], { PHONECTL_PASSWORD: PASSWORD }],
      [['--json'], { PHONECTL_PASSWORD: PASSWORD, ...debug }],
      [['--password-file', 'secret'], debug],
    ];
    await withFolder(FILES, async (cwd) => {
      const codes = new Set<number | null>();
      for (const [flags, env] of runs) {
        await withSandbox(options, async ({ to, commands }) => {
          const { code, stdout, stderr } = await runCli([...line.split(' '), ...flags, ...to], { cwd, env });
          expect(stdout + stderr).not.toMatch(/5ecret/);
          codes.add(code);
          // It was used, not merely left out.
          const logins = commands.map(String).filter((text) => text.startsWith('auth '));
          expect(logins).toEqual(logins.map(() => `auth ${PASSWORD}\n\n`));
        });
      }
      expect(codes.size).toBe(1);
    });
  });

  it('is never shown in an error either where the server says it back', async () => {
    const secret = 'x5ecretx';
    const env = { PHONECTL_PASSWORD: secret, PHONECTL_DEBUG: '1' };
    const { to } = await eslServer(({ line }, peer) => {
      if (line.startsWith('sendmsg')) {
        peer.socket.end(disconnectNotice(`gone, ${secret}\n`));
        return '';
      }
      if (line.startsWith('event')) return 'Content-Type: command/reply\nContent-Length: x5ecretx\n\n';
      if (line.startsWith('api')) return apiResponse(`-ERR ${secret}\n`);
      return commandReply(`-ERR no, ${secret}`);
    });
    for (const line of [
      'esl sendevent CUSTOM --header Event-Subclass=a::b --json',
      'esl sendmsg u-1 hangup',
      'esl bgapi --no-wait status',
      'esl events HEARTBEAT',
      'esl log',
      'mwi on 1000@phones.test --no-check --json',
      'mwi on 1000@phones.test',
      'doctor',
    ]) {
      const { code, stdout, stderr } = await runCli([...line.split(' '), ...to], { env });
      expect({ line, code }).not.toEqual({ line, code: 0 });
      expect(`${line}: ${stdout}${stderr}`).not.toMatch(/5ecret/);
      expect(`${line}: ${stdout}${stderr}`).toContain('***');
    }
  });

  it('is taken from the file before the environment, and from the environment before the stock one', async () => {
    await withFolder({ secret: 'from-file' }, (cwd) =>
      withSandbox({ password: 'x' }, async ({ to, commands }) => {
        const args = ['mwi', 'on', '1000@phones.test', ...to];
        const env = { PHONECTL_PASSWORD: 'from-env' };
        await runCli([...args, '--password-file', 'secret'], { cwd, env });
        await runCli(args, { cwd, env: { ...env, PHONECTL_PASSWORD_FILE: 'secret' } });
        await runCli(args, { cwd, env });
        await runCli(args, { cwd });
        expect(commands.map((raw) => raw.toString().trim())).toEqual([
          'auth from-file',
          'auth from-file',
          'auth from-env',
          'auth ClueCon',
        ]);
      }),
    );
  });

  it('has no flag: everybody on the machine could read it', async () => {
    const { code, stdout, stderr } = await runCli(['mwi', 'on', '1000@phones.test', '--password=5ecret']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Nonexistent flag: --password');
    expect(stderr).not.toContain('5ecret');
  });

  it('that can not be sent is refused, and not shown', async () => {
    const args = ['mwi', 'on', '1000@phones.test', '-P', '1'];
    const { code, stdout, stderr } = await runCli(args, { env: { PHONECTL_PASSWORD: '5ecret\nexit' } });
    expect(code).not.toBe(0);
    expect(stdout + stderr).not.toContain('5ecret');
  });
});

describe.concurrent('a password file', () => {
  const wrong: readonly (readonly [what: string, content: string, mode: number, message: string])[] = [
    ['that others can read', 'x\n', 0o644, 'other users of this machine can read it'],
    ['that the group can read', 'x\n', 0o640, 'other users of this machine can read it'],
    ['that is empty', '', 0o600, 'is empty'],
    ['with an empty line', '\n', 0o600, 'is empty'],
    ['with two lines', '5ecret\nother\n', 0o600, 'has more than one line'],
    ['with a carriage return', '5ec\rret\n', 0o600, 'has more than one line'],
    ['with a NUL', '5ec\0ret\n', 0o600, 'has more than one line'],
  ];

  it('that is not there may be the password itself, and is not said again', async () => {
    const { code, stderr } = await runCli(['mwi', 'on', '1000@phones.test', '-p', '5ecret', '--no-check']);
    expect(code).toBe(3);
    const [line, hint] = linesOf(stderr);
    expect(line).toBe("phonectl: password file *** can't be read: there is no such file");
    expect(hint).toMatch(/- asks for the password$/);
    expect(stderr).not.toContain('5ecret');
  });

  it.each(wrong)('%s is refused before anything is sent', async (_, content, mode, message) => {
    await withFolder({ 'my secret': content }, (cwd) =>
      withSandbox({}, async ({ to, commands }) => {
        await chmod(join(cwd, 'my secret'), mode);
        const { code, stdout, stderr } = await runCli(
          ['mwi', 'on', '1000@phones.test', '--password-file', 'my secret', ...to],
          { cwd },
        );
        expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
        const [line, hint] = linesOf(stderr);
        expect(line).toMatch(/^phonectl: password file my secret/);
        expect(line).toContain(message);
        expect(hint).toBe(mode & 0o077 ? "  try: chmod 600 'my secret'" : undefined);
        expect(stderr).not.toMatch(/5ec/);
        expect(commands).toEqual([]);
      }),
    );
  });

  it('may end in any line end or in none', async () => {
    await withFolder({ unix: 'a b\n', windows: 'a b\r\n', bare: 'a b' }, (cwd) =>
      withSandbox({ phones: [{ user: '1000' }], password: 'a b' }, async ({ to }) => {
        for (const file of ['unix', 'windows', 'bare']) {
          const args = ['mwi', 'on', '1000@phones.test', '--password-file', file, ...to];
          expect((await runCli(args, { cwd })).code).toBe(0);
        }
      }),
    );
  });
});

/** A terminal for a command, if util-linux is there: what is typed comes by stdin, what is shown by stdout. */
const HAS_SCRIPT = spawnSync('script', ['--version']).stdout?.toString().includes('util-linux') ?? false;

describe.skipIf(!HAS_SCRIPT)('a password that is asked for', () => {
  async function onTerminal(
    args: readonly string[],
    typed: string,
    answer = '',
  ): Promise<{ code: number | null; shown: string }> {
    await ensureBuilt();
    const line = [process.execPath, RUN, ...args].map((word) => `'${word}'`).join(' ');
    const terminal = spawn('script', ['-qec', line, '/dev/null'], { env: cleanEnv(), timeout: 20_000 });
    let shown = '';
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
      // Not before it asks: until then the terminal itself shows what is typed.
      const isDue = (question: string) => !shown.includes(question) && (shown + text).includes(question);
      if (isDue('password of')) terminal.stdin.write(typed);
      if (isDue('[y/N]')) terminal.stdin.write(answer);
      shown += text;
    });
    const [code] = (await once(terminal, 'close')) as [number | null];
    return { code, shown };
  }

  it('is typed unseen, with what was mistyped taken back', async () => {
    await withSandbox({ password: 'hunter22' }, async ({ to, events }) => {
      const command = ['mwi', 'on', '1000@phones.test', '--no-check', ...to, '-p', '-'];
      const { code, shown } = await onTerminal(
        command,
        'wrong\u0015\u001b[200~hunt\u001ae\u001b[201~\u001b[Dx\u007fr22\r',
      );
      expect(shown).toMatch(/^password of 127\.0\.0\.1: \r?\n/);
      expect(shown).not.toMatch(/hunt|r22|wrong/);
      expect({ code, events: events.length }).toEqual({ code: 0, events: 1 });
    });
  });

  it('does not keep the next question from being answered', async () => {
    await withSandbox({ password: 'hunter22', phones: [{ user: '1000', userAgent: SNOM }] }, async ({ to, events }) => {
      const { code, shown } = await onTerminal(['reboot', '1000@phones.test', ...to, '-p', '-'], 'hunter22\r', 'y\r');
      expect(shown).toContain('reboot 1 phone? [y/N]');
      expect({ code, events: events.length }).toEqual({ code: 0, events: 1 });
    });
  });

  it('is given up with Ctrl-C, and nothing is sent', async () => {
    await withSandbox({}, async ({ to, commands }) => {
      const { code, shown } = await onTerminal(['mwi', 'on', '1000@phones.test', ...to, '-p', '-'], 'hunt\u0003');
      expect({ code, commands }).toEqual({ code: 130, commands: [] });
      expect(shown).not.toContain('hunt');
    });
  });
});

it('says what to do where there is no terminal to ask on', async () => {
  await ensureBuilt();
  // A session of its own, so that a developer's terminal is not found either.
  const child = spawn(process.execPath, [RUN, 'doctor', '-p', '-'], {
    env: cleanEnv(),
    detached: true,
    timeout: 20_000,
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  child.stdin.end();
  const [code] = (await once(child, 'close')) as [number | null];
  expect(code).toBe(3);
  expect(linesOf(stderr)[0]).toBe('phonectl: there is no terminal to ask for the password on');
});

/** Where a password can come from besides the command's own words: files of a home, and an environment that leads there. */
const SOURCES: readonly (readonly [what: string, files: Record<string, string>, env: Record<string, string>])[] = [
  [
    'the settings',
    {
      'home/.config/phonectl/config.yaml': 'servers: {a: {host: 127.0.0.1, port: PORT, password-file: pw}}\n',
      'home/.config/phonectl/pw': 'x5ecretx\n',
    },
    {},
  ],
  ["fs_cli's file", { 'home/.fs_cli_conf': '[default]\nhost => 127.0.0.1\nport => PORT\npassword => x5ecretx\n' }, {}],
  ['a credential', { 'credentials/phonectl-password': 'x5ecretx\n' }, { PHONECTL_PORT: 'PORT' }],
];

describe.concurrent.each(SOURCES)('a password from %s', (_, files, given) => {
  const lines = [
    'doctor --verbose',
    'doctor --json --verbose',
    'config show',
    'config show --json',
    'config check',
    'inventory export',
    'inventory diff fleet.csv',
    'resync --registered --default-vendor snom --yes --verbose',
    'mwi on -i fleet.csv --no-check --json',
    'run show last --json',
    'run report last',
    'esl api status --json',
    'esl sendevent CUSTOM --header Event-Subclass=a::b --dry-run',
  ];

  it('is used, and shown nowhere: in no output, no journal, no debug line', async () => {
    await withSandbox({ password: 'x5ecretx', phones: 2 }, async ({ port, commands }) => {
      await withFolder(FILES, async (folder) => {
        for (const [name, text] of Object.entries(files)) {
          await mkdir(join(folder, name, '..'), { recursive: true });
          await writeFile(join(folder, name), text.replace('PORT', String(port)), { mode: 0o600 });
        }
        const env = {
          HOME: join(folder, 'home'),
          XDG_STATE_HOME: join(folder, 'state'),
          CREDENTIALS_DIRECTORY: join(folder, 'credentials'),
          PHONECTL_CONFIG: undefined,
          PHONECTL_DEBUG: '1',
          DEBUG: '*',
          ...(given.PHONECTL_PORT && { PHONECTL_PORT: String(port) }),
        };
        for (const line of lines) {
          const { stdout, stderr } = await runCli(line.split(' '), { cwd: folder, env });
          expect(`${line}: ${stdout}${stderr}`).not.toContain('5ecret');
        }
        const logins = commands.map(String).filter((text) => text.startsWith('auth '));
        expect(new Set(logins)).toEqual(new Set(['auth x5ecretx\n\n']));
        const state = join(folder, 'state');
        const kept = await readdir(state, { recursive: true, withFileTypes: true });
        const journals = kept.filter((entry) => entry.isFile());
        expect(journals.length).toBeGreaterThan(0);
        for (const { parentPath, name } of journals) {
          expect(await readFile(join(parentPath, name), 'utf8')).not.toContain('5ecret');
        }
      });
    });
  });
});
