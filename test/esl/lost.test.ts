import { describe, expect, it } from 'vitest';
import { EslClosedError, EslProtocolError, EslTooLargeError } from '../../src/esl/errors.js';
import { apiResponse, commandReply, disconnectNotice, type Peer, scriptedServer } from '../support/scripted-server.js';
import { connectTo, patient, pause, rejection } from './connected.js';

const LINGER =
  'Content-Type: text/disconnect-notice\nContent-Disposition: linger\nLinger-Time: 2\nContent-Length: 0\n\n';
const SHUTDOWN = disconnectNotice('The system is being shut down.\n');

/** Two commands under way and one that waits, on a connection that the server then treats in some way. */
async function threeCalls(treat: (peer: Peer) => void | Promise<void>, options = {}) {
  const server = await scriptedServer(async (peer) => {
    await peer.acceptLogin();
    await peer.command();
    await peer.command();
    await treat(peer);
  });
  const connection = await connectTo(server, { maxInFlight: 2, ...options });
  const calls = ['A', 'B', 'C'].map((name) => rejection(connection.send({ line: `sendevent ${name}` })));
  return { server, connection, errors: await Promise.all(calls) };
}

describe('a connection that is lost between command and reply', () => {
  it.each([
    ['by a close', (peer: Peer) => void peer.socket.end(), 'the server closed the connection'],
    ['by a destroy', (peer: Peer) => void peer.socket.destroy(), 'the server closed the connection'],
    ['by a reset', (peer: Peer) => void peer.socket.resetAndDestroy(), 'the connection broke'],
  ])('%s: what was written is unknown, what waited was not written', async (_, treat, message) => {
    const { connection, errors, server } = await threeCalls(treat);
    for (const error of errors) {
      expect(error).toBeInstanceOf(EslClosedError);
      expect(error.lost).toBe('connection');
      expect(error.message).toContain(message);
      expect(error.message).toContain(`127.0.0.1:${server.port}`);
    }
    expect(errors.map(({ written }) => written)).toEqual([true, true, false]);
    expect(connection.open).toBe(false);
    expect(await connection.closed).toBeInstanceOf(EslClosedError);
    expect(server.peers[0]?.received).not.toContain('sendevent C');
    expect(server.peers).toHaveLength(1);
  });

  it('in the middle of a reply says so', async () => {
    const { errors } = await threeCalls((peer) => void peer.socket.end(commandReply('+OK').slice(0, -1)));
    expect(errors[0]?.message).toContain('in the middle of a message');
  });

  it('after one of the replies: that one counts', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.socket.end(commandReply('+OK A') + SHUTDOWN);
    });
    const connection = await connectTo(server, { maxInFlight: 1 });
    const [first, second] = [connection.send({ line: 'sendevent A' }), connection.send({ line: 'sendevent B' })];
    const error = rejection(second);
    expect((await first).text).toBe('+OK A');
    expect(await error).toMatchObject({ code: 'closed', written: false });
  });
});

describe('a disconnect notice', () => {
  it('is told in the error, and its first line in the message', async () => {
    const { errors } = await threeCalls((peer) => void peer.socket.end(disconnectNotice()));
    expect(errors[0]).toMatchObject({ notice: 'Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/' });
    expect(errors[0]?.message).toMatch(/it says: Disconnected, goodbye\.$/);
  });

  it('ends the connection, even if the server forgets to', async () => {
    const { errors, server } = await threeCalls((peer) => peer.write(SHUTDOWN), { replyTimeoutMs: 60_000 });
    expect(errors.map(({ written }) => written)).toEqual([true, true, false]);
    expect(errors[0]?.message).toContain('The system is being shut down.');
    await server.peers[0]?.closed;
  });

  it('may be followed by junk', async () => {
    const { errors } = await threeCalls((peer) => peer.write(`${SHUTDOWN}no message at all\n\n`));
    expect(errors[0]).toMatchObject({ code: 'closed', notice: 'The system is being shut down.' });
  });

  it('is passed on to the listener, too', async () => {
    const types: string[] = [];
    await threeCalls((peer) => peer.write(SHUTDOWN), {
      onMessage: ({ contentType }: { contentType: string }) => types.push(contentType),
    });
    expect(types).toEqual(['text/disconnect-notice']);
  });

  it('without a body or with an empty one is one', async () => {
    const { errors } = await threeCalls((peer) => peer.write(disconnectNotice('')));
    expect(errors[0]?.message).toMatch(/the server closed the connection$/);
  });

  it('that says linger is none', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.write(LINGER + commandReply('+OK A'));
      await peer.command();
      peer.write(commandReply('+OK B'));
    });
    const connection = await connectTo(server, { maxInFlight: 1 });
    const replies = await Promise.all(['A', 'B'].map((name) => connection.send({ line: `sendevent ${name}` })));
    expect(replies.map(({ text }) => text)).toEqual(['+OK A', '+OK B']);
  });
});

describe('bytes that cannot be read', () => {
  it.each([
    ['no header block', 'no message at all\n\n', EslProtocolError],
    ['a length that is no number', 'Content-Type: api/response\nContent-Length: x\n\n', EslProtocolError],
    ['a body over the limit', 'Content-Type: api/response\nContent-Length: 1001\n\n', EslTooLargeError],
    ['headers over the limit', `Content-Type: ${'x'.repeat(600)}`, EslTooLargeError],
  ])('%s: the replies before them count, the rest is lost', async (_, bytes, kind) => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      for (let count = 0; count < 3; count++) await peer.command();
      peer.write(commandReply('+OK A') + bytes);
    });
    const connection = await connectTo(server, { maxInFlight: 3, maxBodyBytes: 1000, maxHeaderBytes: 500 });
    const calls = ['A', 'B', 'C', 'D'].map((name) => connection.send({ line: `sendevent ${name}` }));
    const errors = Promise.all(calls.slice(1).map((call) => rejection(call)));
    expect((await calls[0])?.text).toBe('+OK A');
    for (const error of await errors) expect(error).toBeInstanceOf(kind);
    expect((await errors).map(({ written }) => written)).toEqual([true, true, false]);
    expect(await connection.closed).toBeInstanceOf(kind);
    await server.peers[0]?.closed;
  });

  it('an answer at the limit is none of them', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.write(apiResponse('x'.repeat(1000)));
    });
    const connection = await connectTo(server, { maxBodyBytes: 1000 });
    expect((await connection.send({ line: 'api x' })).text).toHaveLength(1000);
  });
});

describe('after the end', () => {
  it('every send is refused with the reason, as not written', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      peer.socket.end(SHUTDOWN);
    });
    const connection = await connectTo(server);
    const reason = await connection.closed;
    expect(reason).toMatchObject({ code: 'closed', notice: 'The system is being shut down.' });
    for (let count = 0; count < 3; count++) {
      expect(await rejection(connection.send({ line: 'sendevent X' }))).toMatchObject({
        code: 'closed',
        written: false,
      });
    }
    await connection.close();
    connection.destroy();
    expect(await connection.closed).toBe(reason);
  });

  it('a connection that nobody looks at costs nothing', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      peer.socket.resetAndDestroy();
    });
    const connection = await connectTo(server);
    await pause(50);
    await expect.poll(() => connection.open, patient).toBe(false);
  });
});
