import { describe, expect, it } from 'vitest';
import { EslTimeoutError } from '../../src/esl/errors.js';
import { apiResponse, commandReply, scriptedServer } from '../support/scripted-server.js';
import { block, connectTo, pause, rejection } from './connected.js';

describe('a reply that does not come', () => {
  it('ends the connection: what was written may have happened, the rest did not', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      for (let count = 0; count < 3; count++) peer.write(commandReply(`+OK ${(await peer.command()).line}`));
    });
    const connection = await connectTo(server, { replyTimeoutMs: 300, maxInFlight: 4 });
    const calls = Array.from({ length: 10 }, (_, number) => connection.send({ line: `sendevent ${number}` }));
    const errors = Promise.all(calls.slice(3).map((call) => rejection(call)));
    const replies = await Promise.all(calls.slice(0, 3));
    expect(replies.map(({ text }) => text)).toEqual(['+OK sendevent 0', '+OK sendevent 1', '+OK sendevent 2']);
    expect((await errors).map(({ code, written }) => `${code} ${written}`)).toEqual([
      ...Array.from({ length: 4 }, () => 'timeout true'),
      ...Array.from({ length: 3 }, () => 'timeout false'),
    ]);
    expect(connection.open).toBe(false);
    expect(await connection.closed).toBeInstanceOf(EslTimeoutError);
    await server.peers[0]?.closed;
    expect(server.peers[0]?.received.match(/sendevent \d/g)).toHaveLength(7);
  });

  it('and comes later is given to nobody', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      await pause(500);
      peer.write(commandReply('+OK late'));
    });
    const connection = await connectTo(server, { replyTimeoutMs: 250 });
    const first = await rejection(connection.send({ line: 'sendevent X' }));
    expect(first).toMatchObject({ code: 'timeout', written: true, lost: 'connection' });
    expect(first.message).toContain('within 250 ms');
    const second = await rejection(connection.send({ line: 'sendevent Y' }));
    expect(second).toMatchObject({ code: 'timeout', written: false });
    await pause(400);
    expect(server.peers).toHaveLength(1);
    expect(server.peers[0]?.received).not.toContain('sendevent Y');
  });

  it('is not made up for by events and log lines', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      for (;;) {
        peer.write('Content-Type: log/data\nContent-Length: 1\n\nx');
        await pause(10);
        if (peer.socket.destroyed) return;
      }
    });
    const connection = await connectTo(server, { replyTimeoutMs: 300 });
    expect(await rejection(connection.send({ line: 'sendevent X' }))).toBeInstanceOf(EslTimeoutError);
  });

  it('is not made up for by half of it', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.write(apiResponse('cut').slice(0, -1));
    });
    const connection = await connectTo(server, { replyTimeoutMs: 250 });
    expect(await rejection(connection.send({ line: 'api x' }))).toBeInstanceOf(EslTimeoutError);
  });
});

describe('the clock of a reply', () => {
  it('starts when its command is the oldest one without, so a long queue is no reason', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      for (;;) {
        const { line } = await peer.command();
        await pause(20);
        peer.write(commandReply(`+OK ${line}`));
      }
    });
    const connection = await connectTo(server, { replyTimeoutMs: 500, maxInFlight: 8 });
    const replies = await Promise.all(Array.from({ length: 40 }, () => connection.send({ line: 'sendevent X' })));
    expect(replies).toHaveLength(40);
  });

  it('stands still while nothing is under way', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      for (;;) peer.write(commandReply(`+OK ${(await peer.command()).line}`));
    });
    const connection = await connectTo(server, { replyTimeoutMs: 500 });
    await connection.send({ line: 'sendevent X' });
    await pause(700);
    expect((await connection.send({ line: 'sendevent Y' })).text).toBe('+OK sendevent Y');
  });
});

describe('a reply that may take long', () => {
  it('is waited for as long as its own command says, streamed or not', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      for (;;) {
        const { line } = await peer.command();
        if (line === 'api late') return;
        await pause(250);
        peer.write(apiResponse(line));
      }
    });
    const connection = await connectTo(server, { replyTimeoutMs: 100 });
    const own = { replyTimeoutMs: Number.POSITIVE_INFINITY };
    expect((await connection.send({ line: 'api sent' }, own)).text).toBe('api sent');
    const { body } = await connection.stream({ line: 'api streamed' }, own);
    for await (const piece of body) expect(piece.toString()).toBe('api streamed');
    const late = await rejection(connection.stream({ line: 'api late' }, { replyTimeoutMs: 120 }));
    expect(late.message).toContain('within 120 ms');
  });
});

describe('a reply in the very moment of its timeout', () => {
  it('that is in the socket already counts', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.write(commandReply('+OK just in time'));
      block(500);
    });
    const connection = await connectTo(server, { replyTimeoutMs: 300 });
    expect((await connection.send({ line: 'sendevent X' })).text).toBe('+OK just in time');
    await pause(400);
    expect(connection.open).toBe(true);
  });

  it('leaves the next command its own time, and its own end', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      await peer.command();
      peer.write(commandReply('+OK just in time'));
      block(500);
    });
    const connection = await connectTo(server, { replyTimeoutMs: 300, maxInFlight: 2 });
    const calls = ['A', 'B', 'C'].map((name) => connection.send({ line: `sendevent ${name}` }));
    const errors = Promise.all(calls.slice(1).map((call) => rejection(call)));
    expect((await calls[0])?.text).toBe('+OK just in time');
    const start = performance.now();
    expect((await errors).map(({ code, written }) => [code, written])).toEqual([
      ['timeout', true],
      ['timeout', true],
    ]);
    expect(performance.now() - start).toBeGreaterThan(200);
  });

  it('does not end a connection where another command is the oldest by then', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      for (let count = 0; ; count++) {
        peer.write(commandReply(`+OK ${(await peer.command()).line}`));
        if (count === 0) block(500);
      }
    });
    const connection = await connectTo(server, { replyTimeoutMs: 300, maxInFlight: 1 });
    const replies = await Promise.all(['A', 'B', 'C'].map((name) => connection.send({ line: `sendevent ${name}` })));
    expect(replies.map(({ text }) => text)).toEqual(['+OK sendevent A', '+OK sendevent B', '+OK sendevent C']);
  });
});
