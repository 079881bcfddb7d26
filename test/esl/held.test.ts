import { describe, expect, it } from 'vitest';
import type { EslEvent, EventSocket } from '../../src/esl/index.js';
import { apiResponse, commandReply, type Peer, type Script, scriptedServer } from '../support/scripted-server.js';
import { patient, pause } from './connected.js';
import { answering, headerOf, jobEvent, openTo, plainEvent } from './opened.js';
import { nextUncaught } from './uncaught.js';

/** More than fits into a reader's backlog and the buffers of the system together. */
const FLOOD = 6000;
const FILLING = 'x'.repeat(4000);

/** A server that answers each command, and jobs with their end, between which and the reply another flood comes. */
const willing: Script = answering((command, peer) => {
  const { line } = command;
  if (line.startsWith('api ')) return apiResponse(line.slice(4));
  if (!line.startsWith('bgapi ')) return undefined;
  const jobUuid = headerOf(command, 'job-uuid');
  peer.write(commandReply(`+OK Job-UUID: ${jobUuid}`));
  for (const number of ALL) peer.write(numbered(FLOOD + number));
  return jobEvent(jobUuid, line.slice('bgapi '.length));
});

/** A socket whose server can't get rid of its events, because one reader does not take them. */
async function held(): Promise<{
  socket: EventSocket;
  peer: Peer;
  slow: AsyncIterator<EslEvent>;
  heard: () => number;
}> {
  const server = await scriptedServer(willing);
  const socket = await openTo(server);
  const slow = socket.events('HEARTBEAT')[Symbol.asyncIterator]();
  let heard = 0;
  socket.on('message', () => heard++);
  const [peer] = server.peers;
  if (!peer) throw new Error('nobody connected');
  for (let number = 0; number < FLOOD; number++) peer.write(numbered(number));
  await isStill(peer);
  return { socket, peer, slow, heard: () => heard };
}

function numbered(number: number): string {
  return plainEvent('HEARTBEAT', { number: String(number), filling: FILLING });
}

/** Waits until a server can't get rid of any more of what it has to write. */
async function isStill(peer: Peer): Promise<void> {
  for (let before = -1; before !== peer.socket.writableLength; ) {
    before = peer.socket.writableLength;
    await pause(200);
  }
}

/** The numbers of so many events. */
async function take(events: AsyncIterator<EslEvent>, count: number): Promise<number[]> {
  const taken: number[] = [];
  while (taken.length < count) {
    const { done, value } = await events.next();
    if (done) break;
    taken.push(Number(value.headers.get('number')));
  }
  return taken;
}

const ALL = Array.from({ length: FLOOD }, (_, number) => number);

describe('a reader that is slow', () => {
  it('holds back the server, so that little waits here, and gets everything in order in the end', async () => {
    const { slow, peer, heard } = await held();
    expect(peer.socket.writableLength).toBeGreaterThan(0);
    expect(heard()).toBeLessThan(1100);
    expect(await take(slow, FLOOD)).toEqual(ALL);
    await expect.poll(() => peer.socket.writableLength, patient).toBe(0);
  });

  it('holds back a reader that is quick, and neither misses anything', async () => {
    const server = await scriptedServer(willing);
    const socket = await openTo(server);
    const [slow, quick] = [socket.events()[Symbol.asyncIterator](), socket.events()[Symbol.asyncIterator]()];
    const [peer] = server.peers;
    if (!peer) throw new Error('nobody connected');
    for (const number of ALL) peer.write(numbered(number));
    let taken = 0;
    const reading = (async () => {
      const numbers: number[] = [];
      for (; taken < FLOOD; taken++) numbers.push(...(await take(quick, 1)));
      return numbers;
    })();
    await isStill(peer);
    expect(taken).toBeLessThan(1100);
    expect(await take(slow, FLOOD)).toEqual(ALL);
    expect(await reading).toEqual(ALL);
  });

  it('may give commands and await them', async () => {
    const { socket, slow } = await held();
    expect((await socket.api('status')).text).toBe('status');
    expect(await take(slow, 10)).toEqual(ALL.slice(0, 10));
    expect((await socket.api('version')).text).toBe('version');
    expect(await take(slow, FLOOD - 10)).toEqual(ALL.slice(10));
  });

  it('may give background jobs and await their ends, though their events are behind those that it holds back', async () => {
    const { socket, slow } = await held();
    expect(await socket.bgapi('status', { timeoutMs: 20_000 })).toMatchObject({ ok: true, text: 'status' });
    expect(await take(slow, 2 * FLOOD)).toEqual([...ALL, ...ALL.map((number) => FLOOD + number)]);
  });

  it('gets what it held back also after the server has hung up, and then the reason', async () => {
    const { peer, slow } = await held();
    peer.socket.end();
    expect(await take(slow, FLOOD)).toEqual(ALL);
    await expect(slow.next()).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('a reader that leaves', () => {
  it.each<[string, (slow: AsyncIterator<EslEvent>) => Promise<unknown>]>([
    [
      'in the middle of a loop',
      async (slow) => {
        await slow.next();
        await slow.return?.();
      },
    ],
    ['without having read anything', async (slow) => slow.return?.()],
  ])('%s lets the server go on', async (_, leave) => {
    const { peer, slow, heard } = await held();
    await leave(slow);
    await expect.poll(() => peer.socket.writableLength, patient).toBe(0);
    await expect.poll(heard, patient).toBe(FLOOD);
  });

  it('while it waits for an event does not wait any longer', async () => {
    const socket = await openTo(await scriptedServer(willing));
    const events = socket.events()[Symbol.asyncIterator]();
    const next = events.next();
    await events.return?.();
    expect(await next).toEqual({ done: true, value: undefined });
  });

  it('by break does not hinder another', async () => {
    const server = await scriptedServer(willing);
    const socket = await openTo(server);
    const events = socket.events()[Symbol.asyncIterator]();
    const leaving = (async () => {
      for await (const _ of socket.events()) break;
    })();
    server.peers[0]?.write(numbered(0));
    await leaving;
    for (const number of ALL.slice(1)) server.peers[0]?.write(numbered(number));
    expect(await take(events, FLOOD)).toEqual(ALL);
  });
});

it('an iteration that is made and never read holds back events, but no replies', async () => {
  const { socket } = await held();
  expect((await socket.api('status')).text).toBe('status');
  await socket.close();
  expect(await socket.closed).toBeUndefined();
});

it('a listener that throws keeps nothing from others, and its error is seen', async () => {
  const server = await scriptedServer(willing);
  const socket = await openTo(server);
  const uncaught = nextUncaught();
  socket.on('event', () => {
    throw new Error('listener');
  });
  const events = socket.events()[Symbol.asyncIterator]();
  server.peers[0]?.write(numbered(1));
  expect(await take(events, 1)).toEqual([1]);
  expect(await uncaught).toMatchObject({ message: 'listener' });
  expect((await socket.api('status')).text).toBe('status');
});

it('a listener that was taken back hears nothing more', async () => {
  const server = await scriptedServer(willing);
  const socket = await openTo(server);
  const heard: string[] = [];
  const unlisten = socket.on('event', ({ name }) => heard.push(name));
  const events = socket.events()[Symbol.asyncIterator]();
  server.peers[0]?.write(numbered(1));
  await events.next();
  unlisten();
  server.peers[0]?.write(numbered(2));
  await events.next();
  expect(heard).toEqual(['HEARTBEAT']);
});
