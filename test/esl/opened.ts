import { Buffer } from 'node:buffer';
import { onTestFinished } from 'vitest';
import { type ConnectOptions, type EventSocket, openSocket } from '../../src/esl/index.js';
import {
  commandReply,
  type Peer,
  type Script,
  type ScriptedServer,
  type SentCommand,
} from '../support/scripted-server.js';
import { PASSWORD } from './connected.js';

/** Opens an event socket. It is given up when the test is over. */
export async function openTo(
  { host, port }: Pick<ScriptedServer, 'host' | 'port'>,
  options: Partial<ConnectOptions> = {},
): Promise<EventSocket> {
  const socket = await openSocket({ host, port, password: PASSWORD, ...options });
  onTestFinished(() => socket.destroy());
  return socket;
}

/** Lets everybody in, and then answers each command: with these bytes, with `+OK` for undefined. */
export function answering(answer: (command: SentCommand, peer: Peer) => string | undefined): Script {
  return async (peer) => {
    await peer.acceptLogin();
    for (;;) {
      const command = await peer.command();
      peer.write(answer(command, peer) ?? commandReply(command.line === 'exit' ? '+OK bye' : '+OK'));
    }
  };
}

/** The bytes of a plain event; values as they stand on the wire, that is, encoded. */
export function plainEvent(name: string, headers: Readonly<Record<string, string>> = {}, body = ''): string {
  let text = `Event-Name: ${name}\n`;
  for (const [key, value] of Object.entries(headers)) text += `${key}: ${value}\n`;
  if (body !== '') text += `Content-Length: ${Buffer.byteLength(body)}\n`;
  return message('text/event-plain', `${text}\n${body}`);
}

/** The bytes of a JSON event. */
export function jsonEvent(name: string, headers: Readonly<Record<string, string>> = {}, body = ''): string {
  const ending = body === '' ? {} : { 'Content-Length': String(Buffer.byteLength(body)), _body: body };
  return message('text/event-json', JSON.stringify({ 'Event-Name': name, ...headers, ...ending }));
}

/** The bytes of an XML event; neither names nor values may need to be escaped. */
export function xmlEvent(name: string, headers: Readonly<Record<string, string>> = {}): string {
  const all = Object.entries({ 'Event-Name': name, ...headers }).map(([key, value]) => `<${key}>${value}</${key}>`);
  return message('text/event-xml', `<event>\n  <headers>\n    ${all.join('\n    ')}\n  </headers>\n</event>\n`);
}

/** The bytes of a log line. */
export function logLine(text: string): string {
  return (
    `Content-Type: log/data\nContent-Length: ${Buffer.byteLength(text)}\nLog-Level: 6\nText-Channel: 0\n` +
    `Log-File: a.c\nLog-Func: f\nLog-Line: 7\nUser-Data: \n\n${text}`
  );
}

/** The bytes of the event that ends a background job. */
export function jobEvent(jobUuid: string, text: string): string {
  return plainEvent('BACKGROUND_JOB', { 'Job-UUID': jobUuid }, text);
}

/** A header of a command that a server has read. */
export function headerOf(command: SentCommand, name: string): string {
  return command.headers.find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1] ?? '';
}

/** Numbers from 0 to 1 that are the same in every run. */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function message(contentType: string, body: string): string {
  return `Content-Length: ${Buffer.byteLength(body)}\nContent-Type: ${contentType}\n\n${body}`;
}
