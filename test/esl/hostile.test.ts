import { Buffer } from 'node:buffer';
import { expect, it } from 'vitest';
import { EslError, type EventSocket } from '../../src/esl/index.js';
import {
  apiResponse,
  commandReply,
  disconnectNotice,
  HungUp,
  type Peer,
  type SentCommand,
  scriptedServer,
} from '../support/scripted-server.js';
import { callEnded, calling, connectReply, dialled, listening } from './calling.js';
import { generator, headerOf, jobEvent, jsonEvent, logLine, openTo, plainEvent, xmlEvent } from './opened.js';

const CONNECTIONS = 300;

type Random = () => number;

/** Some way in which a server is not as it should be. */
const LIES: readonly ((bytes: Buffer, random: Random) => Buffer)[] = [
  (bytes, random) => bytes.subarray(0, Math.floor(random() * bytes.length)),
  (bytes, random) => bytes.subarray(Math.floor(random() * bytes.length)),
  (bytes) => Buffer.concat([bytes, bytes]),
  (bytes, random) => {
    const copy = Buffer.from(bytes);
    for (let count = 1 + random() * 5; count > 0; count--) copy[Math.floor(random() * copy.length)] = random() * 256;
    return copy;
  },
  (bytes) => Buffer.from(bytes.toString('latin1').replace(/(Content-Length: )(\d+)/g, '$1' + '9$2'), 'latin1'),
  (bytes) => Buffer.from(bytes.toString('latin1').replace(/(Content-Length: )\d+/g, '$1' + '3'), 'latin1'),
  (bytes) => Buffer.from(bytes.toString('latin1').replace(/Content-Length: \d+/g, 'Content-Length: -1'), 'latin1'),
  (bytes) => Buffer.from(bytes.toString('latin1').replaceAll('\n\n', '\n'), 'latin1'),
  () => Buffer.from(commandReply('+OK')),
  () => Buffer.from(apiResponse('nobody asked')),
  () => Buffer.from('\n\r\n\n'.repeat(1000)),
  (_, random) => Buffer.from(Array.from({ length: 200 }, () => random() * 256)),
  () => Buffer.from(disconnectNotice().slice(0, -30)),
  () => Buffer.from(callEnded()),
  () => Buffer.from(jsonEvent('X').replace('{', '[')),
  () => Buffer.from(xmlEvent('X').replace('<headers>', '<header>>')),
  () => Buffer.from(plainEvent('DTMF', { 'Job-UUID': 'a%0AEvent-Name: FORGED%0A%0A', '%zz': '%E9%' })),
];

async function lie(peer: Peer, random: Random): Promise<void> {
  try {
    for (;;) {
      const command = await peer.command();
      const truth = Buffer.from(truthOf(command, random));
      const lying = LIES[Math.floor(random() * LIES.length)];
      peer.write(random() < 0.15 && lying ? lying(truth, random) : truth);
      if (random() < 0.02) peer.socket.destroy();
    }
  } catch (error) {
    if (!(error instanceof HungUp)) throw error;
  }
}

function truthOf(command: SentCommand, random: Random): string {
  const news = [plainEvent, jsonEvent].map((event) => event('DTMF', { 'DTMF-Digit': '5' }));
  const before = random() < 0.5 ? `${news.join('')}${logLine('a line\n')}${xmlEvent('DTMF')}` : '';
  if (command.line === 'exit') return commandReply('+OK bye') + disconnectNotice();
  if (command.line.startsWith('api')) return before + apiResponse('yes');
  const id = headerOf(command, 'event-uuid');
  if (id !== '') return commandReply('+OK') + plainEvent('CHANNEL_EXECUTE_COMPLETE', { 'Application-UUID': id });
  const job = headerOf(command, 'job-uuid');
  return before + commandReply('+OK') + (job === '' ? '' : jobEvent(job, 'done\n'));
}

/** Uses a socket in many ways at once. Resolves with all that it rejected with once all has settled. */
async function use(socket: EventSocket, random: Random): Promise<unknown[]> {
  const reasons: unknown[] = [];
  const read = async (items: AsyncIterable<unknown>): Promise<void> => {
    for await (const _item of items) if (random() < 0.01) return;
  };
  const ways: readonly (() => Promise<unknown>)[] = [
    () => socket.api('status'),
    () => socket.bgapi('status', { timeoutMs: 300 }),
    () => socket.bgapi('status', { signal: AbortSignal.timeout(Math.floor(random() * 20)) }),
    () => socket.executeToEnd({ application: 'answer' }, { timeoutMs: 300 }),
    () => socket.subscribe({ names: ['DTMF'] }, random() < 0.5 ? 'json' : 'plain'),
    () => socket.unsubscribeAll(),
    () => socket.filter('a', 'b'),
    () => socket.deleteFilter(),
    () => socket.getVariable('x'),
    () => socket.sendEvent('NOTIFY', [], 'body'),
    () => read(socket.events('DTMF')),
    () => read(socket.logs()),
  ];
  const started = Array.from({ length: 60 }, () => ways[Math.floor(random() * ways.length)]?.());
  const using = started.map((one) => one?.catch((reason: unknown) => reasons.push(reason)));
  // Whatever is still read ends with the connection.
  await Promise.race([Promise.all(using), new Promise((resolve) => setTimeout(resolve, 400))]);
  await socket.close();
  await Promise.all(using);
  return reasons;
}

it('a server that lies and breaks off costs nobody more than an EslError, and nothing hangs', async () => {
  const server = await scriptedServer(async (peer) => {
    const random = generator(server.peers.length);
    await peer.acceptLogin();
    await lie(peer, random);
  });
  let errors = 0;
  for (let seed = 0; seed < CONNECTIONS; seed += 30) {
    const all = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        // A login that comes late on a busy machine is one of its lies, too.
        const opening = openTo(server, { replyTimeoutMs: 200 });
        return opening.then(
          (socket) => use(socket, generator(1000 + seed + index)),
          (error: unknown) => [error],
        );
      }),
    );
    for (const reason of all.flat()) {
      expect(reason).toBeInstanceOf(EslError);
      errors++;
    }
  }
  expect(errors).toBeGreaterThan(CONNECTIONS);
}, 120_000);

it('so does one that pretends to hand over calls', async () => {
  const errors: unknown[] = [];
  let used = 0;
  const server = await listening({
    replyTimeoutMs: 200,
    connectTimeoutMs: 200,
    onCall: async (call) => {
      errors.push(...(await use(call, generator(++used))));
    },
    onError: (error) => errors.push(error),
  });
  for (let seed = 0; seed < CONNECTIONS; seed += 30) {
    const peers = await Promise.all(
      Array.from({ length: 30 }, async (_, index) => {
        const random = generator(seed + index);
        const peer = await dialled(server);
        await peer.command();
        const lying = LIES[Math.floor(random() * LIES.length)];
        const truth = Buffer.from(connectReply());
        peer.write(random() < 0.3 && lying ? lying(truth, random) : truth);
        void lie(peer, random);
        return peer;
      }),
    );
    await Promise.all(peers.map(({ closed }) => closed));
  }
  await server.close();
  for (const error of errors) expect(error).toBeInstanceOf(EslError);
  expect(used).toBeGreaterThan(CONNECTIONS / 2);
  const next = await listening({ port: 0, onCall: () => {} });
  await (await calling(next)).closed;
}, 120_000);
