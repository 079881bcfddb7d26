import { describe, expect, it } from 'vitest';
import { EslClosedError, EslConnectError, type OutboundCall, OutboundServer } from '../../src/esl/index.js';
import { apiResponse, commandReply } from '../support/scripted-server.js';
import { callEnded, calling, connectReply, dialled, lingering, listening } from './calling.js';
import { patient, pause, rejection } from './connected.js';
import { plainEvent } from './opened.js';

describe('a call', () => {
  it.each([
    ['async', 'full'],
    ['static', 'single-channel'],
  ] as const)('comes with what FreeSWITCH knows of it: %s, %s', async (mode, control) => {
    const calls: OutboundCall[] = [];
    const server = await listening({ onCall: (call) => void calls.push(call) });
    const peer = await calling(server, { uuid: 'u-7', mode, control });
    await peer.closed;
    expect(peer.received).toBe('connect\n\nexit\n\n');
    expect(calls).toMatchObject([{ uuid: 'u-7', mode, control }]);
    expect(calls[0]?.variable('greeting')).toBe('héllo');
    expect(calls[0]?.headers.get('caller-destination-number')).toBe('5000');
    expect(server.calls).toEqual([]);
  });

  it('comes over IPv6', async () => {
    const names: string[] = [];
    const server = await listening({ host: '::1', onCall: (call) => void names.push(call.name) });
    const peer = await calling(server, { host: '::1' });
    await peer.closed;
    expect(server.host).toBe('::1');
    expect(names[0]).toMatch(/^\[::1\]:\d+$/);
  });

  it('is closed when it was had, and not before', async () => {
    let finish = (): void => {};
    const server = await listening({
      onCall: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    });
    const peer = await calling(server);
    await expect.poll(() => server.calls.length, patient).toBe(1);
    await pause(50);
    expect(peer.received).toBe('connect\n\n');
    finish();
    await peer.closed;
    expect(peer.received).toBe('connect\n\nexit\n\n');
  });

  it('may go on in the dialplan', async () => {
    const server = await listening({ onCall: (call) => call.resume() });
    const peer = await calling(server);
    await peer.closed;
    expect(peer.received).toBe('connect\n\nresume\n\nexit\n\n');
  });

  it('that is carried out synchronously may take longer than other replies', async () => {
    const server = await listening({
      replyTimeoutMs: 50,
      onCall: async (call) => {
        await call.execute({ application: 'playback', argument: 'long.wav' });
        await call.hangUp();
      },
    });
    const peer = await calling(server, {
      mode: 'static',
      answer: ({ headers }, to) => {
        if (!headers.some(([, value]) => value === 'playback')) return undefined;
        setTimeout(() => to.write(commandReply('+OK')), 300);
        return '';
      },
    });
    await peer.closed;
    expect(peer.received).toMatch(/hangup-cause: NORMAL_CLEARING\n\nexit\n\n$/);
  });
});

describe('a call that hangs up', () => {
  it('while it is had is no error, and ends iterations', async () => {
    const errors: unknown[] = [];
    const seen: string[] = [];
    const server = await listening({
      onCall: async (call) => {
        for await (const { name } of call.events()) seen.push(name);
        seen.push('over');
        expect(await call.closed).toMatchObject({ code: 'closed', sessionUuid: 'u-1' });
        await call.execute({ application: 'playback' });
      },
      onError: (error) => errors.push(error),
    });
    const peer = await calling(server);
    await expect.poll(() => server.calls.length, patient).toBe(1);
    peer.socket.end(plainEvent('CHANNEL_HANGUP') + callEnded());
    await expect.poll(() => server.calls.length, patient).toBe(0);
    expect(seen).toEqual(['CHANNEL_HANGUP', 'over']);
    expect(errors).toEqual([]);
  });

  it('while the end of an application is awaited is no error either', async () => {
    const errors: unknown[] = [];
    let error: unknown;
    const server = await listening({
      onCall: async (call) => {
        await call.executeToEnd({ application: 'playback', argument: 'long.wav' }).catch((reason: unknown) => {
          error = reason;
          throw reason;
        });
      },
      onError: (reason) => errors.push(reason),
    });
    await calling(server, {
      answer: ({ headers }, to) => {
        if (headers.some(([, value]) => value === 'playback')) to.socket.end(commandReply('+OK') + callEnded());
        return headers.length > 0 ? '' : undefined;
      },
    });
    await expect.poll(() => error, patient).toMatchObject({ code: 'unfinished', written: true });
    await expect.poll(() => server.calls.length, patient).toBe(0);
    expect(errors).toEqual([]);
  });

  it('and lingers ends the wait for the end of an application all the same', async () => {
    let error: unknown;
    const server = await listening({
      onCall: async (call) => {
        const waiting = call.executeToEnd({ application: 'sleep' }, { timeoutMs: Number.POSITIVE_INFINITY });
        error = await rejection(waiting);
      },
    });
    await calling(server, {
      answer: ({ headers }) => (headers.length > 0 ? commandReply('+OK') + lingering() : undefined),
    });
    await expect.poll(() => error, patient).toMatchObject({ code: 'unfinished', hangupCause: 'UNKNOWN' });
  });

  it('and lingers can still be asked, and told of', async () => {
    const seen: string[] = [];
    const server = await listening({
      onCall: async (call) => {
        const events = call.events();
        await call.linger(5);
        for await (const { name } of events) {
          seen.push(name);
          if (name === 'CHANNEL_HANGUP_COMPLETE') break;
        }
        seen.push((await call.api('uuid_dump u-1')).text);
      },
    });
    const peer = await calling(server, {
      answer: ({ line }) => {
        if (line.startsWith('api ')) return apiResponse('-ERR No such channel!\n');
        return line.startsWith('linger')
          ? commandReply('+OK will linger 5 seconds') + lingering() + plainEvent('CHANNEL_HANGUP_COMPLETE')
          : undefined;
      },
    });
    await peer.closed;
    expect(seen).toEqual(['CHANNEL_HANGUP_COMPLETE', '-ERR No such channel!']);
    expect(peer.received).toMatch(/exit\n\n$/);
  });

  it.each([
    ['the connection is cut', '', 'the server closed the connection'],
    ['FreeSWITCH shuts down', callEnded('u-1', 'The system is being shut down.\n'), 'shut down'],
    ['FreeSWITCH lost events', callEnded('u-1', 'killed listener because of lost events\n'), 'lost events'],
    ['the notice is cut', callEnded().slice(0, -20), 'in the middle of a message'],
  ])('is not one of which %s: iterations reject', async (_, last, message) => {
    let reason: unknown;
    const server = await listening({
      onCall: async (call) => {
        try {
          for await (const _event of call.events());
        } catch (error) {
          reason = error;
        }
      },
    });
    const peer = await calling(server);
    await expect.poll(() => server.calls.length, patient).toBe(1);
    peer.socket.end(last);
    await expect.poll(() => reason, patient).toBeInstanceOf(EslClosedError);
    expect(reason).toMatchObject({ message: expect.stringContaining(message) });
  });
});

describe('what onCall throws', () => {
  it('goes to onError, and the call is closed', async () => {
    const errors: unknown[] = [];
    const server = await listening({
      onCall: () => {
        throw new Error('a mistake');
      },
      onError: (error, call) => errors.push(error, call?.uuid),
    });
    const peer = await calling(server);
    await peer.closed;
    expect(peer.received).toBe('connect\n\nexit\n\n');
    expect(errors).toMatchObject([{ message: 'a mistake' }, 'u-1']);
  });

  it('goes there also if the call has hung up, unless that is why', async () => {
    const errors: unknown[] = [];
    const server = await listening({
      onCall: async (call) => {
        await call.closed;
        throw new Error('a mistake');
      },
      onError: (error) => errors.push(error),
    });
    const peer = await calling(server);
    peer.socket.end(callEnded());
    await expect.poll(() => errors, patient).toMatchObject([{ message: 'a mistake' }]);
  });
});

describe('a connection that is no call', () => {
  it.each([
    ['says nothing', '', 'timeout'],
    ['speaks HTTP', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', 'protocol'],
    ['sends a huge header', `Content-Type: ${'x'.repeat(100_000)}`, 'too-large'],
    ['announces a huge body', 'Content-Type: text/x\nContent-Length: 999999999999\n\n', 'too-large'],
    ['refuses', commandReply('-ERR'), 'protocol'],
    ['tells of no call', 'Event-Name: CHANNEL_DATA\nContent-Type: command/reply\nReply-Text: %2BOK\n\n', 'protocol'],
    ['has hung up already', callEnded(), 'closed'],
  ])('because it %s is told of and closed, and the next one is a call', async (_, bytes, code) => {
    const errors: unknown[] = [];
    let calls = 0;
    const server = await listening({
      connectTimeoutMs: 200,
      onCall: () => void calls++,
      onError: (error, call) => errors.push(error, call),
    });
    const stranger = await dialled(server);
    stranger.write(bytes);
    await stranger.closed;
    expect(errors).toMatchObject([{ code }, undefined]);
    const peer = await calling(server);
    await peer.closed;
    expect(calls).toBe(1);
  });

  it('if it sends a reply too many, the call ends, and nobody gets that', async () => {
    let error: unknown;
    const server = await listening({
      onCall: async (call) => {
        error = await call.closed;
      },
    });
    const peer = await dialled(server);
    peer.write(connectReply() + commandReply('+OK'));
    await peer.closed;
    await expect.poll(() => error, patient).toMatchObject({ code: 'protocol' });
  });
});

describe('a server', () => {
  it('takes only so many calls, and more when there is room', async () => {
    const errors: unknown[] = [];
    const server = await listening({
      maxCalls: 1,
      onCall: async (call) => void (await call.closed),
      onError: (error) => errors.push(error),
    });
    const first = await calling(server);
    const second = await dialled(server);
    await second.closed;
    expect(second.received).toBe('');
    expect(errors).toMatchObject([{ code: 'connect', message: expect.stringContaining('there are 1 already') }]);
    first.socket.end(callEnded());
    await first.closed;
    await expect.poll(() => server.calls.length, patient).toBe(0);
    await calling(server);
    await expect.poll(() => server.calls.length, patient).toBe(1);
  });

  it('that closes waits for its calls, and takes no more', async () => {
    let finish = (): void => {};
    const server = await listening({
      onCall: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    });
    const peer = await calling(server);
    await expect.poll(() => server.calls.length, patient).toBe(1);
    const { port } = server;
    let isClosed = false;
    const closing = server.close().then(() => {
      isClosed = true;
    });
    await rejection(dialled({ port }).catch(() => Promise.reject(new EslConnectError('refused'))));
    await pause(50);
    expect(isClosed).toBe(false);
    finish();
    await closing;
    await peer.closed;
    await server.close();
    expect(() => server.port).toThrow(EslClosedError);
  });

  it('that closes waits also for what is done about a call that has hung up', async () => {
    let finish = (): void => {};
    const server = await listening({
      onCall: () =>
        new Promise((resolve) => {
          finish = resolve;
        }),
    });
    const peer = await calling(server);
    await expect.poll(() => server.calls.length, patient).toBe(1);
    let isClosed = false;
    const closing = server.close().then(() => {
      isClosed = true;
    });
    peer.socket.end(callEnded());
    await peer.closed;
    await pause(50);
    expect(isClosed).toBe(false);
    finish();
    await closing;
  });

  it('that is destroyed waits for nobody', async () => {
    const server = await listening({ onCall: () => new Promise(() => {}) });
    const peer = await calling(server);
    await expect.poll(() => server.calls.length, patient).toBe(1);
    await server.destroy();
    await peer.closed;
    expect(peer.received).toBe('connect\n\n');
  });

  it.each([
    ['a port in use', (port: number) => ({ port }), 'something listens there already'],
    ['an address of somebody else', () => ({ port: 0, host: '192.0.2.1' }), 'this machine has no such address'],
  ])('can not listen on %s, and says so', async (_, address, message) => {
    const first = await listening({ onCall: () => {} });
    const error = await rejection(OutboundServer.listen({ ...address(first.port), onCall: () => {} }));
    expect(error).toBeInstanceOf(EslConnectError);
    expect(error.message).toContain(message);
    expect(error.hint).toBeDefined();
  });
});
