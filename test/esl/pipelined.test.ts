import { Buffer } from 'node:buffer';
import { expect, it } from 'vitest';
import type { EslEvent, LogLine } from '../../src/esl/index.js';
import { apiResponse, commandReply, type Peer, type SentCommand, scriptedServer } from '../support/scripted-server.js';
import { generator, headerOf, jsonEvent, logLine, openTo, plainEvent, xmlEvent } from './opened.js';

const COMMANDS = 10_000;

it('10,000 commands at once, with events and log lines between, in pieces of any size', async () => {
  const random = generator(7);
  const sent = { events: 0, logs: 0 };
  const server = await scriptedServer(async (peer) => {
    await peer.acceptLogin();
    let bytes = '';
    for (;;) {
      const command = await peer.command();
      if (bytes === '') {
        setImmediate(() => {
          writeInPieces(peer, bytes, random);
          bytes = '';
        });
      }
      while (random() < 0.3) bytes += eventOf(sent.events++, random());
      while (random() < 0.2) bytes += logLine(`line ${sent.logs++}\n`);
      bytes += answerTo(command);
    }
  });
  const socket = await openTo(server, { maxInFlight: 64 });
  const events = socket.events()[Symbol.asyncIterator]();
  const logs = socket.logs()[Symbol.asyncIterator]();
  const wrong = await Promise.all(
    Array.from({ length: COMMANDS }, async (_, number) => {
      switch (number % 5) {
        case 0:
          return expected(`${number}`, (await socket.api(`eval ${number}`)).text);
        case 1:
          return expected(
            `uuid-${number}`,
            await socket.sendEvent('NOTIFY', [['number', `${number}`]], `body ${number}`),
          );
        case 2:
          return expected('permission denied', (await socket.api(`denied ${number}`)).text.slice('-ERR '.length));
        case 3:
          return expected(`filter x ${number}: -ERR no`, await refusal(socket.filter('x', `${number}`)));
        default:
          return expected(`${number}`, await socket.getVariable(`${number}`));
      }
    }),
  );
  expect(wrong.flat()).toEqual([]);
  const numbers: string[] = [];
  for (let count = 0; count < sent.events; count++) numbers.push(numberOf(await events.next()));
  expect(numbers).toEqual(Array.from({ length: sent.events }, (_, number) => `é ${number}`));
  const lines: string[] = [];
  for (let count = 0; count < sent.logs; count++) lines.push(textOf(await logs.next()));
  expect(lines).toEqual(Array.from({ length: sent.logs }, (_, number) => `line ${number}`));
  expect(sent.events).toBeGreaterThan(COMMANDS / 4);
  expect(sent.logs).toBeGreaterThan(COMMANDS / 5);
  socket.destroy();
  expect((await events.next()).done).toBe(true);
  expect((await logs.next()).done).toBe(true);
}, 60_000);

function answerTo(command: SentCommand): string {
  const [name, first, second] = command.line.split(' ');
  if (name === 'api') return first === 'eval' ? apiResponse(`${second}\n`) : commandReply('-ERR permission denied');
  if (name === 'sendevent') return commandReply(`+OK uuid-${headerOf(command, 'number')}`);
  return name === 'getvar' ? commandReply(first ?? '') : commandReply('-ERR no');
}

function eventOf(number: number, random: number): string {
  if (random < 0.4) return plainEvent('HEARTBEAT', { number: `%C3%A9%20${number}` });
  if (random < 0.7) return jsonEvent('HEARTBEAT', { number: `é ${number}` }, 'command/reply\n\n');
  return xmlEvent('HEARTBEAT', { number: `%C3%A9%20${number}` });
}

function writeInPieces(peer: Peer, text: string, random: () => number): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + Math.floor(random() ** 3 * 2000);
    peer.write(bytes.subarray(at, at + size));
    at += size;
  }
}

function expected(wanted: string, got: string | undefined): string[] {
  return got === wanted ? [] : [`${got} instead of ${wanted}`];
}

async function refusal(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  return error instanceof Error ? error.message.replace(/^.*refused /, '') : 'not refused';
}

function numberOf({ value }: IteratorResult<EslEvent, void>): string {
  return value?.headers.get('number') ?? '';
}

function textOf({ value }: IteratorResult<LogLine, void>): string {
  return value?.text ?? '';
}
