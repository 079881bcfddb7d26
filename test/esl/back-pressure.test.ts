import { describe, expect, it } from 'vitest';
import { commandReply, scriptedServer } from '../support/scripted-server.js';
import { connectTo, pause, rejection } from './connected.js';

const BODY = 'x'.repeat(64 * 1024);

describe('a server that does not read', () => {
  it('is not flooded: what does not fit into the socket stays unwritten', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      peer.socket.pause();
    });
    const connection = await connectTo(server, { maxInFlight: 10_000 });
    const calls = Array.from({ length: 1000 }, () => rejection(connection.send({ line: 'sendevent X', body: BODY })));
    await pause(100);
    connection.destroy();
    const written = (await Promise.all(calls)).filter((error) => error.written).length;
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(900);
  });

  it('and then reads gets everything in order, and everyone gets a reply', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      peer.socket.pause();
      await pause(100);
      peer.socket.resume();
      for (;;) {
        const { line, body } = await peer.command();
        peer.write(commandReply(`+OK ${line.slice(10)} ${body.length}`));
      }
    });
    const connection = await connectTo(server, { maxInFlight: 10_000 });
    const replies = await Promise.all(
      Array.from({ length: 300 }, (_, number) => connection.send({ line: `sendevent ${number}`, body: BODY })),
    );
    expect(replies.map(({ text }) => text)).toEqual(replies.map((_, number) => `+OK ${number} ${BODY.length}`));
  });

  it('and never reads runs into the time limit', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      peer.socket.pause();
    });
    const connection = await connectTo(server, { maxInFlight: 10_000, replyTimeoutMs: 300 });
    const calls = Array.from({ length: 200 }, () => rejection(connection.send({ line: 'sendevent X', body: BODY })));
    const errors = await Promise.all(calls);
    expect(new Set(errors.map(({ code }) => code))).toEqual(new Set(['timeout']));
    expect(errors[0]?.written).toBe(true);
  });
});
