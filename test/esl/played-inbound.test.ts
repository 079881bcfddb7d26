import { describe, expect, it } from 'vitest';
import { EslAuthError, EslRefusedError, type EventFormat, type EventSocket } from '../../src/esl/index.js';
import { rejection } from './connected.js';
import { openTo } from './opened.js';
import { playedServer } from './played.js';
import { recording } from './replay.js';

const USER = { user: 'ops@phones.test', password: 'secret' };
const ROOT = { password: 'ClueCon' };

describe('userauth', () => {
  it('04-userauth: what the user may do is done, the rest is refused, and each caller hears of its own', async () => {
    const socket = await openTo(await playedServer('04-userauth'), USER);
    expect(await socket.api('status')).toMatchObject({ ok: true, text: expect.stringMatching(/^UP 0 years/) });
    expect(await socket.api('version')).toMatchObject({ ok: false, text: '-ERR permission denied' });
    expect(await socket.send({ line: 'bgapi version' })).toMatchObject({ ok: false });
    await socket.subscribe({ subclasses: ['sofia::register'] });
    await refused(
      socket.subscribe({ names: ['CHANNEL_CREATE'] }),
      'event plain CHANNEL_CREATE: -ERR permission denied',
    );
    await refused(socket.log('info'), 'log info: -ERR permission denied');
    const headers = [
      ['event-string', 'check-sync'],
      ['user', '1000'],
      ['content-type', 'text/plain'],
      ['profile', 'internal'],
      ['host', 'phones.test'],
    ] as const;
    expect(await socket.sendEvent('NOTIFY', headers)).toBe('a4e4c70e-22a4-4f5b-90f2-da85a457f88f');
    await socket.close();
    expect(await socket.closed).toBeUndefined();
  });

  it('04-userauth-reply-cut: the login is good', async () => {
    const socket = await openTo(await playedServer('04-userauth-reply-cut'), { ...USER, user: 'ops2@phones.test' });
    expect((await socket.api('status')).text).toMatch(/^UP 0 years[\s\S]*240K\/8192K$/);
    expect((await socket.api('version')).text).toBe('-ERR permission denied');
    await socket.close();
  });

  it('04-userauth-wrong: the login is refused', async () => {
    const server = await playedServer('04-userauth-wrong');
    const error = await rejection(openTo(server, { ...USER, password: 'nope' }));
    expect(error).toBeInstanceOf(EslAuthError);
    expect(error.message).toContain('-ERR invalid');
    await server.peers[0]?.closed;
    expect(server.peers).toHaveLength(1);
  });
});

describe.each<EventFormat>(['plain', 'json', 'xml'])('06-bgapi-%s', (format) => {
  it('resolves each job with its result', async () => {
    // The second one was recorded without a Job-UUID of ours.
    const server = await playedServer(`06-bgapi-${format}`, { byLine: ['bgapi nosuch'] });
    const socket = await openTo(server, ROOT);
    await socket.subscribe({ names: ['BACKGROUND_JOB'] }, format);
    const jobUuid = 'd8c7f660-37a6-4e73-9170-1a731c442148';
    const job = await socket.bgapi('eval héllo', { jobUuid });
    expect(job).toMatchObject({ jobUuid, ok: true, text: 'héllo', event: { name: 'BACKGROUND_JOB', body: 'héllo' } });
    expect(job.event.headers.get('job-command-arg')).toBe('héllo');
    const failed = await socket.bgapi('nosuch', { jobUuid: givenUuid(`06-bgapi-${format}`) });
    expect(failed).toMatchObject({ ok: false, text: '-ERR nosuch Command not found!' });
    expect(failed.event.body).toBe('-ERR nosuch Command not found!\n');
  });
});

it('08-subscriptions: all of them, and what FreeSWITCH refuses', async () => {
  const server = await playedServer('08-subscriptions', { byLine: ['event plain', 'nixevent'] });
  const socket = await openTo(server, ROOT);
  await refused(socket.subscribe({}), '-ERR no keywords supplied');
  await refused(socket.subscribe({ names: ['NO_SUCH'] }), 'event plain NO_SUCH: -ERR no keywords supplied');
  await socket.subscribe({ names: ['ALL'] });
  await socket.unsubscribe({ names: ['HEARTBEAT'] });
  await refused(socket.unsubscribe({}), '-ERR no keywords supplied');
  await socket.filter('Event-Name', 'HEARTBEAT');
  await socket.deleteFilter('Event-Name', 'HEARTBEAT');
  expect((await socket.send({ line: 'filter x' })).text).toBe('-ERR invalid syntax');
  await socket.deleteFilter();
  await socket.unsubscribeAll();
  await refused(socket.unsubscribeAll(), 'noevents: -ERR not listening for events');
  await socket.subscribe({ subclasses: ['sofia::register', 'sofia::unregister'] }, 'json');
  await socket.unsubscribeAll();
  expect(await socket.send({ line: 'nosuchcommand' })).toMatchObject({ ok: false, text: '-ERR command not found' });
});

it('13-session-commands-without-a-session: each is refused, and the connection goes on', async () => {
  const socket = await openTo(await playedServer('13-session-commands-without-a-session'), ROOT);
  const nobody = '00000000-0000-0000-0000-000000000000';
  await refused(socket.hangUp('NORMAL_CLEARING', nobody), `-ERR invalid session id [${nobody}]`);
  await refused(socket.sendMessage('hangup'), '-ERR invalid session id []');
  await refused(socket.linger(), '-ERR not controlling a session');
  await refused(socket.noLinger(), '-ERR not controlling a session');
  await refused(socket.divertEvents(true), '-ERR not controlling a session.');
  await socket.myEvents(nobody);
  expect((await socket.api('status')).text).toMatch(/^UP /);
});

it('14-log: a line comes with all that FreeSWITCH tells of it', async () => {
  const socket = await openTo(await playedServer('14-log'), ROOT);
  const lines = socket.logs()[Symbol.asyncIterator]();
  expect((await socket.send({ line: 'log nonsense' })).text).toBe('-ERR invalid log level');
  await socket.log('info');
  expect((await socket.api('log notice hello from the lab')).text).toBe('+OK');
  expect((await lines.next()).value).toEqual({
    level: 5,
    file: 'mod_commands.c',
    func: 'log_function',
    line: 7200,
    userData: '',
    text: '2026-11-23 01:33:23.945800 35.00% [NOTICE] mod_commands.c:7200 hello from the lab',
  });
  await socket.noLog();
  await refused(socket.noLog(), 'nolog: -ERR not loging');
});

describe.each<[EventFormat, user: string]>([
  ['plain', '1000'],
  ['json', '1001'],
  ['xml', '1002'],
])('17-register-event-%s', (format, user) => {
  it('brings the registration to a reader', async () => {
    const socket = await openTo(await playedServer(`17-register-event-${format}`), ROOT);
    const events = socket.events('CUSTOM')[Symbol.asyncIterator]();
    await socket.subscribe({ subclasses: ['sofia::register'] }, format);
    await notify(socket, user);
    const { value } = await events.next();
    expect(value).toMatchObject({ name: 'CUSTOM', subclass: 'sofia::register' });
    expect(value?.headers.get('from-user')).toBe(user);
    expect(value?.headers.get('contact')).toMatch(new RegExp(`^"" <sip:${user}@127.0.0.1:\\d+>$`));
  });
});

function notify(socket: EventSocket, user: string): Promise<string> {
  return socket.sendEvent('NOTIFY', [
    ['event-string', 'check-sync;reboot=true'],
    ['user', user],
    ['content-type', 'application/simple-message-summary'],
    ['profile', 'internal'],
    ['host', 'phones.test'],
  ]);
}

/** The uuid that FreeSWITCH gave to the job that came without one. */
function givenUuid(scenario: string): string {
  const step = recording(scenario).steps.find(({ send }) => send === 'bgapi nosuch\n\n');
  return /Job-UUID: (\S+)/.exec(step?.receive ?? '')?.[1] ?? '';
}

async function refused(promise: Promise<unknown>, why: string): Promise<void> {
  const error = await rejection(promise);
  expect(error).toBeInstanceOf(EslRefusedError);
  expect(error).toMatchObject({ lost: 'command', written: true });
  expect(error.message).toContain(why);
}
