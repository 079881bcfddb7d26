import { describe, expect, it } from 'vitest';
import { alive } from '../support/alive.js';
import { commandReply, scriptedServer } from '../support/scripted-server.js';
import { callEnded, calling, listening } from './calling.js';
import { patient } from './connected.js';
import { answering, headerOf, jobEvent, openTo, plainEvent } from './opened.js';

const ROUNDS = 20;
const MEGABYTE = 1024 * 1024;

describe('nothing grows', () => {
  it('over 10,000 background jobs, ended, refused, given up and late', async () => {
    const server = await scriptedServer(
      answering((command, peer) => {
        if (!command.line.startsWith('bgapi ')) return undefined;
        // The server's own memory is not what is measured here.
        peer.pieces.length = 0;
        const number = Number(command.line.split(' ')[1]);
        if (number % 10 === 1) return commandReply('-ERR permission denied');
        const end = number % 10 === 2 ? '' : jobEvent(headerOf(command, 'job-uuid'), 'x'.repeat(1000));
        return commandReply('+OK Job-UUID: x') + end;
      }),
    );
    const socket = await openTo(server);
    const run = (): Promise<unknown> =>
      Promise.allSettled(
        Array.from({ length: 500 }, (_, number) => {
          const signal = AbortSignal.abort();
          if (number % 10 === 3) return socket.bgapi(`${number}`, { signal });
          return socket.bgapi(`${number}`, number % 10 === 2 ? { timeoutMs: 100 } : {});
        }),
      );
    await run();
    await run();
    const before = await alive();
    for (let round = 0; round < ROUNDS; round++) await run();
    const after = await alive();
    expect(after.timers).toBeLessThanOrEqual(before.timers);
    expect(after.heap - before.heap).toBeLessThan(2 * MEGABYTE);
  }, 60_000);

  it('over 10,000 readers that come and go', async () => {
    const server = await scriptedServer(answering(() => undefined));
    const socket = await openTo(server);
    const run = async (): Promise<void> => {
      for (let count = 0; count < 500; count++) {
        const events = socket.events()[Symbol.asyncIterator]();
        const next = events.next();
        await events.return?.();
        await next;
      }
    };
    await run();
    const before = await alive();
    for (let round = 0; round < ROUNDS; round++) await run();
    const after = await alive();
    expect(after.heap - before.heap).toBeLessThan(MEGABYTE);
  });

  it('over 20 rounds of 200 calls at once, of which some are cut in the middle', async () => {
    let had = 0;
    const errors: unknown[] = [];
    const server = await listening({
      onCall: async (call) => {
        had++;
        const reading = (async () => {
          for await (const event of call.events()) if (event.name === 'CHANNEL_HANGUP') break;
        })();
        reading.catch(() => {});
        await call.myEvents();
        await call.executeToEnd({ application: 'playback', argument: 'a.wav' });
        await call.hangUp();
        await reading;
        await call.closed;
      },
      onError: (error) => errors.push(error),
    });
    const run = async (): Promise<void> => {
      const peers = await Promise.all(
        Array.from({ length: 200 }, (_, number) =>
          calling(server, {
            uuid: `u-${number}`,
            answer: (command, peer) => {
              if (number % 10 === 0 && command.line === 'sendmsg') {
                if (number % 20 === 0) peer.socket.resetAndDestroy();
                else peer.socket.end(plainEvent('CHANNEL_EXECUTE').slice(0, 20));
                return '';
              }
              const id = headerOf(command, 'event-uuid');
              if (id !== '') {
                return commandReply('+OK') + plainEvent('CHANNEL_EXECUTE_COMPLETE', { 'Application-UUID': id });
              }
              if (headerOf(command, 'call-command') !== 'hangup') return undefined;
              peer.socket.end(commandReply('+OK') + plainEvent('CHANNEL_HANGUP') + callEnded(`u-${number}`));
              return '';
            },
          }),
        ),
      );
      await Promise.all(peers.map(({ closed }) => closed));
      await expect.poll(() => server.calls.length, patient).toBe(0);
    };
    await run();
    await run();
    const before = await alive();
    for (let round = 0; round < ROUNDS; round++) await run();
    const after = await alive();
    expect(errors).toEqual([]);
    expect(had).toBe((ROUNDS + 2) * 200);
    expect(after.sockets).toBeLessThanOrEqual(before.sockets);
    expect(after.timers).toBeLessThanOrEqual(before.timers);
    // About 1 KB of each connection is what its test keeps to clean up.
    expect(after.heap - before.heap).toBeLessThan(8 * MEGABYTE);
  }, 120_000);
});
