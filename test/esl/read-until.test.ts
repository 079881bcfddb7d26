import { getEventListeners } from 'node:events';
import { expect, it, onTestFinished } from 'vitest';
import { LastingSocket } from '../../src/esl/index.js';
import { commandReply, type ScriptedServer, scriptedServer } from '../support/scripted-server.js';
import { PASSWORD } from './connected.js';
import { answering, logLine, openTo, plainEvent } from './opened.js';

const NEWS = plainEvent('HEARTBEAT') + plainEvent('DTMF') + logLine('a');

function server(): Promise<ScriptedServer> {
  return scriptedServer(answering(({ line }) => (line === 'noevents' ? commandReply('+OK') + NEWS : undefined)));
}

/** Reads until it is told to end, which is behind the first item. */
async function readOne<T>(items: AsyncIterable<T>, over: AbortController): Promise<T[]> {
  const read: T[] = [];
  for await (const item of items) {
    read.push(item);
    over.abort();
  }
  return read;
}

it('events, log lines and messages are read until a signal', async () => {
  const socket = await openTo(await server());
  const over = Array.from({ length: 4 }, () => new AbortController());
  const [first, second, third, fourth] = over;
  if (!first || !second || !third || !fourth) throw new Error('never');
  const reading = Promise.all([
    readOne(socket.events({ names: ['DTMF'], signal: first.signal }), first),
    readOne(socket.events({ signal: second.signal }), second),
    readOne(socket.logs({ signal: third.signal }), third),
    readOne(socket.messages({ signal: fourth.signal }), fourth),
  ]);
  await socket.send({ line: 'noevents' });
  const [named, events, logs, messages] = await reading;
  expect(named.map(({ name }) => name)).toEqual(['DTMF']);
  expect(events.map(({ name }) => name)).toEqual(['HEARTBEAT']);
  expect(logs.map(({ text }) => text)).toEqual(['a']);
  expect(messages).toHaveLength(1);
  for (const { signal } of over) expect(getEventListeners(signal, 'abort')).toEqual([]);
  expect((await socket.send({ line: 'x' })).ok).toBe(true);
});

it('a reader that waits is let go, and one that comes too late gets nothing', async () => {
  const socket = await openTo(await server());
  const over = new AbortController();
  const waiting = readOne(socket.events({ signal: over.signal }), over);
  over.abort();
  expect(await waiting).toEqual([]);
  expect(await readOne(socket.events({ signal: over.signal }), over)).toEqual([]);
});

it('a reader that leaves by itself leaves nothing at the signal', async () => {
  const socket = await openTo(await server());
  const { signal } = new AbortController();
  const reading = (async () => {
    for await (const { name } of socket.events({ signal })) return name;
    return undefined;
  })();
  await socket.send({ line: 'noevents' });
  expect(await reading).toBe('HEARTBEAT');
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('works the same for a socket that lasts', async () => {
  const { host, port } = await server();
  const lasting = await LastingSocket.open({ host, port, password: PASSWORD });
  onTestFinished(() => lasting.close());
  const over = new AbortController();
  const reading = readOne(lasting.events({ names: ['DTMF'], signal: over.signal }), over);
  await (await lasting.socket()).send({ line: 'noevents' });
  expect(await reading).toMatchObject([{ name: 'DTMF' }]);
});
