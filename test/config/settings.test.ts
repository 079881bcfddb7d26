import { execFileSync } from 'node:child_process';
import { chmodSync, lchownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { firstFsCli } from '../../src/config/fs-cli.js';
import { loadConfig } from '../../src/config/load.js';
import type { ConfigPlace } from '../../src/config/places.js';
import { configPlaces, fsCliPlaces } from '../../src/config/places.js';
import type { Check, ConfigSchema } from '../../src/config/read-config.js';
import { findServers } from '../../src/config/server.js';

const even: Check = (text) => {
  if (Number(text) % 2 !== 0) throw Object.assign(new Error(`--rate ${text}: not even`), { hint: '2' });
};
const schema: ConfigSchema = {
  settings: new Map<string, Check>([
    ['rate', even],
    ['domain', () => {}],
    ['template-dir', () => {}],
  ]),
  ofServers: ['rate'],
  paths: ['template-dir'],
  columns: ['user', 'domain'],
};

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'phonectl-settings-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string | Uint8Array, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

function load(...places: readonly ConfigPlace[]) {
  return loadConfig({ env: { PHONECTL_CONFIG: '' }, folder, schema, places });
}

async function problemsOf(text: string): Promise<string[]> {
  const path = file('config.yaml', text);
  const { problems } = await load({ kind: 'user', path });
  return problems.map(({ message, hint }) => `${message.replace(path, '')}${hint === undefined ? '' : ` | ${hint}`}`);
}

describe('where settings are', () => {
  it('is the folder, the user, the system', () => {
    const env = { HOME: '/home/me' };
    expect(configPlaces(env, '/srv')).toEqual([
      { kind: 'project', path: '/srv/phonectl.yaml' },
      { kind: 'user', path: '/home/me/.config/phonectl/config.yaml' },
      { kind: 'system', path: '/etc/phonectl/config.yaml' },
    ]);
    expect(configPlaces({ ...env, XDG_CONFIG_HOME: '/x' }, '/srv')[1]?.path).toBe('/x/phonectl/config.yaml');
    expect(configPlaces({ ...env, XDG_CONFIG_HOME: 'x' }, '/srv')[1]?.path).toBe(
      '/home/me/.config/phonectl/config.yaml',
    );
    expect(fsCliPlaces(env)).toEqual(['/home/me/.fs_cli_conf', '/etc/fs_cli.conf']);
  });

  it('is the one file of PHONECTL_CONFIG, or none', () => {
    expect(configPlaces({ PHONECTL_CONFIG: '/a.yaml' }, '/srv')).toEqual([{ kind: 'named', path: '/a.yaml' }]);
    expect(configPlaces({ PHONECTL_CONFIG: '' }, '/srv')).toEqual([]);
    expect(fsCliPlaces({ PHONECTL_CONFIG: '', HOME: '/home/me' })).toEqual([]);
  });
});

describe('the settings', () => {
  it('are those of the nearest file, each with its line', async () => {
    const project: ConfigPlace = { kind: 'project', path: file('a.yaml', 'rate: 2\n') };
    const user: ConfigPlace = { kind: 'user', path: file('b.yaml', '# mine\n\nrate: 4\ndomain: example.com\n') };
    const { settings, problems } = await load(project, user);
    expect(problems).toEqual([]);
    expect(settings.values.get('rate')).toEqual({ value: '2', from: `${project.path}:1` });
    expect(settings.values.get('domain')).toEqual({ value: 'example.com', from: `${user.path}:4` });
  });

  it('take a server whole, so that no file adds to one of another', async () => {
    const near = file('a.yaml', 'servers: {berlin: {host: 192.0.2.1}}\n');
    const far = file('b.yaml', 'servers: {Berlin: {host: 10.1.0.5, password-file: secret}, paris: {host: 10.2.0.5}}\n');
    const { settings } = await load({ kind: 'user', path: near }, { kind: 'system', path: far });
    expect(settings.servers.get('berlin')).toMatchObject({ host: '192.0.2.1', passwordFile: undefined });
    expect(settings.servers.get('paris')).toMatchObject({ host: '10.2.0.5' });
  });

  it('have paths from where they stand', async () => {
    const path = file('a.yaml', 'template-dir: templates\nservers: {a: {host: h, password-file: ../pw}}\n');
    const { settings } = await load({ kind: 'user', path });
    expect(settings.values.get('template-dir')?.value).toBe(join(folder, 'templates'));
    expect(settings.servers.get('a')?.passwordFile).toBe(join(folder, '..', 'pw'));
  });

  it.each(['[ours, /srv/theirs]', 'ours:/srv/theirs', '[ours, "", "/srv/theirs:"]'])(
    'have several paths in one setting: %s',
    async (paths) => {
      const { settings } = await load({ kind: 'user', path: file('a.yaml', `template-dir: ${paths}\n`) });
      expect(settings.values.get('template-dir')?.value).toBe(`${join(folder, 'ours')}:/srv/theirs`);
    },
  );

  it('have vendors, and headers for columns', async () => {
    const text = `
columns:
  user: [Nebenstelle, "Durchwahl"]
vendors:
  panasonic: {resync: resync}
  acme:
    user-agent: '^Acme/(?<model>\\S+)'
    resync: {template: notify, set: {event: check-sync}}
    reboot: {none: they have no reboot}
`;
    const { settings, problems } = await load({ kind: 'user', path: file('a.yaml', text) });
    expect(problems).toEqual([]);
    expect([...settings.columns].map(([header, { value }]) => [header, value])).toEqual([
      ['Nebenstelle', 'user'],
      ['Durchwahl', 'user'],
    ]);
    expect(settings.vendors.get('panasonic')?.resync).toEqual({ event: 'resync' });
    expect(settings.vendors.get('acme')).toMatchObject({
      resync: { template: 'notify', values: { event: 'check-sync' } },
      reboot: { none: 'they have no reboot' },
    });
    expect(settings.vendors.get('acme')?.userAgent?.exec('acme/X1 2.0')?.groups?.model).toBe('X1');
  });

  it.each(['', '# nothing\n', '---\n', '\ufeff# nothing\n'])('can be none: %j', async (text) => {
    expect(await problemsOf(text)).toEqual([]);
  });
});

describe('what is wrong', () => {
  it.each([
    [
      'rat: 2\n',
      ':1: there is no setting "rat" | one of server, servers, queue, rate, domain, template-dir, columns, vendors',
    ],
    ['domain: a\nrate: 3\n', ':2: rate 3: not even | 2'],
    ['rate: [2, 4]\n', ':1: rate: one value is wanted | rate: …'],
    ['domain: "a\\nb"\n', ':1: domain: it holds a control character'],
    ['servers: berlin\n', ':1: "servers" is not a list of settings | lines like name: value'],
    ['servers:\n  a: {port: 1}\n', ':2: server a has no host | host: 127.0.0.1'],
    ['servers:\n  a: {host: h, port: 99999}\n', ':2: port: "99999" is not a port | FreeSWITCH has 8021'],
    ['servers:\n  a: {host: h, user: me}\n', ':2: user: "me" is not a user | user@domain, as in the directory'],
    ['servers:\n  a b: {host: h}\n', ':2: "a b" can\'t be the name of a server | letters, digits, . _ -'],
    ['servers:\n  a: {host: h, rate: 3}\n', ':2: rate 3: not even | 2'],
    [
      'servers:\n  a: {host: "http://x/"}\n',
      ':2: "http://x/" is not a host | give a name or an address, and the port with --port',
    ],
    ['servers:\n  a: {host: me@x}\n', ':2: "me@x" is not a host | give a name or an address, and the port with --port'],
    ['server: []\n', ':1: server: a name is wanted | one of those below servers'],
    ['server: [a, A]\n', ':1: server: A stands there twice | take one away'],
    ['columns: {user: [Ne St, ne-st]}\n', ':1: "ne-st" stands for two columns | take one away'],
    ['vendors: {acme: {resync: {template: x, none: y}}}\n', ':1: none: there is something beside it | one of them'],
    [
      'servers:\n  a: {host: h, vendors: {snom: {label: x}}}\n',
      ':2: there is no setting "label" | one of resync, reboot',
    ],
    ['columns: {phone: x}\n', ':1: there is no column "phone" | one of user, domain'],
    ['columns: {user: [a, a]}\n', ':1: "a" stands for two columns | take one away'],
    ['vendors: {Acme: {}}\n', ':1: "Acme" can\'t be the name of a vendor | small letters, digits and -'],
    ['vendors: {acme: {resync: {event: x}}}\n', ':1: there is no setting "event" | one of template, set, none'],
    ['vendors: {acme: {resync: {set: {a: b}}}}\n', ':1: resync: a template is wanted | template: its name'],
    ['vendors: {acme: {resync: "a\\rb"}}\n', ':1: resync: it holds a control character'],
  ])('is said with the line: %j', async (text, problem) => {
    expect(await problemsOf(text)).toEqual([problem]);
  });

  it('is said of every setting at once', async () => {
    const text = 'rat: 2\nservers:\n  a: {}\n  b: {host: h, x: 1}\nrate: 3\n';
    expect((await problemsOf(text)).map((line) => line.slice(0, 3))).toEqual([':1:', ':3:', ':4:', ':5:']);
  });

  it('never has a password in it', async () => {
    const said = await problemsOf('servers:\n  a: {host: h, password: hunter22}\n');
    expect(said).toEqual([':2: a password does not stand in this file | password-file: its name']);
  });

  it('is a pattern that can not be read', async () => {
    expect(await problemsOf("vendors: {acme: {user-agent: '('}}\n")).toEqual([
      expect.stringContaining(':1: user-agent: Unterminated group'),
    ]);
    expect(await problemsOf(`vendors: {acme: {user-agent: '${'a'.repeat(300)}'}}\n`)).toHaveLength(1);
  });

  it.each([
    ['a: [\n', /:2: /],
    ['a: 1\na: 2\n', /:2: the same name again/],
    ['- a\n', /:1: the file is not a list of settings/],
    ['rate: 2\n---\nrate: 4\n', /:2: a second document begins here, and one is read/],
    [new Uint8Array([0xff, 0xfe]), /is not UTF-8/],
    ['#'.repeat(70_000), /too large/],
  ])('can be the whole file: %#', async (text, message) => {
    const place: ConfigPlace = { kind: 'user', path: file('config.yaml', text) };
    const said = await load(place).then(
      ({ problems }) => problems[0]?.message,
      ({ message: thrown }: Error) => thrown,
    );
    expect(said).toMatch(message);
  });

  it('is a file that others could have written', async () => {
    const path = file('config.yaml', 'rate: 2\n', 0o622);
    await expect(load({ kind: 'user', path })).rejects.toMatchObject({
      message: `${path}: other users of this machine can write it`,
      hint: `chmod go-w ${path}`,
    });
    const { files, settings } = await load({ kind: 'project', path });
    expect(files[0]?.unread).toContain('can write it');
    expect(settings.values.size).toBe(0);
  });

  it('is a named file that is not there, or no file', async () => {
    const path = join(folder, 'none.yaml');
    await expect(load({ kind: 'named', path })).rejects.toThrow(`${path} can't be read: there is no such file`);
    expect((await load({ kind: 'user', path })).settings.values.size).toBe(0);
    mkdirSync(join(folder, 'config.yaml'));
    await expect(load({ kind: 'user', path: join(folder, 'config.yaml') })).rejects.toThrow('is no file');
  });

  it('is where a folder wants servers to be', async () => {
    const path = file('phonectl.yaml', 'server: berlin\nservers:\n  berlin: {host: 192.0.2.66}\n');
    const { problems, settings } = await load({ kind: 'project', path });
    expect(problems.map(({ message }) => message)).toEqual([`${path}:2: a folder does not say where servers are`]);
    expect(settings.servers.size).toBe(0);
    expect(settings.chosen?.value).toEqual(['berlin']);
  });
});

describe('the server', () => {
  const TWO =
    'servers:\n  berlin: {host: 10.1.0.5, port: 8022, user: ops@pbx, rate: 6}\n  paris: {host: 10.2.0.5}\nrate: 4\n';

  async function context(text: string, fsCli = '') {
    const path = file('config.yaml', text);
    const cli = fsCli === '' ? {} : { HOME: folder };
    if (fsCli !== '') file('.fs_cli_conf', fsCli);
    const loaded = await loadConfig({ env: cli, folder, schema, places: [{ kind: 'user', path }] });
    return { ...loaded, env: {}, ask: () => Promise.resolve('typed') };
  }

  it('is found by its name, in any case', async () => {
    const [server] = await findServers({ servers: ['Berlin'] }, await context(TWO));
    expect(server).toMatchObject({ name: 'berlin', host: '10.1.0.5', port: 8022, user: 'ops@pbx' });
    expect(server?.setting('rate')?.value).toBe('6');
    const [other] = await findServers({ servers: ['paris'] }, await context(TWO));
    expect(other?.setting('rate')?.value).toBe('4');
  });

  it('is the only one, else the chosen one, and never one of several by chance', async () => {
    const [only] = await findServers({}, await context('servers: {a: {host: 192.0.2.1}}\n'));
    expect(only).toMatchObject({ name: 'a', host: '192.0.2.1' });
    const chosen = await findServers({}, await context(`server: [paris, berlin]\n${TWO}`));
    expect(chosen.map(({ name }) => name)).toEqual(['paris', 'berlin']);
    await expect(findServers({}, await context(TWO))).rejects.toMatchObject({
      message: 'no server is named, and there are several',
      hint: '--server, one of berlin, paris',
    });
    await expect(findServers({}, await context(`server: rome\n${TWO}`))).rejects.toThrow(
      /:1: there is no server "rome"/,
    );
  });

  it('is what fs_cli would take, if the settings know none', async () => {
    const fsCli = '[x]\nhost = 192.0.2.3\n[default]\nhost = 192.0.2.4\npassword = fromcli\n';
    const [server] = await findServers({}, await context('', fsCli));
    expect(server).toMatchObject({ name: undefined, host: '192.0.2.4', password: 'fromcli' });
    expect(server?.passwordFrom).toBe(`${join(folder, '.fs_cli_conf')}:3`);
    const [named] = await findServers({ servers: ['x'] }, await context('', fsCli));
    expect(named).toMatchObject({ name: 'x', host: '192.0.2.3', password: 'ClueCon' });
    const [own] = await findServers({}, await context('servers: {a: {host: 192.0.2.1}}\n', fsCli));
    expect(own).toMatchObject({ host: '192.0.2.1', password: 'ClueCon' });
  });

  it('of a host that was named is not that of fs_cli where the settings have servers', async () => {
    const fsCli = '[default]\nhost = 192.0.2.4\nuser = me@pbx\npassword = fromcli\n';
    const [alone] = await findServers({ host: '192.0.2.9' }, await context('', fsCli));
    expect(alone).toMatchObject({ password: 'fromcli', user: 'me@pbx' });
    const [beside] = await findServers({ host: '192.0.2.9' }, await context(TWO, fsCli));
    expect(beside).toMatchObject({ password: 'ClueCon', user: undefined });
    const [own] = await findServers({ host: '192.0.2.9', passwordFile: file('pw', 'x') }, await context('', fsCli));
    expect(own).toMatchObject({ password: 'x', user: undefined });
  });

  it('keeps its password to itself', async () => {
    const pw = file('pw', 'hunter22\n');
    const known = await context(`servers:\n  berlin: {host: 10.1.0.5, password-file: ${pw}}\n`);
    const passwords = async (request: Parameters<typeof findServers>[0]) =>
      (await findServers(request, known)).map(({ password }) => password);
    expect(await passwords({ host: '10.1.0.5' })).toEqual(['hunter22']);
    expect(await passwords({ host: '10.1.0.5', port: 9999 })).toEqual(['ClueCon']);
    expect(await passwords({ host: '192.0.2.9' })).toEqual(['ClueCon']);
    expect(await passwords({ servers: ['berlin=192.0.2.9'] })).toEqual(['ClueCon']);
  });
});

describe('the password', () => {
  it('is what was typed, the credential, the setting, the environment, in this order', async () => {
    const credentials = join(folder, 'credentials');
    mkdirSync(credentials);
    const own = file('own', 'of the setting\n');
    const path = file('config.yaml', `servers:\n  berlin: {host: h, password-file: ${own}}\n`);
    const loaded = await loadConfig({ env: { PHONECTL_CONFIG: '' }, folder, schema, places: [{ kind: 'user', path }] });
    const find = async (env: NodeJS.ProcessEnv, passwordFile?: string) => {
      const [server] = await findServers(
        { passwordFile },
        { ...loaded, env, ask: async (name) => `typed for ${name}` },
      );
      return [server?.password, server?.passwordFrom];
    };
    const env = { PHONECTL_PASSWORD: 'of the environment', CREDENTIALS_DIRECTORY: credentials };
    expect(await find(env)).toEqual(['of the setting', own]);
    writeFileSync(join(credentials, 'phonectl-password'), 'of all\n', { mode: 0o440 });
    expect(await find(env)).toEqual(['of all', 'credential phonectl-password']);
    writeFileSync(join(credentials, 'phonectl-password.berlin'), 'of one\n');
    expect(await find(env)).toEqual(['of one', 'credential phonectl-password.berlin']);
    expect(await find(env, file('typed', 'of a file'))).toEqual(['of a file', join(folder, 'typed')]);
    expect(await find(env, '-')).toEqual(['typed for berlin', 'the terminal']);
  });

  it('is not said again by who gave it in the place of a file', async () => {
    const context = { ...(await load()), env: {}, ask: () => Promise.resolve('') };
    const refusal = findServers({ passwordFile: 'hunter22' }, context);
    await expect(refusal).rejects.toThrow("password file *** can't be read: there is no such file");
    await expect(findServers({ passwordFile: '-' }, context)).rejects.toThrow('the password is empty');
  });
});

it('a pipe in the place of a file of fs_cli is not waited for', async () => {
  const path = join(folder, '.fs_cli_conf');
  execFileSync('mkfifo', [path]);
  expect(await firstFsCli([path])).toMatchObject({ path: undefined });
});

it.runIf(process.getuid?.() === 0)('a stranger’s link to a file of ours is no project file', async () => {
  const [own, link] = [file('config.yaml', 'template-dir: templates\n'), join(folder, 'phonectl.yaml')];
  symlinkSync(own, link);
  const place = { kind: 'project', path: link } as const;
  expect((await load(place)).settings.values.get('template-dir')?.value).toBe(join(folder, 'templates'));
  lchownSync(link, 65_534, 65_534);
  const { files, settings } = await load(place);
  expect([files[0]?.unread, settings.values.size]).toEqual([`${link} is another user's link`, 0]);
});
