import { Buffer } from 'node:buffer';
import { expect, onTestFinished } from 'vitest';
import { type ConnectOptions, connect } from '../../src/esl/index.js';
import { Questions } from '../../src/freeswitch/questions.js';
import { readRecording } from '../sandbox/lab.js';
import { apiResponse, type Peer, scriptedServer } from '../support/scripted-server.js';

/** What a real FreeSWITCH answered to an api command, as recorded, the first time it was asked or a later one. */
export function recorded(scenario: string, question: string, time = 0): Buffer {
  const step = readRecording(scenario).steps.filter(({ send }) => send === `api ${question}\n\n`)[time];
  const [, length, rest = ''] = /Content-Length: (\d+)\n\n(.*)$/s.exec(step?.receive ?? '') ?? [];
  if (length === undefined) expect.fail(`${scenario} has no answer to ${question}`);
  return Buffer.from(rest).subarray(0, Number(length));
}

/** A log in to a server, and questions to it. Given up when the test is over. */
export async function questionsTo(
  server: { readonly host?: string; readonly port: number },
  options: Partial<ConnectOptions> = {},
): Promise<Questions> {
  const connection = await connect({
    host: server.host ?? '127.0.0.1',
    port: server.port,
    password: 'ClueCon',
    ...options,
  });
  onTestFinished(() => connection.destroy());
  return new Questions(connection);
}

/** Questions to a server that gives each of them this answer. `asked` has what it was asked. */
export async function answered(answer: string | Uint8Array): Promise<{ questions: Questions; asked: string[] }> {
  const asked: string[] = [];
  const { questions } = await served(async (peer) => {
    for (;;) {
      asked.push((await peer.command()).line.replace(/^api /, ''));
      if (typeof answer === 'string') {
        peer.write(apiResponse(answer));
      } else {
        peer.write(`Content-Type: api/response\nContent-Length: ${answer.length}\n\n`);
        peer.write(answer);
      }
    }
  });
  return { questions, asked };
}

/** Questions to a server that does this once they have logged in. */
export async function served(script: (peer: Peer) => Promise<void>): Promise<{ questions: Questions; port: number }> {
  const server = await scriptedServer(async (peer) => {
    await peer.acceptLogin();
    await script(peer);
  });
  return { questions: await questionsTo(server), port: server.port };
}

/** All that a list has. */
export async function all<T>(list: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of list) items.push(item);
  return items;
}
