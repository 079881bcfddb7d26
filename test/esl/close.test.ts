import { once } from 'node:events';
import { connect as dialSocket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Connection } from '../../src/esl/connection.js';
import { Decoder } from '../../src/esl/decoder.js';
import { EslClosedError } from '../../src/esl/errors.js';
import { commandReply, disconnectNotice, type Peer, scriptedServer } from '../support/scripted-server.js';
import { connectTo, patient, rejection } from './connected.js';
import { plainEvent } from './opened.js';

const GOODBYE = commandReply('+OK bye') + disconnectNotice();

/** Answers everything, and `exit` as FreeSWITCH does. */
async function polite(peer: Peer): Promise<void> {
  await peer.acceptLogin();
  for (;;) {
    const { line } = await peer.command();
    if (line === 'exit') peer.socket.end(GOODBYE);
    else peer.write(commandReply(`+OK ${line}`));
  }
}

describe('close', () => {
  it('says exit and leaves nothing behind', async () => {
    const server = await scriptedServer(polite);
    const connection = await connectTo(server);
    await connection.send({ line: 'sendevent X' });
    await connection.close();
    expect(connection.open).toBe(false);
    expect(await connection.closed).toBeUndefined();
    await server.peers[0]?.closed;
    expect(server.peers[0]?.received).toMatch(/\n\nexit\n\n$/);
    await noSockets();
  });

  it('lets every command before it have its reply', async () => {
    const server = await scriptedServer(polite);
    const connection = await connectTo(server, { maxInFlight: 2 });
    const calls = Array.from({ length: 20 }, (_, number) => connection.send({ line: `sendevent ${number}` }));
    await connection.close();
    const replies = await Promise.all(calls);
    expect(replies.map(({ text }) => text)).toEqual(calls.map((_, number) => `+OK sendevent ${number}`));
  });

  it('refuses commands after it, as not written', async () => {
    const server = await scriptedServer(polite);
    const connection = await connectTo(server);
    const closing = connection.close();
    const error = await rejection(connection.send({ line: 'sendevent X' }));
    expect(error).toBeInstanceOf(EslClosedError);
    expect(error.written).toBe(false);
    await closing;
    expect(await rejection(connection.send({ line: 'sendevent X' }))).toMatchObject({ written: false });
    expect(server.peers[0]?.received).not.toContain('sendevent');
  });

  it('may be called again, at once and later', async () => {
    const server = await scriptedServer(polite);
    const connection = await connectTo(server);
    await Promise.all([connection.close(), connection.close()]);
    await connection.close();
    connection.destroy();
    expect(server.peers[0]?.received.match(/exit/g)).toHaveLength(1);
  });

  it.each<[string, (peer: Peer) => void]>([
    ['closes without a word', (peer) => void peer.socket.end()],
    ['resets', (peer) => void peer.socket.resetAndDestroy()],
    ['says bye and stays', (peer) => peer.write(commandReply('+OK bye'))],
    ['says nothing', () => {}],
    ['says something else', (peer) => peer.write('no message\n\n')],
    ['says bye twice', (peer) => peer.write(commandReply('+OK bye') + commandReply('+OK bye'))],
  ])('ends all the same if the server then %s', async (_, treat) => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      treat(peer);
    });
    const connection = await connectTo(server, { replyTimeoutMs: 300 });
    await connection.close();
    expect(await connection.closed).toBeUndefined();
    await server.peers[0]?.closed;
    await noSockets();
  });

  it('does not wait for long beside a flood, and has none of it read', async () => {
    const flood = plainEvent('HEARTBEAT', { filling: 'x'.repeat(2000) }).repeat(100);
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      const more = (): void => {
        while (!peer.socket.destroyed && peer.socket.write(flood));
      };
      peer.socket.on('drain', more);
      more();
      await peer.closed;
    });
    let heard = 0;
    const connection = await connectTo(server, { replyTimeoutMs: 60_000, onMessage: () => heard++ });
    await expect.poll(() => heard, patient).toBeGreaterThan(100);
    const since = performance.now();
    const closed = connection.close();
    const before = heard;
    await closed;
    expect(performance.now() - since).toBeLessThan(20_000);
    expect(heard).toBe(before);
    expect(await connection.closed).toBeUndefined();
  });

  it('says so if exit is answered by a reply that an earlier command was owed', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      // One reply too many: every later one belongs to the command before.
      peer.write(commandReply('+OK 1') + commandReply('+OK 2'));
      await peer.command();
    });
    const connection = await connectTo(server);
    const first = connection.send({ line: 'sendevent A' });
    const goodbye = connection.close();
    expect((await first).text).toBe('+OK 1');
    await goodbye;
    expect(await connection.closed).toMatchObject({ code: 'protocol' });
  });

  it('fails what was under way if the reply does not come, and ends', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
    });
    const connection = await connectTo(server, { replyTimeoutMs: 300, maxInFlight: 1 });
    const calls = ['A', 'B'].map((name) => rejection(connection.send({ line: `sendevent ${name}` })));
    await connection.close();
    expect((await Promise.all(calls)).map(({ code, written }) => [code, written])).toEqual([
      ['timeout', true],
      ['timeout', false],
    ]);
    await server.peers[0]?.closed;
  });
});

describe('destroy', () => {
  it('ends at once: what was written is unknown, what waited was not written', async () => {
    const server = await scriptedServer((peer) => void peer.acceptLogin());
    const connection = await connectTo(server, { maxInFlight: 1 });
    const calls = ['A', 'B'].map((name) => rejection(connection.send({ line: `sendevent ${name}` })));
    connection.destroy();
    expect((await Promise.all(calls)).map(({ code, written }) => [code, written])).toEqual([
      ['closed', true],
      ['closed', false],
    ]);
    expect(await connection.closed).toBeUndefined();
    await server.peers[0]?.closed;
    await noSockets();
  });

  it('while closing lets close end', async () => {
    const server = await scriptedServer((peer) => void peer.acceptLogin());
    const connection = await connectTo(server, { replyTimeoutMs: 60_000 });
    const closing = connection.close();
    connection.destroy();
    await closing;
    await server.peers[0]?.closed;
  });
});

describe('exit as any other command', () => {
  it('gets its reply, and the end has the notice for a reason', async () => {
    const server = await scriptedServer(polite);
    const connection = await connectTo(server);
    expect((await connection.send({ line: 'exit' })).text).toBe('+OK bye');
    expect(await connection.closed).toMatchObject({ code: 'closed', notice: expect.stringContaining('Disconnected') });
  });
});

describe("the server's end of the stream", () => {
  it('is the end: a command in this very moment is not written', async () => {
    const server = await scriptedServer((peer) => void peer.socket.end());
    const socket = dialSocket({ host: server.host, port: server.port });
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    const connection = new Connection(socket, new Decoder(), { name: 'test' });
    await once(socket, 'end');
    expect(connection.open).toBe(false);
    expect(await rejection(connection.send({ line: 'sendevent X' }))).toMatchObject({ code: 'closed', written: false });
  });

  it('ends commands whose bytes the server does not even read', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      peer.socket.pause();
      await peer.closed;
    });
    const connection = await connectTo(server, { replyTimeoutMs: 60_000, maxInFlight: 1000 });
    const body = 'x'.repeat(1024 * 1024);
    const calls = Array.from({ length: 20 }, () => rejection(connection.send({ line: 'sendevent X', body })));
    server.peers[0]?.socket.end();
    const errors = await Promise.all(calls);
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['closed']));
  });
});

/** Waits until this process holds no TCP connection any more. */
async function noSockets(): Promise<void> {
  const open = (): string[] => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap');
  await expect.poll(open, patient).toEqual([]);
}
