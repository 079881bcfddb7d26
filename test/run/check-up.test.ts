import { describe, expect, it } from 'vitest';
import { connect } from '../../src/esl/index.js';
import { CheckUp } from '../../src/run/check-up.js';
import type { Check } from '../../src/run/check-up-check.js';
import type { SandboxOptions } from '../../src/sandbox/index.js';
import { type Lab, withSandbox } from '../support/lab.js';
import { AUTH_REQUEST, apiResponse, commandReply, scriptedServer } from '../support/scripted-server.js';

interface Login {
  readonly user?: string;
  readonly password?: string;
  readonly host?: string;
  readonly hasStockPassword?: boolean;
  readonly timeoutMs?: number;
}

async function checksOf(port: number, login: Login = {}) {
  const { user, password = 'ClueCon', host = '127.0.0.1', hasStockPassword = false, timeoutMs = 5000 } = login;
  const checkUp = new CheckUp({
    name: `127.0.0.1:${port}`,
    host,
    hasStockPassword,
    open: () =>
      connect({
        host: '127.0.0.1',
        port,
        password,
        connectTimeoutMs: timeoutMs,
        replyTimeoutMs: timeoutMs,
        ...(user !== undefined && { user }),
      }),
  });
  const checks = new Map<string, Check>();
  for await (const check of checkUp.checks()) checks.set(check.name, check);
  return { checks, profiles: checkUp.profiles };
}

function lookAt<T>(
  options: SandboxOptions,
  login: Login,
  use: (found: Awaited<ReturnType<typeof checksOf>>, lab: Lab) => T,
) {
  return withSandbox(options, async (lab) => use(await checksOf(lab.port, login), lab));
}

function notOk(checks: ReadonlyMap<string, Check>): string[] {
  return [...checks.values()].filter(({ state }) => state !== 'ok').map(({ name, state }) => `${name} ${state}`);
}

function restricted(params: Readonly<Record<string, string>>): SandboxOptions {
  return { phones: 2, users: [{ id: 'ops', params: { 'esl-password': 'x', ...params } }] };
}

const OPS = { user: 'ops@phones.test', password: 'x' };
const EVERY_API = 'sofia sofia_contact status hostname module_exists user_exists user_data show vm_boxcount';

describe.concurrent('a check-up', () => {
  it('of a server where all is well finds all well', async () => {
    await lookAt({ phones: [{ user: '1000' }, { user: '1001', inCall: true }] }, {}, ({ checks, profiles }) => {
      expect(notOk(checks)).toEqual([]);
      expect([...checks.keys()]).toEqual([
        'connection',
        'login',
        'server',
        'sip profiles',
        'sip profile external',
        'sip profile internal',
        'mod_event_socket',
        'mod_sofia',
        'mod_sms',
        'mod_voicemail',
        'api user_exists',
        'api user_data',
        'api sofia_contact',
        'api show',
        'api vm_boxcount',
        'log',
        'events of registrations',
        'events of mod_sms',
      ]);
      expect(checks.get('server')?.detail).toMatch(/^FreeSWITCH 1\.10\.12\S* .* on sandbox, up \d+ s, /);
      expect(checks.get('api show')?.detail).toMatch(/^1 call now; /);
      expect(profiles).toMatchObject([
        { name: 'external', running: true, registrations: 0 },
        { name: 'internal', aliases: ['phones.test'], registrations: 2, urls: [expect.stringContaining('sip:')] },
      ]);
    });
  });

  it('changes nothing, sends nothing and traces nothing', async () => {
    await lookAt({ phones: 3 }, {}, async (_, { commands, requests, sandbox }) => {
      expect(requests).toEqual([]);
      expect(sandbox.traced).toEqual([]);
      expect(sandbox.registrations()).toHaveLength(3);
      const verbs = new Set(commands.map((raw) => raw.toString().split(/\s/, 1)[0]));
      expect([...verbs].sort()).toEqual(['api', 'auth', 'event', 'exit', 'log']);
      expect(commands.join('')).not.toMatch(/siptrace|check_sync|flush|reload/);
    });
  });

  it('says what a login may not do, in the words of the server, and goes on', async () => {
    const params = { 'esl-allowed-api': 'sofia', 'esl-allowed-events': 'HEARTBEAT', 'esl-allowed-log': 'false' };
    await lookAt(restricted(params), OPS, ({ checks }) => {
      expect(notOk(checks)).toEqual([
        'server warning',
        'modules warning',
        'api user_exists warning',
        'api user_data warning',
        'api sofia_contact warning',
        'api show warning',
        'api vm_boxcount warning',
        'log warning',
        'events of registrations warning',
        'events of mod_sms warning',
      ]);
      expect(checks.get('api show')?.detail).toContain('-ERR permission denied');
      expect(checks.get('api show')?.hint).toContain('esl-allowed-api');
      expect(checks.get('log')?.hint).toContain('esl-allowed-log');
      expect(checks.get('events of registrations')?.detail).toContain('--evidence returned does not work');
    });
  });

  it('fails where a login may not ask who is there', async () => {
    const params = { 'esl-allowed-api': EVERY_API.replace('sofia ', '') };
    await lookAt(restricted(params), OPS, ({ checks, profiles }) => {
      expect(checks.get('sip profiles')).toMatchObject({ state: 'failed', hint: expect.stringContaining('sofia') });
      expect(profiles).toEqual([]);
      expect(checks.get('api user_data')?.state).toBe('ok');
    });
  });

  it('finds nothing amiss with a login that may do what is needed', async () => {
    const events = 'CUSTOM sofia::register sofia::unregister sofia::expire SMS::DELIVERY_REPORT';
    const params = { 'esl-allowed-api': EVERY_API, 'esl-allowed-events': events };
    await lookAt(restricted(params), OPS, ({ checks }) => expect(notOk(checks)).toEqual([]));
  });

  it('warns of modules that are not loaded', async () => {
    await lookAt({ modules: ['mod_event_socket', 'mod_sofia'] }, {}, ({ checks }) => {
      expect(notOk(checks)).toEqual(['mod_sms warning', 'mod_voicemail warning', 'api vm_boxcount warning']);
      expect(checks.get('mod_sms')?.hint).toContain('load mod_sms');
    });
  });

  it('fails where no SIP profile is', async () => {
    await lookAt({ profiles: [] }, {}, ({ checks }) => {
      expect(checks.get('sip profiles')).toMatchObject({ state: 'failed' });
    });
  });

  it.each([
    ['192.0.2.1', true, 'warning'],
    ['pbx.example.com', true, 'warning'],
    ['127.0.0.1', true, 'ok'],
    ['::1', true, 'ok'],
    ['localhost', true, 'ok'],
    ['127.example.com', true, 'warning'],
    ['192.0.2.1', false, 'ok'],
  ] as const)('at %s with the stock password: %s, is %s', async (host, hasStockPassword, state) => {
    await lookAt({}, { host, hasStockPassword }, ({ checks }) => {
      expect(checks.get('login')?.state).toBe(state);
      expect(JSON.stringify([...checks.values()])).not.toContain('ClueCon');
    });
  });
});

describe.concurrent('a check-up of a server in trouble', () => {
  it.each([
    ['a wrong password', {}, { password: 'wrong' }, 'login', '-ERR invalid'],
    ['an address outside the ACL', { aclDeny: true }, {}, 'connection', 'ACL'],
    ['another protocol', { faults: { banner: 'HTTP/1.1 400 Bad Request\r\n\r\n' } }, {}, 'connection', 'HTTP'],
    ['silence', { faults: { sayNothing: true } }, { timeoutMs: 200 }, 'connection', '200 ms'],
  ] as const)('ends at %s', async (_, options, login, name, words) => {
    await lookAt(options, login, ({ checks }) => {
      const last = [...checks.values()].at(-1);
      expect(last).toMatchObject({ name, state: 'failed' });
      expect(`${last?.detail} ${last?.hint}`.toLowerCase()).toContain(words.toLowerCase());
      expect(checks.size).toBe(name === 'login' ? 2 : 1);
    });
  });

  it('goes on behind a question that is never answered, on another connection', async () => {
    const { port, peers } = await scriptedServer(async (peer) => {
      peer.socket.write(AUTH_REQUEST);
      for (;;) {
        const { line } = await peer.command();
        if (line.startsWith('auth')) peer.socket.write(commandReply('+OK accepted'));
        else if (line.startsWith('api module_exists')) peer.socket.write(apiResponse('true'));
        else if (line.startsWith('api show')) continue;
        else if (line.startsWith('api')) peer.socket.write(apiResponse('-ERR no reply\n'));
        else peer.socket.write(commandReply('+OK'));
      }
    });
    const { checks } = await checksOf(port, { timeoutMs: 300 });
    expect(checks.get('api show')).toMatchObject({ state: 'warning', detail: expect.stringContaining('300 ms') });
    expect(checks.get('mod_sms')?.state).toBe('ok');
    expect(checks.get('events of mod_sms')?.state).toBe('ok');
    expect(peers.length).toBeGreaterThan(4);
  });

  it('ends where the server dies on the way', async () => {
    await withSandbox({ phones: 1 }, async ({ sandbox, port }) => {
      const checkUp = new CheckUp({
        name: 'server',
        host: '127.0.0.1',
        hasStockPassword: false,
        open: () => connect({ host: '127.0.0.1', port, password: 'ClueCon' }),
      });
      const checks: Check[] = [];
      for await (const check of checkUp.checks()) {
        checks.push(check);
        if (check.name === 'mod_sofia') await sandbox.close();
      }
      expect(checks.at(-1)).toMatchObject({ name: 'connection', state: 'failed' });
      expect(checks.at(-1)?.detail).toContain('the checks that are left were not made');
    });
  });
});
