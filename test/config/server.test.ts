import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config/errors.js';
import { findServers, type Server, type ServerContext, type ServerRequest } from '../../src/config/server.js';
import { NO_SETTINGS } from '../../src/config/settings.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'phonectl-config-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

type Asked = ServerRequest & Partial<ServerContext>;

/** One server, with nothing known but what is said here. */
async function find({
  settings = NO_SETTINGS,
  fsCli = new Map(),
  env = {},
  ask = nobody,
  ...request
}: Asked): Promise<Server> {
  const [server, another] = await findServers(request, { settings, fsCli, env, ask });
  if (!server || another) throw new Error('it is not one server');
  return server;
}

const nobody = () => Promise.reject(new Error('somebody was asked'));

async function problem(asked: Asked): Promise<ConfigError> {
  const error: unknown = await find(asked).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConfigError)) throw error ?? new Error('it was accepted');
  return error;
}

describe('the server', () => {
  it('is what fs_cli takes with nothing said', async () => {
    expect(await find({ env: {} })).toMatchObject({
      host: '127.0.0.1',
      port: 8021,
      password: 'ClueCon',
      passwordFrom: 'the stock password',
    });
  });

  it.each([
    ['switch.example.com', 'switch.example.com'],
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1%eth0'],
  ])('can be %s', async (host, address) => {
    expect(await find({ host, port: 8022, env: {} })).toMatchObject({ host: address, port: 8022 });
  });

  it.each(['', ' ', 'a b', 'a/b', 'user@host', 'host:8021', '[::1]:8021', 'tcp://host', '192.0.2.1:8021', 'a\nb'])(
    'can not be %j',
    async (host) => {
      const { message, hint } = await problem({ host, env: {} });
      expect(message).toMatch(/is not a host$/);
      expect(hint).toContain('--port');
    },
  );
});

describe('the password', () => {
  it('says where it came from, not what it is', async () => {
    const passwordFile = file('first', 'one\n');
    const env = { PHONECTL_PASSWORD: 'two' };
    expect(await find({ passwordFile, env })).toMatchObject({ password: 'one', passwordFrom: passwordFile });
    expect(await find({ env })).toMatchObject({ password: 'two', passwordFrom: 'PHONECTL_PASSWORD' });
    expect(await find({ env: { PHONECTL_PASSWORD: '' } })).toMatchObject({ password: 'ClueCon' });
  });

  it('keeps blanks, and all but the one line end', async () => {
    expect(await find({ passwordFile: file('blanks', '  a b \r\n'), env: {} })).toMatchObject({
      password: '  a b ',
    });
    expect(await find({ passwordFile: file('accents', 'pässwörd'), env: {} })).toMatchObject({
      password: 'pässwörd',
    });
  });

  it.each([
    ['others', 0o604],
    ['group', 0o640],
    ['writers', 0o620],
    ['everybody', 0o777],
  ])('is not read from a file that %s can get at', async (name, mode) => {
    const path = file(name, '5ecret', mode);
    const { message, hint } = await problem({ passwordFile: path, env: {} });
    expect(message).toBe(`password file ${path}: other users of this machine can read it`);
    expect(hint).toBe(`chmod 600 ${path}`);
  });

  it('has a command to mend it that a shell takes as it is meant', async () => {
    const { hint } = await problem({ passwordFile: file("it's mine", 'x', 0o644), env: {} });
    expect(hint).toBe(`chmod 600 '${join(folder, "it'\\''s mine")}'`);
  });

  it.each([
    ['empty', '', 'is empty'],
    ['newline', '\n', 'is empty'],
    ['two-lines', '5ecret\n\n', 'has more than one line'],
    ['return', '5ecret\r', 'has more than one line'],
    ['nul', '5ecret\0', 'has more than one line'],
  ])('is not taken from a file that is wrong: %s', async (name, content, what) => {
    const path = file(name, content);
    const { message } = await problem({ passwordFile: path, env: { PHONECTL_PASSWORD: 'x' } });
    expect(message).toBe(`password file ${path} ${what}`);
  });

  it('says why a file can not be read', async () => {
    const missing = await problem({ passwordFile: join(folder, 'no-such-file'), env: {} });
    expect(missing.message).toMatch(/can't be read: there is no such file$/);
    // Nobody may be told to chmod 600 a folder.
    chmodSync(folder, 0o755);
    const isFolder = await problem({ passwordFile: folder, env: {} });
    expect(isFolder).toMatchObject({ message: `password file ${folder} is a folder`, hint: undefined });
  });
});

it('asks for the password of one server after the other, as there is one keyboard', async () => {
  let open = 0;
  const ask = async (server: string) => {
    expect(++open).toBe(1);
    await new Promise(setImmediate);
    open--;
    return `typed for ${server}`;
  };
  const request = { servers: ['a=192.0.2.1', 'b=192.0.2.2'], passwordFile: '-' };
  const servers = await findServers(request, { settings: NO_SETTINGS, fsCli: new Map(), env: {}, ask });
  expect(servers.map(({ password }) => password)).toEqual(['typed for a', 'typed for b']);
});
