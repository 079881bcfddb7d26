import { describe, expect, it } from 'vitest';
import { type Connection, connect, type EslError } from '../../src/esl/index.js';
import { Lane, type LaneChange } from '../../src/run/lane.js';
import { type Clock, Pace } from '../../src/run/pace.js';
import { commandReply, type Peer, type Script, scriptedServer } from '../support/scripted-server.js';

/** A clock whose waits are over at once, and take their time all the same. */
class Quick implements Clock {
  readonly waits: number[] = [];
  #now = 0;
  now(): number {
    return this.#now;
  }
  wait(ms: number): Promise<void> {
    this.waits.push(ms);
    this.#now += ms;
    return Promise.resolve();
  }
}

async function laneTo(script: Script, retryMs: number) {
  const server = await scriptedServer(script);
  const clock = new Quick();
  const changes: LaneChange['kind'][] = [];
  const connections: Connection[] = [];
  const abort = new AbortController();
  const lane = new Lane({
    connect: async () => {
      const connection = await connect({ host: server.host, port: server.port, password: 'ClueCon' });
      connections.push(connection);
      return connection;
    },
    pace: new Pace(0),
    signal: abort.signal,
    retryMs,
    clock,
    onChange: ({ kind }) => changes.push(kind),
  });
  return { lane, clock, changes, connections, server, abort };
}

function hangUp({ socket }: Peer): void {
  socket.destroy();
}

/** Waits until a connection is noticed to be lost. */
async function lost(connection: Connection | undefined): Promise<EslError | undefined> {
  return connection?.closed;
}

describe('a lane whose connection is lost', () => {
  it('comes back, after pauses that grow and differ', async () => {
    let refusals = 3;
    const { lane, clock, changes, connections } = await laneTo(async (peer) => {
      if (connections.length > 0 && refusals-- > 0) return hangUp(peer);
      await peer.acceptLogin();
      if (connections.length === 0) peer.socket.destroy();
    }, 60_000);
    expect(await lane.turn()).toBeUndefined();
    await lost(connections[0]);
    expect(await lane.turn()).toBeUndefined();
    expect(lane.lost).toBeUndefined();
    expect(changes).toEqual(['lost', 'back']);
    expect(clock.waits).toHaveLength(4);
    clock.waits.forEach((ms, index) => {
      expect(ms).toBeGreaterThanOrEqual(250 * 2 ** index);
      expect(ms).toBeLessThanOrEqual(500 * 2 ** index);
    });
  });

  it('gives up when the server has been away for too long', async () => {
    const { lane, clock, connections } = await laneTo(async (peer) => {
      if (connections.length > 0) return hangUp(peer);
      await peer.acceptLogin();
      peer.socket.destroy();
    }, 10_000);
    expect(await lane.turn()).toBeUndefined();
    await lost(connections[0]);
    expect(await lane.turn()).toMatch(/closed|broke/);
    expect(clock.now()).toBe(10_000);
    const tries = clock.waits.length;
    expect(await lane.turn()).toMatch(/closed|broke/);
    expect(clock.waits).toHaveLength(tries);
  });

  it.each([
    ['password', commandReply('-ERR invalid')],
    ['address', 'Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n'],
  ])('does not knock again where its %s is refused', async (_what, refusal) => {
    const { lane, clock, connections } = await laneTo(async (peer) => {
      if (connections.length === 0) {
        await peer.acceptLogin();
        peer.socket.destroy();
      } else if (refusal.startsWith('Content-Type: text/rude')) {
        peer.socket.end(refusal);
      } else {
        peer.socket.write('Content-Type: auth/request\n\n');
        await peer.command();
        peer.socket.end(refusal);
      }
    }, 60_000);
    expect(await lane.turn()).toBeUndefined();
    await lost(connections[0]);
    expect(await lane.turn()).toBeTypeOf('string');
    expect(clock.waits).toHaveLength(1);
  });

  it('stays lost if it is not to be tried again', async () => {
    const { lane, clock, changes, connections } = await laneTo(async (peer) => {
      await peer.acceptLogin();
      peer.socket.destroy();
    }, 0);
    expect(await lane.turn()).toBeUndefined();
    await lost(connections[0]);
    expect(await lane.turn()).toBeTypeOf('string');
    expect([clock.waits, changes]).toEqual([[], []]);
  });

  it('is not tried again once the run is interrupted', async () => {
    const { lane, connections, abort, clock } = await laneTo(async (peer) => {
      await peer.acceptLogin();
      peer.socket.destroy();
    }, 60_000);
    expect(await lane.turn()).toBeUndefined();
    await lost(connections[0]);
    abort.abort('interrupted');
    expect(await lane.turn()).toBe('interrupted');
    expect(clock.waits).toEqual([]);
  });
});
