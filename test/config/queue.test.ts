import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import type { ConfigPlace } from '../../src/config/places.js';
import { findQueue } from '../../src/config/queue.js';
import { parseQueueUrl, queueName } from '../../src/config/queue-url.js';
import type { ConfigSchema } from '../../src/config/read-config.js';
import { NO_SETTINGS } from '../../src/config/settings.js';

const schema: ConfigSchema = { settings: new Map(), ofServers: [], paths: [], columns: [] };

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'phonectl-queue-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

function load(text: string, { kind = 'user', mode = 0o600 }: { kind?: ConfigPlace['kind']; mode?: number } = {}) {
  const path = file('config.yaml', text, mode);
  return loadConfig({ env: { PHONECTL_CONFIG: '' }, folder, schema, places: [{ kind, path }] });
}

async function settingsOf(text: string) {
  const { settings, problems } = await load(text);
  expect(problems).toEqual([]);
  return settings;
}

async function problemsOf(text: string, options: Parameters<typeof load>[1] = {}): Promise<string[]> {
  const { problems } = await load(text, options);
  return problems.map(({ message, hint }) => `${message} | ${hint}`.replaceAll(join(folder, 'config.yaml'), ''));
}

describe('the address of a queue', () => {
  it.each([
    ['redis://queue.test', 'redis://queue.test:6379/0'],
    ['redis://Queue.Test:6380/3', 'redis://queue.test:6380/3'],
    ['rediss://queue.test/', 'rediss://queue.test:6379/0'],
    ['redis://[::1]:7000/1', 'redis://[::1]:7000/1'],
    ['redis://alice:s3cret@10.0.0.5', 'redis://10.0.0.5:6379/0'],
  ])('%s is called %s', (text, name) => {
    expect(queueName(parseQueueUrl(text))).toBe(name);
  });

  it('has user and password as they are, escapes undone', () => {
    expect(parseQueueUrl('redis://al%40ice:a%2Fb%25@h')).toMatchObject({ user: 'al@ice', password: 'a/b%' });
    expect(parseQueueUrl('redis://:only@h')).toMatchObject({ user: undefined, password: 'only' });
  });

  it.each([
    'queue.test:6379',
    'http://queue.test',
    'redis://',
    'redis://:geheim@',
    'redis://:geh#eim@queue.test',
    'redis://:geh/eim@queue.test',
    'redis://:geh%eim@queue.test',
    'redis://:geheim@queue.test:0',
    'redis://:geheim@queue.test:99999',
    'redis://:geheim@queue.test/keys',
    'redis://:geheim@queue.test/0?db=2',
    'redis://:geheim@que%20ue.test',
    'redis://:geheim@[::zz]',
  ])('%s is refused, and not said again', (text) => {
    let said = '';
    try {
      parseQueueUrl(text);
    } catch (error) {
      said = `${error} ${(error as { hint?: string }).hint}`;
    }
    expect(said).toMatch(/^ConfigError: /);
    expect(said).not.toMatch(/geh|eim|queue\.test/);
  });
});

describe('queue: of the settings', () => {
  it('is an address', async () => {
    const settings = await settingsOf('queue: redis://queue.test/2\n');
    expect(await findQueue({}, { settings, env: {} })).toEqual({
      host: 'queue.test',
      port: 6379,
      db: 2,
      user: undefined,
      password: undefined,
      passwordFrom: undefined,
      tls: undefined,
      prefix: 'phonectl',
      name: 'redis://queue.test:6379/2',
    });
  });

  it('has user, files and prefix beside it, the files where it is', async () => {
    execFileSync(
      'openssl',
      'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=ca'.split(
        ' ',
      ),
      { cwd: folder, stdio: 'ignore' },
    );
    file('queue.password', 's3cret\n');
    const settings = await settingsOf(
      'queue:\n  url: rediss://queue.test\n  user: alice\n  password-file: queue.password\n  ca-file: ca.pem\n  prefix: berlin\n',
    );
    expect(await findQueue({}, { settings, env: {} })).toMatchObject({
      user: 'alice',
      password: 's3cret',
      passwordFrom: join(folder, 'queue.password'),
      tls: { ca: expect.stringContaining('BEGIN CERTIFICATE') },
      prefix: 'berlin',
      name: 'rediss://queue.test:6379/0',
    });
  });

  it.each([
    ['queue:\n', ':1: queue: an address is wanted | url: redis://127.0.0.1:6379/0'],
    ['queue:\n  user: alice\n', ':1: queue: an address is wanted | url: redis://127.0.0.1:6379/0'],
    ['queue: [a, b]\n', ':1: queue: one value is wanted | queue: …'],
    [
      'queue:\n  url: redis://h\n  password: x\n',
      ':3: a password does not stand in this file | password-file: its name',
    ],
    [
      'queue:\n  url: redis://h\n  pasword-file: x\n',
      ':3: there is no setting "pasword-file" | one of url, user, password-file, ca-file, prefix',
    ],
    ['queue:\n  url: redis://bob@h\n  user: alice\n', ':3: user: the url names one already | take one away'],
    [
      'queue:\n  url: redis://:pw@h\n  password-file: x\n',
      ':3: password-file: the url holds a password already | take that out of the url',
    ],
    [
      'queue:\n  url: redis://h\n  ca-file: x\n',
      ':3: ca-file: the url does not ask for TLS | rediss:// instead of redis://',
    ],
    [
      'queue:\n  url: redis://h\n  prefix: a b\n',
      `:3: prefix: "a b" can't begin the names of keys | letters, digits, . _ -`,
    ],
  ])('%j is refused with its line', async (text, problem) => {
    expect(await problemsOf(text)).toEqual([problem]);
  });

  it('is refused where it is no address, whichever way it is written', async () => {
    expect((await problemsOf('queue: queue.test\n'))[0]).toMatch(
      /^:1: queue: it is not the address of a queue \| redis:/,
    );
    expect((await problemsOf('queue:\n  url: queue.test\n'))[0]).toMatch(/^:2: url: it is not the address of a queue/);
  });

  it('does not stand in the file of a folder', async () => {
    expect(await problemsOf('queue: redis://h\n', { kind: 'project' })).toEqual([
      ':1: a folder does not say where the queue is | put queue into your own config.yaml',
    ]);
  });

  it('holds a password only in a file that others can not read', async () => {
    const text = 'queue: redis://:s3cret@h\n';
    expect(await problemsOf(text)).toEqual([]);
    const [problem, ...others] = await problemsOf(text, { mode: 0o644 });
    expect(others).toEqual([]);
    expect(problem).toMatch(
      /^:1: a password stands in the address, and other users .* can read this file \| chmod 600 /,
    );
    expect(problem).not.toContain('s3cret');
  });

  it('names files that can be used, or says which can not', async () => {
    const settings = await settingsOf('queue:\n  url: rediss://h\n  password-file: secret\n  ca-file: ca.pem\n');
    const find = () => findQueue({}, { settings, env: {} });
    await expect(find()).rejects.toThrow(/config\.yaml:1: password file .*secret can't be read: there is no such file/);
    file('secret', 's3cret', 0o644);
    await expect(find()).rejects.toThrow(/other users of this machine can read it/);
    file('secret', 's3cret');
    await expect(find()).rejects.toThrow(/config\.yaml:1: ca-file .*ca\.pem can't be read: there is no such file/);
    file('ca.pem', 'no certificate');
    await expect(find()).rejects.toThrow(/config\.yaml:1: ca-file .*ca\.pem holds no certificate/);
  });
});

describe('which queue is meant', () => {
  it('is none if nobody names one', async () => {
    expect(await findQueue({}, { settings: NO_SETTINGS, env: {} })).toBeUndefined();
    expect(await findQueue({}, { settings: NO_SETTINGS, env: { PHONECTL_QUEUE: '' } })).toBeUndefined();
  });

  it('is that of the flag, else of the environment, else of the settings', async () => {
    const settings = await settingsOf('queue: redis://of-settings\n');
    const env = { PHONECTL_QUEUE: 'redis://of-env' };
    expect(await findQueue({ url: 'redis://of-flag' }, { settings, env })).toMatchObject({ host: 'of-flag' });
    expect(await findQueue({}, { settings, env })).toMatchObject({ host: 'of-env' });
    expect(await findQueue({}, { settings, env: {} })).toMatchObject({ host: 'of-settings' });
  });

  it('says which of them is wrong', async () => {
    const context = { settings: NO_SETTINGS, env: {} };
    await expect(findQueue({ url: 'x' }, context)).rejects.toThrow(/^--queue x: it is not the address/);
    await expect(findQueue({ url: 'x', flag: '--via' }, context)).rejects.toThrow(/^--via x: it is not the address/);
    // What may be more than a word may hold a password.
    for (const url of ['x:y', 'x@y', ':x', 'redis:x', 'x/y', 'x%40']) {
      await expect(findQueue({ url, flag: '--via' }, context)).rejects.toThrow(/^--via: it is not the address/);
    }
    const env = { PHONECTL_QUEUE: 'x' };
    await expect(findQueue({}, { ...context, env })).rejects.toThrow(/^PHONECTL_QUEUE: it is not the address/);
  });
});

describe('the password of a queue', () => {
  const SETTINGS = 'queue:\n  url: redis://queue.test\n  user: alice\n  password-file: secret\n  prefix: berlin\n';

  it('does not stand on the command line', async () => {
    const finding = findQueue({ url: 'redis://:s3cret@h' }, { settings: NO_SETTINGS, env: {} });
    await expect(finding).rejects.toThrow(/^--queue: a password stands in the address/);
    await expect(finding).rejects.not.toThrow(/s3cret/);
    const via = findQueue({ url: 'redis://:s3cret@h', flag: '--via' }, { settings: NO_SETTINGS, env: {} });
    await expect(via).rejects.toThrow(/^--via: a password stands in the address/);
  });

  it('is that of systemd, of the file, of the environment, of the address, in this order', async () => {
    const credentials = join(folder, 'credentials');
    mkdirSync(credentials);
    file('credentials/phonectl-queue-password', 'of-systemd\n');
    file('secret', 'of-file\n');
    const withFile = await settingsOf('queue:\n  url: redis://queue.test\n  password-file: secret\n');
    const env = { PHONECTL_QUEUE: 'redis://:of-address@queue.test', PHONECTL_QUEUE_PASSWORD: 'of-env' };
    const found = async (settings: typeof withFile, env: NodeJS.ProcessEnv) => {
      const queue = await findQueue({}, { settings, env });
      return [queue?.password, queue?.passwordFrom];
    };
    expect(await found(withFile, { ...env, CREDENTIALS_DIRECTORY: credentials })).toEqual([
      'of-systemd',
      'credential phonectl-queue-password',
    ]);
    expect(await found(withFile, env)).toEqual(['of-file', join(folder, 'secret')]);
    expect(await found(NO_SETTINGS, env)).toEqual(['of-env', 'PHONECTL_QUEUE_PASSWORD']);
    expect(await found(NO_SETTINGS, { PHONECTL_QUEUE: env.PHONECTL_QUEUE })).toEqual(['of-address', 'PHONECTL_QUEUE']);
    const inFile = await settingsOf('queue: redis://:of-settings@queue.test\n');
    expect(await found(inFile, {})).toEqual(['of-settings', `${join(folder, 'config.yaml')}:1`]);
  });

  it('is for the same queue also where the flag names it', async () => {
    file('secret', 'of-file\n');
    const settings = await settingsOf(SETTINGS);
    for (const url of ['redis://queue.test', 'redis://QUEUE.test:6379/4', 'rediss://alice@queue.test']) {
      expect(await findQueue({ url }, { settings, env: {} })).toMatchObject({
        user: 'alice',
        password: 'of-file',
        prefix: 'berlin',
      });
    }
  });

  it.each(['redis://other.test', 'redis://queue.test:6380', 'redis://bob@queue.test'])(
    'is not for %s, whoever has it',
    async (url) => {
      file('secret', 'of-file\n');
      file('phonectl-queue-password', 'of-systemd\n');
      const settings = await settingsOf(SETTINGS);
      const env = { CREDENTIALS_DIRECTORY: folder, PHONECTL_QUEUE_PASSWORD: 'of-env' };
      expect(await findQueue({ url }, { settings, env })).toMatchObject({
        password: undefined,
        passwordFrom: undefined,
      });
      expect(await findQueue({}, { settings, env: { PHONECTL_QUEUE: url } })).toMatchObject({ password: undefined });
      const ofEnv = { PHONECTL_QUEUE: 'redis://alice:of-address@queue.test', PHONECTL_QUEUE_PASSWORD: 'of-env' };
      expect(await findQueue({ url }, { settings, env: ofEnv })).toMatchObject({ password: undefined });
    },
  );

  it('that belongs to another queue is told of, not told', async () => {
    file('secret', 'of-file\n');
    const settings = await settingsOf(SETTINGS);
    const of = async (url: string, env: NodeJS.ProcessEnv = {}) => {
      const found = await findQueue({ url }, { settings, env });
      expect(JSON.stringify(found?.withheld ?? '')).not.toMatch(/of-(?:file|env|address)/);
      return found?.withheld;
    };
    expect(await of('redis://queue.test')).toBeUndefined();
    expect(await of('redis://localhost', { PHONECTL_QUEUE_PASSWORD: 'of-env' })).toEqual({
      from: 'PHONECTL_QUEUE_PASSWORD',
      of: 'redis://queue.test:6379/0 as alice',
    });
    expect(await of('redis://localhost')).toEqual({
      from: join(folder, 'secret'),
      of: 'redis://queue.test:6379/0 as alice',
    });
    expect(await of('redis://localhost', { PHONECTL_QUEUE: 'rediss://:of-address@queue.test' })).toEqual({
      from: 'PHONECTL_QUEUE',
      of: 'rediss://queue.test:6379/0',
    });
    const none = await findQueue({ url: 'redis://h' }, { settings: NO_SETTINGS, env: {} });
    expect(none?.withheld).toBeUndefined();
  });

  it('is not sent in the clear where it was meant for TLS', async () => {
    const settings = await settingsOf('queue: rediss://:s3cret@queue.test\n');
    const found = await findQueue(
      { url: 'redis://queue.test' },
      { settings, env: { PHONECTL_QUEUE_PASSWORD: 'x-env' } },
    );
    expect(found?.password).toBeUndefined();
  });

  it('of the environment is for a queue of the flag if there is no other', async () => {
    const env = { PHONECTL_QUEUE_PASSWORD: 'of-env' };
    const found = await findQueue({ url: 'redis://bob@h' }, { settings: NO_SETTINGS, env });
    expect(found).toMatchObject({ user: 'bob', password: 'of-env' });
  });
});
