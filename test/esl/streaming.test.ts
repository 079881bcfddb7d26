import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BodyStream } from '../../src/esl/body-stream.js';
import { Decoder } from '../../src/esl/decoder.js';
import {
  EslClosedError,
  EslProtocolError,
  EslTimeoutError,
  EslTooLargeError,
  EslUnsafeError,
} from '../../src/esl/errors.js';
import { encodeMessage, type Message } from '../../src/esl/message.js';
import { apiResponse, commandReply, disconnectNotice, type Peer, scriptedServer } from '../support/scripted-server.js';
import { block, connectTo, patient, pause, rejection } from './connected.js';

const KB = 1024;
const MB = 1024 * KB;

/** How a reply of so many bytes begins. */
function head(bytes: number): string {
  return `Content-Type: api/response\nContent-Length: ${bytes}\n\n`;
}

async function textOf(body: BodyStream): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

/** Writes until so many bytes are out, as fast as the client takes them. */
async function pour(peer: Peer, bytes: number, size = 64 * KB): Promise<void> {
  for (let left = bytes; left > 0; left -= size) {
    const piece = Buffer.alloc(Math.min(size, left), 'x');
    if (!peer.socket.write(piece)) await new Promise((resolve) => peer.socket.once('drain', resolve));
    if (peer.socket.destroyed) return;
  }
}

describe('a reply as a stream', () => {
  it('comes in pieces, before it is complete', async () => {
    let goOn = (): void => {};
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.write(`${head(10)}first`);
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      peer.write('later');
    });
    const connection = await connectTo(server);
    const { head: begun, body } = await connection.stream({ line: 'api x' });
    expect(begun.contentType).toBe('api/response');
    expect(begun.headers.get('content-length')).toBe('10');
    const pieces: string[] = [];
    for await (const piece of body) {
      pieces.push(piece.toString());
      goOn();
    }
    expect(pieces).toEqual(['first', 'later']);
  });

  it('may be a refusal, which has its text in the head and no body', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.write(commandReply('-ERR permission denied'));
    });
    const connection = await connectTo(server);
    const { head: begun, body } = await connection.stream({ line: 'api x' });
    expect(begun.contentType).toBe('command/reply');
    expect(begun.headers.get('reply-text')).toBe('-ERR permission denied');
    expect(await textOf(body)).toBe('');
  });

  it('may be empty', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.write(head(0));
    });
    const connection = await connectTo(server);
    expect(await textOf((await connection.stream({ line: 'api x' })).body)).toBe('');
  });

  it('may be longer than any body that is held in memory', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      for (;;) {
        await peer.command();
        peer.write(apiResponse('x'.repeat(1000)));
      }
    });
    const connection = await connectTo(server, { maxBodyBytes: 999 });
    expect(await textOf((await connection.stream({ line: 'api x' })).body)).toHaveLength(1000);
    expect(await rejection(connection.send({ line: 'api x' }))).toBeInstanceOf(EslTooLargeError);
  });

  it('leaves every other reply to its own command, in front of it and behind it', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      for (;;) {
        const { line } = await peer.command();
        peer.write(line.startsWith('api') ? apiResponse(`answer to ${line}`) : commandReply(`+OK ${line}`));
        peer.write('Content-Type: log/data\nContent-Length: 3\n\nlog');
      }
    });
    const logs: string[] = [];
    const connection = await connectTo(server, { onMessage: ({ body }) => logs.push(body.toString()) });
    const answers = await Promise.all([
      connection.send({ line: 'sendevent A' }).then(({ text }) => text),
      connection.stream({ line: 'api b' }).then(({ body }) => textOf(body)),
      connection.send({ line: 'api c' }).then(({ text }) => text),
      connection.stream({ line: 'api d' }).then(({ body }) => textOf(body)),
      connection.stream({ line: 'sendevent E' }).then(({ head: begun }) => begun.headers.get('reply-text')),
      connection.send({ line: 'sendevent F' }).then(({ text }) => text),
    ]);
    expect(answers).toEqual([
      '+OK sendevent A',
      'answer to api b',
      'answer to api c',
      'answer to api d',
      '+OK sendevent E',
      '+OK sendevent F',
    ]);
    await expect.poll(() => logs, patient).toEqual(Array.from({ length: 6 }, () => 'log'));
  });

  it('that a listener asks for in the middle of other messages is its own too', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.write(`Content-Type: log/data\nContent-Length: 3\n\nlog${commandReply('+OK A')}`);
      await peer.command();
      peer.write(apiResponse('mine'));
    });
    let asked: Promise<string> | undefined;
    const connection = await connectTo(server, {
      onMessage: () => {
        asked = connection.stream({ line: 'api x' }).then(({ body }) => textOf(body));
      },
    });
    expect((await connection.send({ line: 'sendevent A' })).text).toBe('+OK A');
    expect(await asked).toBe('mine');
  });

  it('of a command that must not be written is refused before a byte is', async () => {
    const server = await scriptedServer((peer) => peer.acceptLogin().then(() => {}));
    const connection = await connectTo(server);
    expect(await rejection(connection.stream({ line: 'api x\n\napi y' }))).toBeInstanceOf(EslUnsafeError);
    expect(connection.open).toBe(true);
  });
});

describe('a reader that is slow', () => {
  it('holds the server back instead of filling the memory', async () => {
    let written = 0;
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.write(head(64 * MB));
      for (; written < 64 * MB; written += 64 * KB) await pour(peer, 64 * KB);
    });
    const connection = await connectTo(server);
    const { body } = await connection.stream({ line: 'api x' });
    // Until it stands still: a busy machine takes its time to fill what the kernel holds for both sides.
    let atFirst: number;
    do {
      atFirst = written;
      await pause(300);
    } while (written === 0 || written !== atFirst);
    // That comes on top of what the stream holds.
    expect(atFirst).toBeLessThan(32 * MB);
    await pause(200);
    expect(written).toBe(atFirst);
    let read = 0;
    for await (const piece of body) read += piece.length;
    expect(read).toBe(64 * MB);
  });

  it('may take longer than a reply may', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.write(head(8 * MB));
      await pour(peer, 8 * MB);
      await peer.command();
      peer.write(commandReply('+OK behind'));
    });
    const connection = await connectTo(server, { replyTimeoutMs: 300 });
    const { body } = await connection.stream({ line: 'api x' });
    const behind = connection.send({ line: 'sendevent X' });
    await pause(600);
    let read = 0;
    for await (const piece of body) {
      if (read === 0) await pause(600);
      read += piece.length;
    }
    expect(read).toBe(8 * MB);
    expect((await behind).text).toBe('+OK behind');
  });

  it('and has it all already does not keep others waiting', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.write(apiResponse('x'.repeat(300 * KB)));
      await peer.command();
      peer.write(commandReply('+OK behind'));
    });
    const connection = await connectTo(server);
    const { body } = await connection.stream({ line: 'api x' });
    for await (const piece of body) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect((await connection.send({ line: 'sendevent X' })).text).toBe('+OK behind');
  });
});

describe('a reader that leaves', () => {
  async function longAnswer(): Promise<Awaited<ReturnType<typeof scriptedServer>>> {
    return scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.write(head(16 * MB));
      await pour(peer, 16 * MB);
      for (;;) peer.write(commandReply(`+OK ${(await peer.command()).line}`));
    });
  }

  it('at the first piece leaves the connection in step', async () => {
    const connection = await connectTo(await longAnswer());
    const { body } = await connection.stream({ line: 'api x' });
    for await (const piece of body) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect((await connection.send({ line: 'sendevent A' })).text).toBe('+OK sendevent A');
  });

  it('before the first piece does so too, when it says so', async () => {
    const connection = await connectTo(await longAnswer());
    const { body } = await connection.stream({ line: 'api x' });
    body.discard();
    expect((await connection.send({ line: 'sendevent A' })).text).toBe('+OK sendevent A');
    expect(await textOf(body)).toBe('');
  });

  it('by an error of its own gets that error', async () => {
    const connection = await connectTo(await longAnswer());
    const { body } = await connection.stream({ line: 'api x' });
    const reading = (async () => {
      for await (const piece of body) if (piece.length > 0) throw new Error('of the reader');
    })();
    await expect(reading).rejects.toThrow('of the reader');
    expect((await connection.send({ line: 'sendevent A' })).text).toBe('+OK sendevent A');
  });
});

describe('a server that fails in the middle', () => {
  it('by hanging up ends the iteration with an error, after what had come', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.socket.end(`${head(10)}first`);
    });
    const connection = await connectTo(server);
    const { body } = await connection.stream({ line: 'api x' });
    const behind = rejection(connection.send({ line: 'sendevent X' }));
    const pieces: string[] = [];
    const reading = (async () => {
      for await (const piece of body) pieces.push(piece.toString());
    })();
    const error = await rejection(reading);
    expect(error).toBeInstanceOf(EslClosedError);
    expect(error.written).toBe(true);
    expect(error.message).toContain('in the middle of a message');
    expect(pieces).toEqual(['first']);
    expect(await behind).toBeInstanceOf(EslClosedError);
  });

  it('while nobody reads is told to who reads later, and to nobody else', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.socket.end(`${head(10)}first`);
    });
    const connection = await connectTo(server);
    const { body } = await connection.stream({ line: 'api x' });
    await connection.closed;
    await pause(20);
    expect(await rejection(textOf(body))).toBeInstanceOf(EslClosedError);
  });

  it('before the first byte rejects the request itself', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.socket.end(disconnectNotice());
    });
    const connection = await connectTo(server);
    const error = await rejection(connection.stream({ line: 'api x' }));
    expect(error).toMatchObject({ code: 'closed', written: true });
  });

  it('by falling silent runs into the time limit', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.write(`${head(10)}first`);
    });
    const connection = await connectTo(server, { replyTimeoutMs: 250 });
    const { body } = await connection.stream({ line: 'api x' });
    expect(await rejection(textOf(body))).toBeInstanceOf(EslTimeoutError);
  });

  it('is given its time anew with every piece', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.write(head(20));
      for (let count = 0; count < 20; count++) {
        await pause(50);
        peer.write('x');
      }
    });
    const connection = await connectTo(server, { replyTimeoutMs: 500 });
    const { body } = await connection.stream({ line: 'api x' });
    expect(await textOf(body)).toBe('x'.repeat(20));
  });

  it('gets no new time from log lines before the answer begins', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      while (!peer.socket.destroyed) {
        peer.write('Content-Type: log/data\nContent-Length: 1\n\nx');
        await pause(10);
      }
    });
    const connection = await connectTo(server, { replyTimeoutMs: 300 });
    expect(await rejection(connection.stream({ line: 'api x' }))).toBeInstanceOf(EslTimeoutError);
  });

  it('but has a piece in the socket when the time is over goes on', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.write(`${head(10)}first`);
      await pause(150);
      peer.write('late');
      block(500);
      peer.write('r');
    });
    const connection = await connectTo(server, { replyTimeoutMs: 300 });
    const { body } = await connection.stream({ line: 'api x' });
    expect(await textOf(body)).toBe('firstlater');
  });

  it('and is given up meanwhile ends the iteration', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.write(`${head(64 * MB)}first`);
    });
    const connection = await connectTo(server);
    const { body } = await connection.stream({ line: 'api x' });
    const reading = rejection(textOf(body));
    connection.destroy();
    expect(await reading).toMatchObject({ code: 'closed', written: true });
  });

  it('answers a command that is no api with an api/response: nobody gets it', async () => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.write(apiResponse('somebody else’s'));
    });
    const connection = await connectTo(server);
    expect(await rejection(connection.stream({ line: 'sendevent X' }))).toBeInstanceOf(EslProtocolError);
  });

  it.each([
    ['more bytes than can be counted', '9'.repeat(30), EslTooLargeError],
    ['a number of bytes that is none', '-5', EslProtocolError],
  ])('announces %s', async (_, length, kind) => {
    const server = await scriptedServer(async (peer) => {
      await peer.acceptLogin();
      await peer.command();
      peer.write(`Content-Type: api/response\nContent-Length: ${length}\n\nx`);
    });
    const connection = await connectTo(server);
    const reading = connection.stream({ line: 'api x' }).then(({ body }) => textOf(body));
    expect(await rejection(reading)).toBeInstanceOf(kind);
  });
});

describe('the decoder', () => {
  /** Reads bytes in pieces; bodies of api/responses come in pieces, and are put together again here. */
  function decode(bytes: Buffer, cuts: readonly number[]): string[] {
    const decoder = new Decoder({ maxBodyBytes: 5 });
    const seen: string[] = [];
    let body = '';
    const sink = {
      message: ({ contentType, body: whole }: Message) => seen.push(`${contentType} whole ${whole.toString('latin1')}`),
      bodyOf: ({ contentType }: Message) => {
        if (contentType !== 'api/response') return undefined;
        body = '';
        return {
          piece: (piece: Buffer) => {
            expect(piece.length).toBeGreaterThan(0);
            body += piece.toString('latin1');
          },
          end: () => seen.push(`${contentType} pieces ${body}`),
        };
      },
    };
    let from = 0;
    for (const cut of [...cuts, bytes.length]) {
      decoder.read(bytes.subarray(from, cut), sink);
      from = cut;
    }
    expect(decoder.failure).toBeUndefined();
    expect(decoder.midMessage).toBe(false);
    return seen;
  }

  const bytes = Buffer.from(
    `${apiResponse('Content-Type: x\n\nmöre')}${commandReply('+OK')}${head(0)}${apiResponse('a')}` +
      'Content-Type: log/data\nContent-Length: 5\n\nwhole',
  );
  const expected = [
    `api/response pieces ${Buffer.from('Content-Type: x\n\nmöre').toString('latin1')}`,
    'command/reply whole ',
    'api/response whole ',
    'api/response pieces a',
    'log/data whole whole',
  ];

  it('gives the same wherever the bytes are cut', () => {
    for (const cut of bytes.keys()) expect(decode(bytes, [cut])).toEqual(expected);
    expect(decode(bytes, [...bytes.keys()])).toEqual(expected);
  });

  it('gives the same in any pieces of any bodies', () => {
    const message = fc.tuple(fc.constantFrom('api/response', 'log/data'), fc.uint8Array({ maxLength: 5 }));
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), fc.array(fc.nat(600), { maxLength: 20 }), (messages, places) => {
        const whole = Buffer.concat(messages.map(([type, body]) => encodeMessage([['Content-Type', type]], body)));
        const cuts = places.filter((place) => place < whole.length).sort((a, b) => a - b);
        const text = (body: Uint8Array): string => Buffer.from(body).toString('latin1');
        expect(decode(whole, cuts)).toEqual(
          messages.map(([type, body]) => {
            const way = type === 'api/response' && body.length > 0 ? 'pieces' : 'whole';
            return `${type} ${way} ${text(body)}`;
          }),
        );
      }),
    );
  });
});
