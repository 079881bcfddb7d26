import { describe, expect, it } from 'vitest';
import { EslRefusedError, EslUnfinishedError, EslUnsafeError } from '../../src/esl/index.js';
import { commandReply, type Script, type SentCommand, scriptedServer } from '../support/scripted-server.js';
import { rejection } from './connected.js';
import { answering, headerOf, openTo, plainEvent } from './opened.js';

const ENDS = 'event plain CHANNEL_HANGUP CHANNEL_HANGUP_COMPLETE CHANNEL_DESTROY';

function complete(id: string, more: Record<string, string> = {}): string {
  return plainEvent('CHANNEL_EXECUTE_COMPLETE', { 'Application-UUID': id, ...more });
}

/** A server that answers each `sendmsg` like this. */
function calls(answer: (command: SentCommand) => string): Script {
  return answering((command) => (command.line.startsWith('sendmsg') ? answer(command) : undefined));
}

async function opened(script: Script) {
  const server = await scriptedServer(script);
  const socket = await openTo(server);
  return { socket, received: () => server.peers[0]?.received.replace(/^.*\n\n/, '') };
}

describe('the end of an application', () => {
  it.each<[string, (command: SentCommand) => string]>([
    ['before the reply', (command) => complete(headerOf(command, 'event-uuid')) + commandReply('+OK')],
    ['after it', (command) => commandReply('+OK') + complete('other') + complete(headerOf(command, 'event-uuid'))],
  ])('may come %s', async (_, answer) => {
    const { socket, received } = await opened(calls(answer));
    const order = { application: 'playback', argument: 'a.wav', eventUuid: 'e-1' };
    const event = await socket.executeToEnd(order, { uuid: 'u-1' });
    expect(event.headers.get('Application-UUID')).toBe('e-1');
    expect(received()).toBe(
      `event plain CHANNEL_EXECUTE_COMPLETE\n\n${ENDS}\n\n` +
        'sendmsg u-1\ncall-command: execute\nexecute-app-name: playback\n' +
        'execute-app-arg: a.wav\nEvent-UUID: e-1\n\n',
    );
  });

  it('needs no subscription after myevents', async () => {
    const { socket, received } = await opened(
      calls((command) => commandReply('+OK') + complete(headerOf(command, 'event-uuid'))),
    );
    await socket.myEvents('u-1');
    await socket.executeToEnd({ application: 'answer' });
    expect(received()).toMatch(/^myevents u-1\n\nsendmsg\n/);
  });

  it('of many at once is that of each', async () => {
    const pending: string[] = [];
    const { socket } = await opened(
      calls((command) => {
        pending.unshift(
          complete(headerOf(command, 'event-uuid'), { 'Application-Data': headerOf(command, 'execute-app-arg') }),
        );
        return commandReply('+OK') + (pending.length === 50 ? pending.join('') : '');
      }),
    );
    const events = await Promise.all(
      Array.from({ length: 50 }, (_, number) => socket.executeToEnd({ application: 'sleep', argument: `${number}` })),
    );
    expect(events.map(({ headers }) => headers.get('application-data'))).toEqual(
      events.map((_, number) => `${number}`),
    );
  });

  it('does not come if the call is not there', async () => {
    const { socket } = await opened(calls(() => commandReply('-ERR invalid session id [u-1]')));
    const error = await rejection(socket.executeToEnd({ application: 'answer' }, { uuid: 'u-1' }));
    expect(error).toBeInstanceOf(EslRefusedError);
  });

  it('may take too long, and the connection goes on', async () => {
    const { socket } = await opened(calls(() => commandReply('+OK')));
    const error = await rejection(socket.executeToEnd({ application: 'park' }, { timeoutMs: 50 }));
    expect(error).toBeInstanceOf(EslUnfinishedError);
    expect(error.message).toMatch(/^the end of park \(\S+\) did not come within 50 ms/);
    expect((await socket.send({ line: 'noevents' })).ok).toBe(true);
  });
});

describe('the end of the call', () => {
  const order = { application: 'playback', argument: 'a.wav', eventUuid: 'e-1' };

  it.each(['CHANNEL_HANGUP', 'CHANNEL_DESTROY'])('is the end of the wait: %s', async (name) => {
    const { socket } = await opened(
      calls(
        () =>
          commandReply('+OK') +
          plainEvent(name, { 'Unique-ID': 'u-2', 'Hangup-Cause': 'NO_ANSWER' }) +
          plainEvent(name, { 'Unique-ID': 'u-1', 'Hangup-Cause': 'USER_BUSY' }),
      ),
    );
    const waiting = socket.executeToEnd(order, { uuid: 'u-1', timeoutMs: Number.POSITIVE_INFINITY });
    const error = await rejection(waiting);
    expect(error).toBeInstanceOf(EslUnfinishedError);
    expect(error).toMatchObject({ hangupCause: 'USER_BUSY', written: true });
    expect(error.message).toMatch(/the call ended before it \(USER_BUSY\)/);
    expect((await socket.send({ line: 'noevents' })).ok).toBe(true);
  });

  it('lets the application tell of its end behind the hang-up', async () => {
    const { socket } = await opened(
      calls(
        (command) =>
          commandReply('+OK') +
          plainEvent('CHANNEL_HANGUP', { 'Unique-ID': 'u-1' }) +
          complete(headerOf(command, 'event-uuid')) +
          plainEvent('CHANNEL_DESTROY', { 'Unique-ID': 'u-1' }),
      ),
    );
    const event = await socket.executeToEnd({ application: 'hangup' }, { uuid: 'u-1' });
    expect(event.name).toBe('CHANNEL_EXECUTE_COMPLETE');
  });

  it('is not asked for again and again, nor insisted on where it may not be had', async () => {
    const { socket, received } = await opened(
      answering((command) => {
        if (command.line === ENDS) return commandReply('-ERR permission denied');
        if (!command.line.startsWith('sendmsg')) return undefined;
        return commandReply('+OK') + complete(headerOf(command, 'event-uuid'));
      }),
    );
    for (const eventUuid of ['e-1', 'e-2']) await socket.executeToEnd({ ...order, eventUuid }, { uuid: 'u-1' });
    expect(received()?.split(ENDS)).toHaveLength(2);
  });

  it('gets through the filters of others, which stay', async () => {
    const { socket, received } = await opened(
      calls(() => commandReply('+OK') + plainEvent('CHANNEL_DESTROY', { 'Unique-ID': 'u-1' })),
    );
    await socket.filter('Unique-ID', 'u-9');
    await rejection(socket.executeToEnd(order, { uuid: 'u-1' }));
    expect((await socket.send({ line: 'noevents' })).ok).toBe(true);
    const filters = received()
      ?.split('\n\n')
      .filter((line) => line.startsWith('filter'));
    expect(filters).toEqual([
      'filter Unique-ID u-9',
      'filter Application-UUID e-1',
      'filter Unique-ID u-1',
      'filter delete Application-UUID e-1',
      'filter delete Unique-ID u-1',
    ]);
  });

  it('refuses what FreeSWITCH would not carry out even once', async () => {
    const { socket, received } = await opened(calls(() => commandReply('+OK')));
    expect(await rejection(socket.execute({ ...order, loops: 0 }, 'u-1'))).toBeInstanceOf(EslUnsafeError);
    expect((await socket.send({ line: 'noevents' })).ok).toBe(true);
    expect(received()).toBe('noevents\n\n');
  });
});

describe('the argument of an application', () => {
  it.each([
    ['that is long', 'x'.repeat(2000)],
    ['of several lines', 'a\nb'],
    ['that begins with a blank', ' a'],
  ])('%s goes into the body', async (_, argument) => {
    const commands: SentCommand[] = [];
    const { socket } = await opened(
      calls((command) => {
        commands.push(command);
        return commandReply('+OK');
      }),
    );
    await socket.execute({ application: 'set', argument, loops: 2, lock: true });
    expect(commands[0]?.body.toString()).toBe(argument);
    expect(commands[0]?.headers).toEqual([
      ['call-command', 'execute'],
      ['execute-app-name', 'set'],
      ['loops', '2'],
      ['event-lock', 'true'],
      ['content-type', 'text/plain'],
      ['content-length', String(argument.length)],
    ]);
  });

  it.each([
    ['application', { application: 'set\n\napi fsctl shutdown' }],
    ['uuid', { application: 'set', eventUuid: 'a\r\nb' }],
    ['nul', { application: 'set', argument: 'a\0b' }],
  ])('can not bring in another command: %s', async (_, order) => {
    const { socket, received } = await opened(calls(() => commandReply('+OK')));
    expect(await rejection(socket.execute(order))).toBeInstanceOf(EslUnsafeError);
    expect((await socket.send({ line: 'noevents' })).ok).toBe(true);
    expect(received()).toBe('noevents\n\n');
  });
});
