import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { PreparedCommand } from '../../src/esl/command.js';
import { EslProtocolError, EslUnsafeError } from '../../src/esl/errors.js';
import { isEvent } from '../../src/esl/event.js';
import { apiResponse, commandReply, type Peer, scriptedServer } from '../support/scripted-server.js';
import { connectTo, patient, pause, rejection } from './connected.js';
import { generator } from './opened.js';
import { nextUncaught } from './uncaught.js';

const EVENT = 'Content-Length: 24\nContent-Type: text/event-plain\n\nEvent-Name: HEARTBEAT\n\n\n';
const LOG =
  'Content-Type: log/data\nContent-Length: 44\nLog-Level: 7\n\nContent-Type: command/reply\nReply-Text: +OK\n';

describe('each caller gets its own reply', () => {
  it('of 10,000 at once, with events and log lines between, in pieces of any size', async () => {
    const news = { events: 0, logs: 0 };
    const sent = { events: 0, logs: 0 };
    const random = generator(1);
    let unanswered = 0;
    let most = 0;
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      let answers = '';
      const flush = (): void => {
        writeInPieces(peer, answers, random);
        answers = '';
        unanswered = 0;
      };
      for (;;) {
        const { line, headers } = await peer.command();
        most = Math.max(most, ++unanswered);
        for (; random() < 0.2; sent.events++) answers += EVENT;
        for (; random() < 0.2; sent.logs++) answers += LOG;
        const number = headers[0]?.[1] ?? line.split(' ')[2];
        if (unanswered === 1) setImmediate(flush);
        answers += line.startsWith('api') ? apiResponse(`${number}\n`) : commandReply(`+OK ${number}`);
      }
    });
    const connection = await connectTo(server, {
      onMessage: (message) => {
        if (isEvent(message)) news.events++;
        else news.logs++;
      },
    });
    const wrong = await Promise.all(
      Array.from({ length: 10_000 }, async (_, number) => {
        const api = { line: `api eval ${number}` };
        const order = { line: 'sendevent NOTIFY', headers: [['number', String(number)]] as const };
        const { ok, text } = await connection.send(number % 3 === 0 ? api : order);
        return ok && text === (number % 3 === 0 ? String(number) : `+OK ${number}`) ? [] : [text];
      }),
    );
    expect(wrong.flat()).toEqual([]);
    expect(most).toBeLessThanOrEqual(16);
    expect(news).toEqual(sent);
  }, 30_000);

  it('also if one of them is refused', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      for (;;) {
        const { line } = await peer.command();
        if (line === 'api version') peer.write(commandReply('-ERR permission denied'));
        else peer.write(line.startsWith('api') ? apiResponse(line) : commandReply(`+OK ${line}`));
      }
    });
    const connection = await connectTo(server);
    const lines = ['api one', 'api version', 'api two', 'sendevent X', 'api version', 'sendevent Y'];
    const replies = await Promise.all(lines.map((line) => connection.send({ line })));
    expect(replies.map(({ ok, text }) => [ok, text])).toEqual([
      [true, 'api one'],
      [false, '-ERR permission denied'],
      [true, 'api two'],
      [true, '+OK sendevent X'],
      [false, '-ERR permission denied'],
      [true, '+OK sendevent Y'],
    ]);
  });

  it('in whatever case it writes api', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      for (;;) peer.write(apiResponse((await peer.command()).line));
    });
    const connection = await connectTo(server);
    for (const line of ['api status', 'API status', 'Api status']) {
      expect((await connection.send({ line })).text).toBe(line);
    }
  });

  it('and not the next one if its command is refused here', async () => {
    const server = await scriptedServer(echo);
    const connection = await connectTo(server);
    const results = await Promise.allSettled([
      connection.send({ line: 'sendevent A' }),
      connection.send({ line: 'sendevent B', headers: [['a', 'x\n\napi fsctl shutdown']] }),
      connection.send({ line: 'sendevent C' }),
    ]);
    expect(results.map((one) => (one.status === 'fulfilled' ? one.value.text : one.reason))).toEqual([
      '+OK sendevent A',
      expect.any(EslUnsafeError),
      '+OK sendevent C',
    ]);
    expect(server.peers[0]?.received).not.toContain('shutdown');
    expect(connection.open).toBe(true);
  });
});

describe('commands under way', () => {
  it.each([1, 16, 64])('are never more than %d', async (maxInFlight) => {
    const server = await scriptedServer((peer) => void peer.acceptLogin());
    const connection = await connectTo(server, { maxInFlight });
    const [peer] = server.peers;
    let answered = 0;
    const all = Array.from({ length: 100 }, () => connection.send({ line: 'sendevent X' }).then(() => answered++));
    const received = (): number => peer?.received.match(/sendevent X\n\n/g)?.length ?? 0;
    await expect.poll(received, patient).toBe(maxInFlight);
    await pause(20);
    expect(received()).toBe(maxInFlight);
    const replies = Math.min(3, maxInFlight);
    peer?.write(commandReply('+OK').repeat(replies));
    await expect.poll(received, patient).toBe(maxInFlight + replies);
    await pause(20);
    expect(received()).toBe(maxInFlight + replies);
    expect(answered).toBe(replies);
    connection.destroy();
    await Promise.allSettled(all);
  });

  it('are written in one piece each, and at once', async () => {
    const server = await scriptedServer(echo);
    const connection = await connectTo(server);
    const order = { line: 'sendevent X', headers: [['a', 'b']], body: 'text' } as const;
    const before = server.peers[0]?.pieces.length ?? 0;
    // With Nagle's algorithm and a command in two pieces each would take 40 ms. The best of some rounds, as others may
    // use this machine too.
    const rounds: number[] = [];
    while (rounds.length < 5) {
      const start = performance.now();
      for (let count = 0; count < 50; count++) await connection.send(order);
      rounds.push(performance.now() - start);
    }
    expect(Math.min(...rounds)).toBeLessThan(1000);
    const pieces = server.peers[0]?.pieces.slice(before).map(String);
    expect(pieces).toHaveLength(250);
    expect(new Set(pieces)).toEqual(new Set(['sendevent X\na: b\ncontent-length: 4\n\ntext']));
  });
});

describe('a prepared command', () => {
  it('may be sent more than once, also if it is an api', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      for (;;) peer.write(apiResponse((await peer.command()).line));
    });
    const connection = await connectTo(server);
    const prepared = new PreparedCommand({ line: 'API status' });
    const replies = await Promise.all([prepared, prepared, prepared].map((command) => connection.send(command)));
    expect(replies.map(({ text }) => text)).toEqual(['API status', 'API status', 'API status']);
  });
});

describe('a reply that does not fit ends the connection', () => {
  it('if nobody asked for it', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.write(commandReply('+OK one') + commandReply('+OK two'));
    });
    const connection = await connectTo(server);
    expect((await connection.send({ line: 'sendevent X' })).text).toBe('+OK one');
    const reason = await connection.closed;
    expect(reason).toBeInstanceOf(EslProtocolError);
    expect(reason?.message).toContain('nobody asked for');
    expect(await rejection(connection.send({ line: 'sendevent X' }))).toMatchObject({ written: false });
    await server.peers[0]?.closed;
  });

  it('if it is an api/response to a command that is no api, and nobody gets it', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      for (let count = 0; count < 3; count++) await peer.command();
      peer.write(commandReply('+OK') + apiResponse('stray') + commandReply('+OK'));
    });
    const connection = await connectTo(server, { maxInFlight: 3 });
    const [first, ...others] = ['A', 'B', 'C', 'D'].map((name) => connection.send({ line: `sendevent ${name}` }));
    const errors = Promise.all(others.map((one) => rejection(one)));
    expect((await first)?.text).toBe('+OK');
    expect((await errors).map(({ code, written }) => [code, written])).toEqual([
      ['protocol', true],
      ['protocol', true],
      ['protocol', false],
    ]);
    expect(connection.open).toBe(false);
  });
});

describe('news', () => {
  it('come in the order of the wire', async () => {
    const news: string[] = [];
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.write(`${EVENT}Content-Type: text/new-in-2030\n\n${LOG}${commandReply('+OK')}`);
    });
    const connection = await connectTo(server, { onMessage: ({ contentType }) => news.push(contentType) });
    await connection.send({ line: 'noevents' });
    expect(news).toEqual(['text/event-plain', 'text/new-in-2030', 'log/data']);
  });

  it('may send commands from where they are told', async () => {
    const replies: Promise<unknown>[] = [];
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.write(EVENT + commandReply('+OK first') + EVENT);
      for (;;) peer.write(commandReply(`+OK ${(await peer.command()).line}`));
    });
    const connection = await connectTo(server, {
      onMessage: () => replies.push(connection.send({ line: `sendevent ${replies.length}` })),
    });
    expect((await connection.send({ line: 'event plain ALL' })).text).toBe('+OK first');
    expect(await Promise.all(replies)).toMatchObject([{ text: '+OK sendevent 0' }, { text: '+OK sendevent 1' }]);
  });

  it('cost nobody a reply if their listener throws', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      await peer.command();
      peer.write(commandReply('+OK A') + EVENT + commandReply('+OK B'));
    });
    const connection = await connectTo(server, {
      onMessage: () => {
        throw new Error('listener');
      },
    });
    const uncaught = nextUncaught();
    const replies = await Promise.all(['A', 'B'].map((name) => connection.send({ line: `sendevent ${name}` })));
    expect(replies.map(({ text }) => text)).toEqual(['+OK A', '+OK B']);
    expect(await uncaught).toMatchObject({ message: 'listener' });
  });
});

async function echo(peer: Peer): Promise<void> {
  await peer.acceptLogin();
  for (;;) peer.write(commandReply(`+OK ${(await peer.command()).line}`));
}

function writeInPieces(peer: Peer, text: string, random: () => number): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + Math.floor(random() ** 3 * 2000);
    peer.write(bytes.subarray(at, at + size));
    at += size;
  }
}
