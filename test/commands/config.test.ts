import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../support/cli.js';
import { snoms, withFolder, withSandbox } from '../support/lab.js';

/** A home with these files, each its owner's alone, and a folder to be in. */
async function withHome(
  files: Readonly<Record<string, string>>,
  use: (
    home: string,
    call: (...args: string[]) => ReturnType<typeof runCli>,
    more: Record<string, string>,
  ) => Promise<void>,
): Promise<void> {
  await withFolder({}, async (home) => {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(join(home, name, '..'), { recursive: true });
      await writeFile(join(home, name), text, { mode: 0o600 });
    }
    await mkdir(join(home, 'cwd'), { recursive: true });
    // Tests have it empty; without it the files of this home count.
    const env = { HOME: home, XDG_STATE_HOME: join(home, 'state'), PHONECTL_CONFIG: undefined };
    const more: Record<string, string> = {};
    const call = (...args: string[]) => runCli(args, { cwd: join(home, 'cwd'), env: { ...env, ...more } });
    await use(home, call, more);
  });
}

const CONFIG = '.config/phonectl/config.yaml';

describe.concurrent('settings', () => {
  it('say where the server is, how it is logged in to, and its password', async () => {
    await withSandbox({ password: 'hunter22' }, async ({ sandbox, events }) => {
      const text = `servers:\n  berlin:\n    host: ${sandbox.host}\n    port: ${sandbox.port}\n    password-file: pw\n`;
      await withHome({ [CONFIG]: text, '.config/phonectl/pw': 'hunter22\n' }, async (_home, call) => {
        const { code, stdout, stderr } = await call('mwi', 'on', '1000@phones.test', '--no-check');
        expect({ code, stderr: stderr.includes('hunter22') }).toEqual({ code: 0, stderr: false });
        expect(stdout).toMatch(/through berlin \(/);
        expect(events).toHaveLength(1);
      });
    });
  });

  it('that are slips come with what may be meant', async () => {
    await withHome({ [CONFIG]: 'rat: 80\nretryfor: 1m\ncolours: x\ncolumns: {usr: Nr}\n' }, async (_home, call) => {
      const { code, stdout, stderr } = await call('config', 'check');
      expect(code).toBe(3);
      const said = stdout + stderr;
      expect(said).toMatch(/there is no setting "rat" \(try: did you mean rate\?\)\n/);
      expect(said).toMatch(/"retryfor" \(try: did you mean retry-for\?\)\n/);
      expect(said).toMatch(/"colours" \(try: one of server, servers, /);
      expect(said).toMatch(/no column "usr" \(try: did you mean user\?\)\n/);
    });
  });

  it('are overruled by the environment, and that by a flag', async () => {
    await withHome({ [CONFIG]: 'domain: one.test\n' }, async (_home, call, more) => {
      const event = async (...args: string[]) =>
        (await call('resync', '1000', '-n', '--default-vendor', 'snom', ...args)).stdout;
      expect(await event()).toContain('host: one.test');
      more.PHONECTL_DOMAIN = 'two.test';
      expect(await event()).toContain('host: two.test');
      expect(await event('--domain', 'three.test')).toContain('host: three.test');
    });
  });

  it('of the folder one is in come before those of the user', async () => {
    await withHome(
      { [CONFIG]: 'domain: one.test\nsip-profile: outer\n', 'cwd/phonectl.yaml': 'domain: two.test\n' },
      async (home, call) => {
        const dry = ['resync', '1000', '-n', '--default-vendor', 'snom'] as const;
        expect((await call(...dry)).stdout).toMatch(/profile: outer\n[\s\S]*host: two\.test/);
        await chmod(join(home, 'cwd/phonectl.yaml'), 0o666);
        expect((await call(...dry)).stdout).toContain('host: one.test');
        expect((await call('config', 'show')).stdout).toContain('other users of this machine can write it');
      },
    );
  });

  const VENDORS = `
servers:
  berlin: {host: 192.0.2.1, vendors: {panasonic: {resync: berlin-word}}}
  paris: {host: 192.0.2.2}
vendors:
  panasonic: {resync: own-word}
  cisco-ent: {resync: {template: check-sync}}
  acme:
    label: Acme intercoms
    user-agent: '^Acme/(?<model>\\S+) (?<firmware>\\S+)'
    resync: acme-word
`;

  it.each([
    ['other words', 'aor,vendor\n1@a.test,panasonic\n', 'paris', 'own-word'],
    ['other words at one site', 'aor,vendor\n1@a.test,panasonic\n', 'berlin', 'berlin-word'],
    ['another template, for all models', 'aor,vendor,model\n1@a.test,cisco-ent,7940\n', 'paris', 'check-sync'],
    ['a word to a new make, by its User-Agent', 'aor,user_agent\n1@a.test,Acme/X1 2.0\n', 'paris', 'acme-word'],
    ['a word to a new make, by its name', 'aor,vendor\n1@a.test,acme\n', 'paris', 'acme-word'],
  ])('give vendors %s', async (_, inventory, server, word) => {
    await withHome({ [CONFIG]: VENDORS, 'phones.csv': inventory }, async (home, call) => {
      const { stdout } = await call('resync', '-i', join(home, 'phones.csv'), '-n', '--server', server);
      expect(/event-string: (.*)/.exec(stdout)?.[1]).toBe(word);
    });
  });

  it('show new vendors, and what they can not do', async () => {
    await withHome({ [CONFIG]: VENDORS }, async (_home, call) => {
      const { stdout } = await call('vendor', 'identify', 'Acme/X1 2.0');
      expect(stdout).toMatch(
        /^vendor +acme \(Acme intercoms\)\n[\s\S]*model +X1\n[\s\S]*firmware +2\.0\n[\s\S]*resync +notify with the event acme-word/,
      );
      expect(stdout.replace(/\s+/g, '')).toMatch(/\(configured:\S*config\.yaml:8\)/);
      const reboot = await call('reboot', '1@a.test', '-n', '--default-vendor', 'acme', '--server', 'paris');
      expect(reboot.stdout + reboot.stderr).toContain('no reboot is set for acme');
    });
  });

  it('know the headers of files', async () => {
    await withHome(
      { [CONFIG]: 'columns:\n  user: Nebenstelle\n  domain: [Standort, Mandant]\n' },
      async (home, call) => {
        const file = join(home, 'phones.csv');
        await writeFile(file, 'NEBENSTELLE;Mandant;Extension\n1000;a.test;x\n');
        const { code, stdout } = await call('inventory', 'list', file, '--json');
        expect(code).toBe(0);
        expect(JSON.parse(stdout)).toMatchObject({ phones: [{ aor: '1000@a.test' }] });
      },
    );
  });

  it('that are wrong end a command before anything is sent, and help still works', async () => {
    await withSandbox({}, async ({ to, commands }) => {
      await withHome({ [CONFIG]: 'rat: 5\nmwi-rate: fast\n' }, async (home, call) => {
        const { code, stderr } = await call('mwi', 'on', '1000@phones.test', ...to);
        expect(code).toBe(3);
        expect(stderr).toContain(`${join(home, CONFIG)}:1: there is no setting "rat"`);
        expect(commands).toEqual([]);
        const check = await call('config', 'check');
        expect(check.code).toBe(3);
        expect(check.stderr).toContain('2 mistakes');
        expect(check.stderr).toContain('config.yaml:2: rate fast: not a rate');
        expect((await call('help', 'csv')).code).toBe(0);
        expect((await call('config', 'show')).code).toBe(0);
      });
    });
  });

  it('that name a vendor there is not are wrong', async () => {
    await withHome({ [CONFIG]: 'vendors: {panasnic: {resync: x}}\n' }, async (_home, call) => {
      const { code, stderr } = await call('config', 'check');
      expect(code).toBe(3);
      expect(stderr).toMatch(
        /config\.yaml:1: there is no vendor "panasnic" \(try: near it: panasonic; a new one needs/i,
      );
    });
  });

  it('that have a template there is not are wrong', async () => {
    await withHome({ [CONFIG]: 'vendors:\n  snom: {reboot: {template: notfy}}\n' }, async (_home, call) => {
      const { code, stderr } = await call('config', 'check');
      expect(code).toBe(3);
      expect(stderr).toMatch(/config\.yaml:2: .*notfy.*there is no such template/);
    });
  });

  it('that make a reboot of a resync have it asked about like one', async () => {
    await withHome({ [CONFIG]: 'vendors:\n  snom: {resync: check-sync;reboot=true}\n' }, async (_home, call) => {
      await withSandbox({ phones: snoms(1) }, async ({ to, events }) => {
        const { code, stderr } = await call('resync', '1000@phones.test', ...to);
        expect({ code, events }).toEqual({ code: 2, events: [] });
        expect(stderr).toContain('a reboot needs --yes where nobody can be asked');
      });
    });
  });

  it('give no name and no password of a server to another port of its host', async () => {
    await withSandbox({ phones: snoms(1) }, async ({ port, commands }) => {
      const text = `servers: {berlin: {host: 127.0.0.1, port: 1, password-file: pw}}\n`;
      await withHome({ [CONFIG]: text, '.config/phonectl/pw': 'hunter22\n' }, async (_home, call) => {
        const { stdout } = await call('mwi', 'on', '1000@phones.test', '-P', String(port));
        expect(stdout).toContain(`through 127.0.0.1:${port}`);
        expect(String(commands[0])).toBe('auth ClueCon\n\n');
      });
    });
  });

  it('do not take a slip in the name of a server for a host', async () => {
    await withHome({ [CONFIG]: 'servers: {berlin: {host: 192.0.2.1}}\n' }, async (_home, call) => {
      const { code, stderr } = await call('doctor', '--server', 'belin');
      expect({ code, stderr }).toEqual({
        code: 3,
        stderr: 'phonectl: --server: there is no server "belin"\n  try: --server, one of berlin; a host: belin=belin\n',
      });
    });
  });

  it('say which password it was that a server refused', async () => {
    await withSandbox({ password: 'other' }, async ({ port }) => {
      const text = `servers: {berlin: {host: 127.0.0.1, port: ${port}, password-file: pw}}\n`;
      await withHome({ [CONFIG]: text, '.config/phonectl/pw': 'hunter22\n' }, async (home, call) => {
        const { code, stderr } = await call('mwi', 'on', '1000@phones.test');
        expect(code).toBe(4);
        expect(stderr).toContain(`try: is the password right? it was that of ${join(home, '.config/phonectl/pw')}`);
      });
    });
  });

  it('do not count where PHONECTL_CONFIG is empty', async () => {
    await withHome({ [CONFIG]: 'rat: 5\n' }, async (_home, call, more) => {
      more.PHONECTL_CONFIG = '';
      expect((await call('config', 'check')).stdout).toContain('there is no file of settings');
    });
  });

  it('choose the rate of a server', async () => {
    await withSandbox({}, async ({ sandbox, events }) => {
      const text = `servers:\n  a: {host: ${sandbox.host}, port: ${sandbox.port}, mwi-rate: 0.001}\nrate: 1000\n`;
      await withHome({ [CONFIG]: text }, async (_home, call) => {
        const { code } = await call(
          'mwi',
          'on',
          '1000@phones.test',
          '1001@phones.test',
          '--no-check',
          '--no-journal',
          '--rate',
          '0',
        );
        expect(code).toBe(0);
        expect(events).toHaveLength(2);
      });
    });
  });
});

describe.concurrent('fs_cli’s files', () => {
  it('name the server, its port, user and password', async () => {
    await withSandbox({ password: 'hunter22' }, async ({ sandbox }) => {
      const text = `[default]\nhost => ${sandbox.host}\nport => ${sandbox.port}\npassword => hunter22\n`;
      await withHome({ '.fs_cli_conf': text }, async (home, call) => {
        const { code, stdout } = await call('doctor', '--verbose');
        expect(code).toBe(0);
        expect(stdout).toMatch(new RegExp(`password +\\*\\*\\* +${home}/.fs_cli_conf:1`));
        expect((await call('doctor', '--server', 'default')).code).toBe(0);
      });
    });
  });
});

describe.concurrent('config check', () => {
  it('finds servers that there are not, and password files that are of no use', async () => {
    const text = 'server: [paris, rome]\nservers:\n  paris: {host: h, password-file: none}\n';
    await withHome({ [CONFIG]: text }, async (_home, call) => {
      const { code, stderr } = await call('config', 'check');
      expect(code).toBe(3);
      expect(stderr).toMatch(
        /config\.yaml:1: there is no server "rome"\n.*config\.yaml:3: password file .*: there is no such file/,
      );
    });
  });

  it('and a User-Agent can not hold up whoever has a pattern that takes for ever', async () => {
    await withHome({ [CONFIG]: "vendors: {acme: {user-agent: '^(a+)+$', resync: x}}\n" }, async (_home, call) => {
      expect((await call('vendor', 'identify', 'aaa')).stdout).toMatch(/^vendor +acme/);
      const { code, stderr } = await call('vendor', 'identify', `${'a'.repeat(60)}!`);
      expect(code).toBe(5);
      expect(stderr).toContain('no known vendor has the User-Agent');
    });
  });

  it('warns where others can read the passwords of fs_cli', async () => {
    await withHome({ '.fs_cli_conf': '[default]\npassword = hunter22\n' }, async (home, call) => {
      expect((await call('config', 'check')).stderr).toBe('');
      await chmod(join(home, '.fs_cli_conf'), 0o644);
      const { code, stderr } = await call('config', 'check');
      expect({ code, stderr }).toEqual({
        code: 0,
        stderr: `warning: ${join(home, '.fs_cli_conf')}: other users of this machine can read the passwords in it; chmod 600 it\n`,
      });
    });
  });
});

describe.concurrent('config init', () => {
  it('makes settings of what fs_cli knows, and takes the passwords out of them', async () => {
    const fsCli =
      '[default]\nhost => 127.0.0.1\npassword => ClueCon\n[my pbx]\nhost = 10.1.0.5\nuser = ops@pbx\npassword = hunter22\n';
    await withHome({ '.fs_cli_conf': fsCli }, async (home, call) => {
      const { code, stdout, stderr } = await call('config', 'init');
      expect(code).toBe(0);
      expect(stdout).toBe(`wrote ${join(home, CONFIG)}, with 2 servers of ${join(home, '.fs_cli_conf')}\n`);
      expect(stderr).toBe('  go on: phonectl doctor\n');
      const written = await readFile(join(home, CONFIG), 'utf8');
      expect(written).not.toContain('hunter22');
      expect(written).toContain('password-file: my_pbx.password');
      expect(await readFile(join(home, '.config/phonectl/my_pbx.password'), 'utf8')).toBe('hunter22\n');
      expect((await stat(join(home, '.config/phonectl/my_pbx.password'))).mode & 0o777).toBe(0o600);
      expect((await call('config', 'check')).stdout).toBe(`${join(home, CONFIG)}: nothing is wrong\n`);
      const again = await call('config', 'init');
      expect({ code: again.code, stderr: again.stderr }).toEqual({
        code: 3,
        stderr: `phonectl: ${join(home, '.config/phonectl/my_pbx.password')} is there already\n  try: change it, or move it away first\n`,
      });
    });
  });

  it.skipIf(existsSync('/etc/fs_cli.conf'))('has something to start from where fs_cli knows nothing', async () => {
    await withHome({}, async (home, call) => {
      expect((await call('config', 'init')).code).toBe(0);
      const written = await readFile(join(home, CONFIG), 'utf8');
      expect(written).toContain('server: local\nservers:\n  local:\n    host: 127.0.0.1\n    port: 8021\n');
      // What stands there as a comment is right as well.
      const all = written.replace(/^# (?=[a-z]| {2})/gm, '').replace(/^Settings of.*$/m, '');
      await writeFile(join(home, CONFIG), all);
      expect((await call('config', 'check')).stderr).toBe('');
    });
  });
});

describe.concurrent('a server that was typed', () => {
  it('gets nothing that the environment says of another one', async () => {
    await withSandbox({ password: 'hunter22', phones: [] }, async ({ sandbox }) => {
      const text = `servers:\n  berlin:\n    host: ${sandbox.host}\n    port: ${sandbox.port}\n    password-file: pw\n`;
      const files = { [CONFIG]: text, '.config/phonectl/pw': 'hunter22\n', other: 'not-hers\n' };
      await withHome(files, async (home, call, more) => {
        Object.assign(more, { PHONECTL_HOST: '127.0.0.1', PHONECTL_PORT: '9', PHONECTL_USER: 'a@b' });
        Object.assign(more, { PHONECTL_PASSWORD_FILE: join(home, 'other') });
        expect(await call('esl', 'api', 'status', '--server', 'berlin')).toMatchObject({ code: 0 });
        delete more.PHONECTL_HOST;
        expect(await call('esl', 'api', 'status', '--server', 'berlin')).toMatchObject({ code: 0 });
      });
    });
  });
});

describe.concurrent('a resync that settings make a reboot', () => {
  it('is asked for as one', async () => {
    const text = 'vendors:\n  snom:\n    resync: check-sync;reboot=true\n';
    await withSandbox({}, async ({ to, events }) => {
      await withHome({ [CONFIG]: text }, async (_home, call) => {
        const resync = ['resync', '1000@phones.test', '--default-vendor', 'snom', '--no-check', ...to];
        const { code, stderr } = await call(...resync);
        expect([code, events.length]).toEqual([2, 0]);
        expect(stderr).toContain('a reboot needs --yes');
        expect((await call(...resync, '--yes')).code).toBe(0);
      });
    });
  });
});
