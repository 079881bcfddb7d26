import { describe, expect, it, onTestFinished } from 'vitest';
import {
  EslAclError,
  EslAuthError,
  EslClosedError,
  EslError,
  type EventSocket,
  Gap,
  LastingSocket,
  type LastingSocketOptions,
} from '../../src/esl/index.js';
import {
  AUTH_REQUEST,
  apiResponse,
  commandReply,
  disconnectNotice,
  type Peer,
  type Script,
  type ScriptedServer,
  scriptedServer,
} from '../support/scripted-server.js';
import { PASSWORD, patient, pause, rejection } from './connected.js';
import { answering, openTo, plainEvent } from './opened.js';

const SHUTDOWN = disconnectNotice('The system is being shut down.\n');

/** Answers everything. */
const willing: Script = answering(({ line }) => (line.startsWith('api ') ? apiResponse(line.slice(4)) : undefined));

const refusing: Script = async (peer) => {
  peer.write(AUTH_REQUEST);
  await peer.command();
  peer.socket.end(commandReply('-ERR invalid'));
};

const rejecting: Script = (peer) => {
  const text = 'Access Denied, go away.\n';
  peer.socket.end(`Content-Type: text/rude-rejection\nContent-Length: ${text.length}\n\n${text}`);
};

const hangingUp: Script = (peer) => void peer.socket.destroy();

/** A server that treats its connections one after another like this, and all further ones as the last. */
function serverOf(...scripts: Script[]): Promise<ScriptedServer> {
  let count = 0;
  return scriptedServer((peer) => scripts[Math.min(count++, scripts.length - 1)]?.(peer));
}

async function lastingTo(server: ScriptedServer, options: Partial<LastingSocketOptions> = {}): Promise<LastingSocket> {
  const { host, port } = server;
  const lasting = await LastingSocket.open({ host, port, password: PASSWORD, ...options });
  onTestFinished(() => lasting.close());
  return lasting;
}

/** The connection of this number, once it is there. */
async function peerOf(server: ScriptedServer, index: number): Promise<Peer> {
  await expect.poll(() => server.peers.length, { ...patient, timeout: 20_000 }).toBeGreaterThan(index);
  const peer = server.peers[index];
  if (!peer) throw new Error('nobody connected');
  return peer;
}

function beat(number: number): string {
  return plainEvent('HEARTBEAT', { number: String(number) });
}

describe('a socket that was lost and is back', () => {
  it('is set up before anybody gets it', async () => {
    const server = await serverOf(willing);
    const lasting = await lastingTo(server, {
      setUp: async (socket) => {
        await socket.subscribe({ names: ['HEARTBEAT'] });
        await socket.filter('number', '/./');
      },
    });
    await (await lasting.socket()).api('first');
    server.peers[0]?.socket.destroy();
    await peerOf(server, 1);
    expect((await (await lasting.socket()).api('second')).text).toBe('second');
    const commands = (peer: Peer) => peer.received.split('\n\n').slice(1, -1);
    expect(commands(await peerOf(server, 0))).toEqual(['event plain HEARTBEAT', 'filter number /./', 'api first']);
    expect(commands(await peerOf(server, 1))).toEqual(['event plain HEARTBEAT', 'filter number /./', 'api second']);
  });

  it('shows each reader the gap at its place between the events', async () => {
    const server = await serverOf(willing);
    const heard: [string, unknown][] = [];
    const lasting = await lastingTo(server, {
      setUp: async (socket) => void (await socket.api('set up')),
      onLost: (error) => heard.push(['lost', error]),
      onBack: (gap) => heard.push(['back', gap]),
    });
    const readers = [lasting.events('HEARTBEAT'), lasting.events()].map((events) => events[Symbol.asyncIterator]());
    const before = Date.now();
    server.peers[0]?.socket.end(beat(1) + beat(2) + SHUTDOWN);
    const second = await peerOf(server, 1);
    await expect.poll(() => second.received, patient).toContain('api set up');
    second.write(beat(3));
    await lasting.socket();
    second.write(beat(4));
    for (const reader of readers) {
      const items: unknown[] = [];
      for (let count = 0; count < 5; count++) {
        const { value } = await reader.next();
        items.push(value instanceof Gap ? value : value?.headers.get('number'));
      }
      const [gap] = items.splice(2, 1);
      expect(items).toEqual(['1', '2', '3', '4']);
      expect(gap).toBeInstanceOf(Gap);
      if (!(gap instanceof Gap)) throw new Error('no gap');
      expect(gap.error).toMatchObject({ code: 'closed', notice: 'The system is being shut down.' });
      expect(gap.from.getTime()).toBeGreaterThanOrEqual(before - 1);
      expect(gap.to.getTime() - gap.from.getTime()).toBeGreaterThanOrEqual(240);
      expect(heard).toEqual([
        ['lost', gap.error],
        ['back', gap],
      ]);
    }
  });

  it('does not send again what was under way', async () => {
    const silent: Script = (peer) => void peer.acceptLogin();
    const server = await serverOf(silent, willing);
    const lasting = await lastingTo(server, { maxInFlight: 2 });
    const socket = await lasting.socket();
    const errors = Promise.all(['a', 'b', 'c'].map((name) => rejection(socket.api(name))));
    const first = await peerOf(server, 0);
    await expect.poll(() => first.received, patient).toContain('api b\n\n');
    first.socket.destroy();
    expect((await errors).map(({ code, written }) => [code, written])).toEqual([
      ['closed', true],
      ['closed', true],
      ['closed', false],
    ]);
    const second = await peerOf(server, 1);
    expect((await (await lasting.socket()).api('d')).text).toBe('d');
    expect(second.received).not.toMatch(/api [abc]/);
  });

  it('waits longer after each try', async () => {
    const at: number[] = [];
    const server = await scriptedServer(async (peer) => {
      at.push(Date.now());
      if (at.length === 1) await peer.acceptLogin();
      if (at.length < 4) peer.socket.destroy();
      else await willing(peer);
    });
    const lasting = await lastingTo(server);
    await peerOf(server, 3);
    await lasting.socket();
    const pauses = at.slice(1).map((time, index) => time - (at[index] ?? 0));
    // A timer may fire a millisecond early by this clock.
    for (const [index, ms] of pauses.entries()) expect(ms).toBeGreaterThanOrEqual(250 * 2 ** index - 2);
  });

  it('waits longer each time also for a server that takes everything and then drops it', async () => {
    const at: number[] = [];
    const server = await scriptedServer(async (peer) => {
      at.push(Date.now());
      if (at.length === 5) return willing(peer);
      await peer.acceptLogin();
      await peer.command();
      peer.socket.end(commandReply('+OK') + beat(1));
    });
    const gaps: Gap[] = [];
    await lastingTo(server, {
      setUp: (socket) => socket.subscribe({ names: ['HEARTBEAT'] }),
      onBack: (gap) => gaps.push(gap),
    });
    await peerOf(server, 4);
    await expect.poll(() => gaps.length, patient).toBe(4);
    for (const [index, { from, to }] of gaps.entries()) {
      expect(to.getTime() - from.getTime()).toBeGreaterThanOrEqual(250 * 2 ** index - 2);
    }
  });

  it('is held by a reader that is behind as the one before it was, and loses nothing', async () => {
    const server = await serverOf(willing);
    const lasting = await lastingTo(server);
    const slow = lasting.events()[Symbol.asyncIterator]();
    let heard = 0;
    lasting.on('event', () => heard++);
    const first = await peerOf(server, 0);
    for (let number = 0; number < 1500; number++) first.write(beat(number));
    await expect.poll(() => heard, patient).toBeGreaterThanOrEqual(1000);
    const before = heard;
    // Its rest comes with the loss, however it is held.
    first.socket.resetAndDestroy();
    await first.closed;
    let taken = 0;
    const take = async (): Promise<unknown> => {
      taken++;
      return (await slow.next()).value;
    };
    // The loss shows only where the socket is read again.
    const items: unknown[] = [];
    while (!items.some((item) => item instanceof Gap)) items.push(await take());
    expect(items.length).toBeGreaterThan(before);
    const second = await peerOf(server, 1);
    await lasting.socket();
    const filling = 'x'.repeat(4000);
    for (let number = 0; number < 6000; number++)
      second.write(plainEvent('HEARTBEAT', { number: String(number), filling }));
    await pause(500);
    expect(second.socket.writableLength).toBeGreaterThan(0);
    for (let number = 0; number < 6000; number++) {
      expect(await take()).toMatchObject({ headers: expect.objectContaining({}) });
    }
    expect(second.socket.writableLength).toBe(0);
    expect(taken).toBe(items.length + 6000);
  });
});

it.each([1, 3000])('what came while it was opened is there for whoever reads it then: %d events', async (count) => {
  const server = await serverOf(
    answering(({ line }) => {
      if (!line.startsWith('event ')) return undefined;
      return commandReply('+OK') + Array.from({ length: count }, (_, number) => beat(number)).join('');
    }),
  );
  const lasting = await lastingTo(server, {
    setUp: async (socket) => {
      await socket.subscribe({ names: ['HEARTBEAT'] });
      await socket.api('status');
    },
  });
  const numbers: unknown[] = [];
  for await (const event of lasting.events()) {
    if (!(event instanceof Gap)) numbers.push(Number(event.headers.get('number')));
    if (numbers.length === count) break;
  }
  expect(numbers).toEqual(Array.from({ length: count }, (_, number) => number));
  expect((await (await lasting.socket()).send({ line: 'nolog' })).ok).toBe(true);
});

describe('a socket ends for good', () => {
  it.each<[string, Script, new (...args: never[]) => Error]>([
    ['a password that is refused', refusing, EslAuthError],
    ['an address that is turned away', rejecting, EslAclError],
  ])('by %s at the return, which is not tried again', async (_, script, kind) => {
    const server = await serverOf(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.socket.destroy();
    }, script);
    const lasting = await lastingTo(server);
    const reading = (async () => {
      for await (const _item of lasting.events());
    })();
    void (await lasting.socket()).api('x').catch(() => {});
    expect(await lasting.closed).toBeInstanceOf(kind);
    await expect(reading).rejects.toBeInstanceOf(kind);
    await expect(lasting.socket()).rejects.toBeInstanceOf(kind);
    await pause(700);
    expect(server.peers).toHaveLength(2);
  });

  it('by a setUp that fails for a reason of its own', async () => {
    const server = await serverOf(willing);
    let count = 0;
    const lasting = await lastingTo(server, {
      setUp: async () => {
        if (count++ > 0) throw new Error('a mistake');
      },
    });
    server.peers[0]?.socket.destroy();
    const error = await lasting.closed;
    expect(error?.message).toContain('a mistake');
    await (await peerOf(server, 1)).closed;
    expect(server.peers).toHaveLength(2);
  });

  it('but not by a setUp whose connection was lost, however it says so', async () => {
    const server = await serverOf(
      willing,
      async (peer) => {
        await peer.acceptLogin();
        await peer.command();
        peer.socket.destroy();
      },
      willing,
    );
    const lasting = await lastingTo(server, {
      setUp: async (socket) => {
        await socket.api('set up').catch(() => {
          throw new Error('it did not work');
        });
      },
    });
    server.peers[0]?.socket.destroy();
    await peerOf(server, 2);
    expect((await (await lasting.socket()).api('x')).text).toBe('x');
  });

  it('nor by one that waits for ever on a connection that is lost', async () => {
    const server = await serverOf(willing);
    let count = 0;
    const lasting = await lastingTo(server, {
      setUp: async () => {
        if (count++ === 1) await new Promise(() => {});
      },
    });
    server.peers[0]?.socket.destroy();
    await expect.poll(() => count, patient).toBe(2);
    server.peers[1]?.socket.end();
    await peerOf(server, 2);
    expect((await (await lasting.socket()).api('x')).text).toBe('x');
  });

  it('when it was tried for long enough', async () => {
    const server = await serverOf(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.socket.destroy();
    }, hangingUp);
    const lasting = await lastingTo(server, { retryMs: 600 });
    void (await lasting.socket()).api('x').catch(() => {});
    expect(await lasting.closed).toBeInstanceOf(EslClosedError);
    const tries = server.peers.length;
    expect(tries).toBeGreaterThan(1);
    await pause(1000);
    expect(server.peers).toHaveLength(tries);
  });

  it('by a first connection that fails', async () => {
    const server = await serverOf(refusing);
    expect(await rejection(lastingTo(server))).toBeInstanceOf(EslAuthError);
    await pause(600);
    expect(server.peers).toHaveLength(1);
  });

  it('by a server that refuses at the return what sets it up', async () => {
    const deny = answering(({ line }) =>
      line.startsWith('event ') ? commandReply('-ERR permission denied') : undefined,
    );
    const server = await serverOf(willing, deny);
    const setUp = (socket: EventSocket) => socket.subscribe({ names: ['HEARTBEAT'] });
    const lasting = await lastingTo(server, { setUp });
    server.peers[0]?.socket.destroy();
    expect((await lasting.closed)?.message).toContain('-ERR permission denied');
    expect(server.peers).toHaveLength(2);
  });

  it('by replies that match no command', async () => {
    const server = await serverOf(willing);
    const lasting = await lastingTo(server);
    server.peers[0]?.write(commandReply('+OK of nobody'));
    expect((await lasting.closed)?.message).toContain('a reply that nobody asked for');
    expect(server.peers).toHaveLength(1);
  });

  it('by the signal of its user, if it does not stand', async () => {
    const server = await serverOf(willing, hangingUp);
    const giveUp = new AbortController();
    const lasting = await lastingTo(server, { signal: giveUp.signal });
    server.peers[0]?.socket.destroy();
    await peerOf(server, 1);
    giveUp.abort();
    expect(await lasting.closed).toBeInstanceOf(EslError);
    const tries = server.peers.length;
    await pause(1200);
    expect(server.peers).toHaveLength(tries);
  });

  it('by an onBack that throws, and leaves no connection', async () => {
    const server = await serverOf(willing);
    const lasting = await lastingTo(server, {
      onBack: () => {
        throw new Error('a mistake');
      },
    });
    server.peers[0]?.socket.destroy();
    expect((await lasting.closed)?.message).toContain('a mistake');
    await (await peerOf(server, 1)).closed;
  });
});

describe('close', () => {
  it('while it stands says goodbye, and ends iterations', async () => {
    const server = await serverOf(willing);
    const lasting = await lastingTo(server);
    const reading = (async () => {
      for await (const _item of lasting.events());
    })();
    await lasting.close();
    await reading;
    expect(await lasting.closed).toBeUndefined();
    expect(server.peers[0]?.received).toMatch(/exit\n\n$/);
  });

  it('while it waits to try again does not try again', async () => {
    const server = await serverOf(willing, hangingUp);
    const isLost = new Promise<void>((resolve) => {
      void lastingTo(server, { onLost: () => resolve() }).then((one) => {
        lasting = one;
        server.peers[0]?.socket.destroy();
      });
    });
    let lasting: LastingSocket | undefined;
    await isLost;
    await lasting?.close();
    expect(await lasting?.closed).toBeUndefined();
    await pause(600);
    expect(server.peers).toHaveLength(1);
  });

  it('while it connects gives that up', async () => {
    const server = await serverOf(willing, () => {});
    const lasting = await lastingTo(server, { connectTimeoutMs: 60_000 });
    server.peers[0]?.socket.destroy();
    const second = await peerOf(server, 1);
    await lasting.close();
    expect(await lasting.closed).toBeUndefined();
    await second.closed;
  });

  it('while it is set up does not wait for that', async () => {
    const server = await serverOf(willing);
    let count = 0;
    const lasting = await lastingTo(server, {
      setUp: async () => {
        if (count++ === 1) await new Promise(() => {});
      },
    });
    server.peers[0]?.socket.destroy();
    const second = await peerOf(server, 1);
    await expect.poll(() => count, patient).toBe(2);
    await lasting.close();
    expect(await lasting.closed).toBeUndefined();
    await second.closed;
  });

  it('of the connection itself is a close, too', async () => {
    const server = await serverOf(willing);
    const lasting = await lastingTo(server);
    await (await lasting.socket()).close();
    expect(await lasting.closed).toBeUndefined();
    await lasting.close();
    expect(server.peers).toHaveLength(1);
  });
});

it('an event socket that does not last ends its iterations with the loss', async () => {
  const server = await serverOf(willing);
  const socket = await openTo(server);
  const next = socket.events()[Symbol.asyncIterator]().next();
  server.peers[0]?.socket.end(SHUTDOWN);
  await expect(next).rejects.toMatchObject({ code: 'closed', notice: 'The system is being shut down.' });
});
