import { describe, expect, it } from 'vitest';
import { type EslEvent, type EslEventError, EslTooLargeError } from '../../src/esl/index.js';
import { AUTH_REQUEST, apiResponse, commandReply, scriptedServer } from '../support/scripted-server.js';
import { calling, dialled, listening } from './calling.js';
import { connectTo, patient, rejection } from './connected.js';
import { answering, headerOf, jobEvent, jsonEvent, openTo, plainEvent } from './opened.js';

const MiB = 1024 * 1024;
const LONG = 'x'.repeat(17 * MiB);

/** The head of a message whose body never comes. */
function announcing(contentType: string, length: number): string {
  return `Content-Type: ${contentType}\nContent-Length: ${length}\n\n`;
}

describe('an event that is too long', () => {
  it.each([
    ['plain', plainEvent],
    ['json', jsonEvent],
  ])('is passed over, and told of; the next one comes: %s', async (_, toBytes) => {
    const server = await scriptedServer(
      answering(() => commandReply('+OK') + toBytes('LONG', {}, LONG) + toBytes('HEARTBEAT', { a: 'b' })),
    );
    const socket = await openTo(server);
    const unreadable: EslEventError[] = [];
    const events: EslEvent[] = [];
    const kept: number[] = [];
    socket.on('unreadable', (error) => unreadable.push(error));
    socket.on('event', (event) => events.push(event));
    socket.on('message', ({ body }) => kept.push(body.length));
    await socket.send({ line: 'event plain ALL' });
    await expect.poll(() => events.map(({ name }) => name), patient).toEqual(['HEARTBEAT']);
    expect(unreadable.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^an event of 178\d+ bytes, which/),
    ]);
    expect(Math.max(...kept)).toBeLessThan(1000);
    expect(socket.connection.open).toBe(true);
  });

  it('may be as long as its user wants', async () => {
    const server = await scriptedServer(answering(() => commandReply('+OK') + plainEvent('X', {}, 'x'.repeat(2000))));
    const socket = await openTo(server, { maxEventBytes: 1000 });
    const unreadable: unknown[] = [];
    socket.on('unreadable', (error) => unreadable.push(error));
    await socket.send({ line: 'event plain ALL' });
    await expect.poll(() => unreadable.length, patient).toBe(1);
  });

  it('is none if it is the result of a job that is waited for', async () => {
    const server = await scriptedServer(
      answering((command) =>
        command.line.startsWith('bgapi')
          ? commandReply('+OK Job-UUID: x') + jobEvent(headerOf(command, 'job-uuid'), LONG)
          : undefined,
      ),
    );
    const socket = await openTo(server);
    expect((await socket.bgapi('sofia xmlstatus profile internal reg')).text).toHaveLength(LONG.length);
  });
});

describe('a reply that is too long', () => {
  it('ends the connection at once, if nothing asked for that has such replies', async () => {
    const server = await scriptedServer(answering(() => announcing('command/reply', 2 * MiB)));
    const connection = await connectTo(server);
    expect(await rejection(connection.send({ line: 'sendevent X' }))).toBeInstanceOf(EslTooLargeError);
  });

  it('is none to an api', async () => {
    const server = await scriptedServer(answering(() => apiResponse(LONG)));
    const connection = await connectTo(server);
    expect((await connection.send({ line: 'api x' })).text).toHaveLength(LONG.length);
  });
});

describe('before the login', () => {
  it.each([
    ['a greeting', announcing('auth/request', 2 * MiB), '', 'not-freeswitch'],
    ['what stands behind the greeting', AUTH_REQUEST + announcing('log/data', 2 * MiB), '', 'not-freeswitch'],
    ['an answer', AUTH_REQUEST, announcing('command/reply', 2 * MiB), 'too-large'],
    ['news', AUTH_REQUEST, announcing('log/data', 2 * MiB), 'too-large'],
  ])('nobody is given the memory for %s that is long', async (_, greeting, answer, code) => {
    const server = await scriptedServer(async (peer) => {
      peer.write(greeting);
      await peer.command();
      peer.write(answer);
    });
    expect(await rejection(connectTo(server))).toMatchObject({ code });
  });
});

describe('a stranger at an outbound server', () => {
  it.each(['command/reply', 'text/event-plain', 'api/response'])('is given no memory for a long %s', async (type) => {
    const errors: unknown[] = [];
    const server = await listening({ onCall: () => {}, onError: (error) => errors.push(error) });
    const peer = await dialled(server);
    peer.write(announcing(type, 2 * MiB));
    await peer.closed;
    await expect.poll(() => errors, patient).toEqual([expect.any(EslTooLargeError)]);
  });

  it('is told from a call, which may have long answers', async () => {
    let answer = '';
    const server = await listening({
      onCall: async (call) => {
        answer = (await call.api('x')).text;
      },
    });
    await calling(server, { answer: ({ line }) => (line.startsWith('api') ? apiResponse(LONG) : undefined) });
    await expect.poll(() => answer.length, patient).toBe(LONG.length);
  });
});
