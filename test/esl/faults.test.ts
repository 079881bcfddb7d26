import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { connect } from '../../src/esl/connect.js';
import { EslError } from '../../src/esl/errors.js';
import { apiResponse, commandReply, disconnectNotice, type Peer, scriptedServer } from '../support/scripted-server.js';

const EVENT = 'Content-Length: 24\nContent-Type: text/event-plain\n\nEvent-Name: HEARTBEAT\n\n\n';

/** What a server may do, one after another; silence once it has done everything. */
const deeds: Readonly<Record<string, (peer: Peer) => void | Promise<void>>> = {
  answer: async (peer) => peer.write(commandReply(`+OK ${(await peer.command()).line}`)),
  'answer in pieces': async (peer) => {
    for (const byte of commandReply(`+OK ${(await peer.command()).line}`)) peer.write(byte);
  },
  refuse: async (peer) => peer.write(commandReply(`-ERR ${(await peer.command()).line}`)),
  event: (peer) => peer.write(EVENT),
  wait: () => new Promise((resolve) => setTimeout(resolve, 2)),
  'half a reply': (peer) => peer.write(commandReply('+OK').slice(0, 30)),
  junk: (peer) => peer.write('no message\n\n'),
  'too large': (peer) => peer.write('Content-Type: api/response\nContent-Length: 1000000000\n\n'),
  'wrong kind': (peer) => peer.write(apiResponse('x')),
  notice: (peer) => peer.write(disconnectNotice()),
  end: (peer) => void peer.socket.end(),
  destroy: (peer) => void peer.socket.destroy(),
  // Behind an end libuv can't (`uv_tcp_close_reset`: EINVAL), and the socket would never say that it is closed.
  reset: ({ socket }) => void (socket.writableEnded ? socket.destroy() : socket.resetAndDestroy()),
};

describe('whatever a server does', () => {
  it('everyone gets their own reply or an error, and nothing that it received counts as not written', async () => {
    let script: readonly string[] = [];
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      for (const deed of script) {
        await deeds[deed]?.(peer);
        // What came next would make it a whole one, with another's text or none, and nobody could tell.
        if (deed === 'half a reply') break;
      }
    });
    const deed = fc.oneof({ arbitrary: fc.constant('answer'), weight: 6 }, fc.constantFrom(...Object.keys(deeds)));
    const plan = fc.record({
      script: fc.array(deed, { maxLength: 25 }),
      maxInFlight: fc.integer({ min: 1, max: 8 }),
      leave: fc.constantFrom('close', 'destroy', 'stay'),
    });
    await fc.assert(
      fc.asyncProperty(plan, async (one) => {
        script = one.script;
        const options = { replyTimeoutMs: 150, maxInFlight: one.maxInFlight };
        const connection = await connect({ ...server, password: 'x', ...options }).catch(() => undefined);
        fc.pre(connection !== undefined);
        const peer = server.peers.at(-1);
        const before = server.peers.length;
        const calls = Array.from({ length: 15 }, (_, number) => connection.send({ line: `sendevent ${number}` }));
        if (one.leave === 'destroy') setTimeout(() => connection.destroy(), 3);
        const left = one.leave === 'close' ? connection.close() : undefined;
        const results = await Promise.allSettled(calls);
        connection.destroy();
        await Promise.all([left, connection.closed, peer?.closed]);
        const kinds = results.map((result, number) => kindOf(result, `sendevent ${number}`));
        expect(kinds.join(' ')).toMatch(/^(reply ?)*(unknown ?)*(not-written ?)*$/);
        const received = peer?.received.match(/(?<=sendevent )\d+\n/g) ?? [];
        expect(received.filter((number) => kinds[Number(number)] === 'not-written')).toEqual([]);
        expect(new Set(received).size).toBe(received.length);
        expect(server.peers).toHaveLength(before);
      }),
      { numRuns: 40 },
    );
  }, 60_000);
});

function kindOf(result: PromiseSettledResult<{ text: string }>, line: string): string {
  if (result.status === 'fulfilled')
    return /^(\+OK|-ERR) (.*)$/.exec(result.value.text)?.[2] === line ? 'reply' : 'foreign';
  if (!(result.reason instanceof EslError)) return String(result.reason);
  return result.reason.written ? 'unknown' : 'not-written';
}
