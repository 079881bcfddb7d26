import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decoder } from '../../src/esl/decoder.js';
import { EslProtocolError, EslTooLargeError } from '../../src/esl/errors.js';
import { encodeMessage, type Message } from '../../src/esl/message.js';
import { apiResponse, commandReply, disconnectNotice } from '../support/scripted-server.js';

const EVENT = 'Content-Length: 19\nContent-Type: text/event-plain\n\nEvent-Name: BACK\n\n\n';
const LOG = 'Content-Type: log/data\nContent-Length: 3\nLog-Level: 5\nUser-Data: \n\nx\ny';

describe('one message', () => {
  it('has its headers, its content type and its body', () => {
    const [message] = read('Content-Type: API/Response; charset=utf-8\nContent-Length: 2\nX:y\n\nok');
    expect(message?.contentType).toBe('api/response');
    expect(message?.headers.get('x')).toBe('y');
    expect(message?.body.toString()).toBe('ok');
  });

  it('may lack a content type', () => {
    const [message] = read('Some-Header: x\n\n');
    expect(message?.contentType).toBe('');
  });

  it('of an unknown content type is passed on', () => {
    const [message] = read('Content-Type: text/new-in-2030\nContent-Length: 1\n\nx');
    expect(message?.contentType).toBe('text/new-in-2030');
  });

  it('may end its lines with CR LF', () => {
    const [message, next] = read(
      '\r\n\r\nContent-Type: api/response\r\nContent-Length: 4\r\n\r\n\r\nok\r\n\r\nA: b\r\n\r\n',
    );
    expect(message?.headers.entries()).toEqual([
      ['Content-Type', 'api/response'],
      ['Content-Length', '4'],
    ]);
    expect(message?.body.toString()).toBe('\r\nok');
    expect(next?.headers.entries()).toEqual([['A', 'b']]);
  });

  it('keeps values with colons, blanks at the end, no blank after the colon, or nothing', () => {
    const [message] = read('a: b: c\nd:e\nf: g  \nh:\ni:   \nj:\tk\n\n');
    expect(message?.headers.entries()).toEqual([
      ['a', 'b: c'],
      ['d', 'e'],
      ['f', 'g  '],
      ['h', ''],
      ['i', ''],
      ['j', '\tk'],
    ]);
  });

  it('keeps the lines of a variable with the reply that they belong to', () => {
    const [message] = read('Content-Type: command/reply\nReply-Text: one\ntwo\nthree\n\n');
    expect(message?.headers.get('reply-text')).toBe('one\ntwo\nthree');
  });
});

describe('Content-Length', () => {
  const types = ['api/response', 'command/reply', 'text/event-plain', 'text/event-json', 'log/data'];

  it.each(types)('0 or missing is no body in %s', (type) => {
    const messages = read(
      `Content-Type: ${type}\nContent-Length: 0\n\nContent-Type: ${type}\n\n${commandReply('+OK')}`,
    );
    expect(messages.map(({ body }) => body.length)).toEqual([0, 0, 0]);
    expect(messages[2]?.headers.get('reply-text')).toBe('+OK');
  });

  it.each(['abc', '-5', '', '1e3', '0x10', '3 ', '1.5', '+3'])('%j is refused', (value) => {
    const decoder = new Decoder();
    expect(decoder.push(Buffer.from(`Content-Type: api/response\nContent-Length: ${value}\n\nabc`))).toEqual([]);
    expect(decoder.failure).toBeInstanceOf(EslProtocolError);
    expect(decoder.failure?.message).toContain(JSON.stringify(value));
  });

  it('twice is refused if the two differ, and taken if they agree, in any spelling', () => {
    const [message] = read('Content-Length: 2\nCONTENT-LENGTH: 2\n\nok');
    expect(message?.body.toString()).toBe('ok');
    expect(failureOf('content-length: 2\nContent-Length: 3\n\nabc')).toBeInstanceOf(EslProtocolError);
  });

  it('at the limit is taken, over the limit refused before its body comes', () => {
    const limits = { maxBodyBytes: 10 };
    expect(failureOf('Content-Length: 10\n\n0123456789', limits)).toBeUndefined();
    expect(failureOf('Content-Length: 11\n\n', limits)).toBeInstanceOf(EslTooLargeError);
    expect(failureOf(`Content-Length: ${'9'.repeat(400)}\n\n`)).toBeInstanceOf(EslTooLargeError);
  });

  it('counts bytes, not characters', () => {
    const [first, second] = read(`${apiResponse('héllo ☎ 😀')}${apiResponse('next')}`);
    expect(first?.body.toString()).toBe('héllo ☎ 😀');
    expect(second?.body.toString()).toBe('next');
  });
});

describe('a header block', () => {
  const block = (bytes: number): string => `a: ${'x'.repeat(bytes - 3)}`;

  it.each(['\n\n', '\n\r\n', '\r\n\r\n'])('of just the limit is taken in any pieces, ended by %j', (end) => {
    const limit = end.startsWith('\r') ? 101 : 100;
    for (const pieces of [1, 2, 3, 1000]) {
      const decoder = new Decoder({ maxHeaderBytes: limit });
      expect(inPieces(decoder, Buffer.from(block(100) + end), pieces)).toHaveLength(1);
    }
  });

  it('of one byte more is refused in any pieces, also if it never ends', () => {
    for (const end of ['\n\n', '\n\r\n', 'x'.repeat(10)]) {
      for (const pieces of [1, 2, 3, 1000]) {
        const decoder = new Decoder({ maxHeaderBytes: 100 });
        expect(inPieces(decoder, Buffer.from(block(101) + end), pieces)).toEqual([]);
        expect(decoder.failure).toBeInstanceOf(EslTooLargeError);
      }
    }
  });

  it('beyond 64 KiB is refused if nothing else is said', () => {
    expect(failureOf(block(64 * 1024))).toBeUndefined();
    expect(failureOf(block(64 * 1024 + 3))).toBeInstanceOf(EslTooLargeError);
  });

  it('without a single colon is no message', () => {
    expect(failureOf('HTTP/1.1 400 Bad Request\n\n')).toBeInstanceOf(EslProtocolError);
  });
});

describe('after what cannot be read', () => {
  const junk = 'no colon in here\n\n';

  it('the messages before it are kept, in any pieces', () => {
    const bytes = Buffer.from(commandReply('+OK bye') + disconnectNotice() + junk + commandReply('+OK'));
    for (const size of [1, 2, 7, 64, 10_000]) {
      const decoder = new Decoder();
      expect(inPieces(decoder, bytes, size).map(({ contentType }) => contentType)).toEqual([
        'command/reply',
        'text/disconnect-notice',
      ]);
      expect(decoder.failure).toBeInstanceOf(EslProtocolError);
    }
  });

  it('nothing more is read', () => {
    const decoder = new Decoder();
    decoder.push(Buffer.from(junk));
    expect(decoder.push(Buffer.from(commandReply('+OK')))).toEqual([]);
    expect(decoder.failure).toBeInstanceOf(EslProtocolError);
  });

  it('the error shows no more than the beginning of it', () => {
    expect(failureOf(`${'x'.repeat(50_000)}\n\n`)?.message.length).toBeLessThan(200);
  });
});

describe('the end of the stream', () => {
  it('is between messages only after a whole one', () => {
    const bytes = Buffer.from(apiResponse('ok'));
    for (const at of bytes.keys()) {
      const decoder = new Decoder();
      decoder.push(bytes.subarray(0, at));
      expect(decoder.midMessage).toBe(at > 0);
      decoder.push(bytes.subarray(at));
      expect(decoder.midMessage).toBe(false);
    }
  });

  it('is between messages after blank lines', () => {
    const decoder = new Decoder();
    decoder.push(Buffer.from('\n\r\n\n'));
    expect(decoder.midMessage).toBe(false);
  });
});

describe('pieces', () => {
  it('may cut an emoji in a header, a plain event and a JSON event', () => {
    const event = 'Event-Name: X\nnote: 😀\n\n';
    const json = '{"Event-Name":"X","note":"😀"}';
    const bytes = Buffer.from(
      `${commandReply('+OK 😀')}Content-Length: ${Buffer.byteLength(event)}\nContent-Type: text/event-plain\n\n${event}` +
        `Content-Length: ${Buffer.byteLength(json)}\nContent-Type: text/event-json\n\n${json}`,
    );
    for (const size of [1, 2, 3, 5]) {
      const [reply, plain, last] = inPieces(new Decoder(), bytes, size);
      expect(reply?.headers.get('reply-text')).toBe('+OK 😀');
      expect(plain?.body.toString()).toBe(event);
      expect(last?.body.toString()).toBe(json);
    }
  });

  it('may hold a reply, an event and a log line at once', () => {
    const messages = read(EVENT + commandReply('+OK') + LOG + EVENT + apiResponse('ok'));
    expect(messages.map(({ contentType }) => contentType)).toEqual([
      'text/event-plain',
      'command/reply',
      'log/data',
      'text/event-plain',
      'api/response',
    ]);
  });

  it('may be anything: messages glued and cut at random come out as they were', () => {
    const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,20}$/).filter((text) => !/^content-/i.test(text));
    const value = fc.string({ unit: 'grapheme' }).map((text) => text.replace(/[\r\n]/g, '').trimStart());
    const type = fc.constantFrom(
      ...['command/reply', 'api/response', 'text/event-plain', 'text/event-json', 'text/event-xml', 'log/data'],
      ...['text/disconnect-notice', 'auth/request'],
    );
    const message = fc.record({
      headers: fc.array(fc.tuple(name, value), { maxLength: 5 }),
      type,
      body: fc.option(fc.uint8Array({ maxLength: 200 }), { nil: undefined }),
    });
    const cuts = fc.array(fc.nat({ max: 3000 }), { maxLength: 30 });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 12 }), cuts, (sent, places) => {
        const wire = sent.map(({ headers, type, body }) => encodeMessage([['Content-Type', type], ...headers], body));
        const bytes = Buffer.concat(wire);
        const decoder = new Decoder();
        const got: Message[] = [];
        let from = 0;
        for (const to of [...places.filter((at) => at < bytes.length).sort((a, b) => a - b), bytes.length]) {
          got.push(...decoder.push(bytes.subarray(from, to)));
          from = to;
        }
        expect(decoder.failure).toBeUndefined();
        expect(decoder.midMessage).toBe(false);
        expect(got.map((one) => ({ type: one.contentType, headers: one.headers.entries(), body: one.body }))).toEqual(
          sent.map(({ headers, type, body }) => ({
            type,
            headers: [['Content-Type', type], ...headers, ...(body ? [['Content-Length', String(body.length)]] : [])],
            body: Buffer.from(body ?? []),
          })),
        );
      }),
      { numRuns: 300 },
    );
  });
});

describe('size', () => {
  it('costs time in proportion and memory once or twice the answer', () => {
    answerOf(7);
    const small = answerOf(7);
    const large = answerOf(70);
    expect(large.ms).toBeLessThan(small.ms * 40 + 300);
    expect(large.bytes).toBeLessThan(220 * 1024 * 1024);
  });

  it('of a block without colons costs time in proportion', () => {
    const lines = (count: number): string => `a: b\n${'x\n'.repeat(count)}c: d\n\n`;
    const timed = (count: number): number => {
      const bytes = Buffer.from(lines(count));
      const decoder = new Decoder({ maxHeaderBytes: bytes.length });
      const start = process.cpuUsage();
      expect(decoder.push(bytes)).toHaveLength(1);
      return cpuMs(start);
    };
    const best = (count: number): number => Math.min(timed(count), timed(count), timed(count));
    expect(best(500_000)).toBeLessThan(best(50_000) * 40 + 300);
  });
});

describe('the reply to userauth', () => {
  const cut = (bytes: number): string => {
    const head = 'Content-Type: command/reply\nReply-Text: +OK accepted\nAllowed-Events: all\nAllowed-API: ';
    return head + 'x'.repeat(bytes - head.length);
  };

  it.each([
    ['whole and short', `${cut(200)}\n\n`],
    ['just not cut', `${cut(536)}\n\n`],
    ['cut in its empty line', `${cut(537)}\n`],
    ['cut in its last line', cut(538)],
    ['cut in a character', `${cut(537)}é`],
  ])('%s is read, and what follows is in step', (_, reply) => {
    const bytes = Buffer.concat([Buffer.from(reply).subarray(0, 538), Buffer.from(apiResponse('next'))]);
    for (const size of [1, 3, 537, 538, 539, 10_000]) {
      const decoder = new Decoder();
      decoder.expectCutReply();
      const [first, second] = inPieces(decoder, bytes, size);
      expect(first?.headers.get('reply-text')).toBe('+OK accepted');
      expect(second?.body.toString()).toBe('next');
      expect(decoder.midMessage).toBe(false);
    }
  });

  it('is complete without a byte after the cut', () => {
    const decoder = new Decoder();
    decoder.expectCutReply();
    expect(decoder.push(Buffer.from(cut(538)))).toHaveLength(1);
  });

  it('alone may be cut', () => {
    const decoder = new Decoder();
    decoder.expectCutReply();
    expect(decoder.push(Buffer.from(commandReply('-ERR invalid')))).toHaveLength(1);
    expect(decoder.push(Buffer.from(cut(1000)))).toHaveLength(0);
  });
});

function read(text: string): Message[] {
  const decoder = new Decoder();
  const messages = decoder.push(Buffer.from(text));
  expect(decoder.failure).toBeUndefined();
  return messages;
}

function failureOf(text: string, limits = {}): Error | undefined {
  const decoder = new Decoder(limits);
  decoder.push(Buffer.from(text));
  return decoder.failure;
}

function inPieces(decoder: Decoder, bytes: Buffer, size: number): Message[] {
  const messages: Message[] = [];
  for (let at = 0; at < bytes.length; at += size) messages.push(...decoder.push(bytes.subarray(at, at + size)));
  return messages;
}

/** What an `api/response` of that many MiB in pieces of 16 KiB costs. */
function answerOf(mebibytes: number): { ms: number; bytes: number } {
  const pieces = mebibytes * 64;
  const before = process.memoryUsage().arrayBuffers;
  const start = process.cpuUsage();
  const decoder = new Decoder();
  decoder.push(Buffer.from(`Content-Type: api/response\nContent-Length: ${pieces * 16 * 1024}\n\n`));
  let answers = 0;
  for (let sent = 0; sent < pieces; sent++) answers += decoder.push(Buffer.allocUnsafeSlow(16 * 1024)).length;
  expect(answers).toBe(1);
  return { ms: cpuMs(start), bytes: process.memoryUsage().arrayBuffers - before };
}

/** Time of this process and not of the clock, as others may use the machine too. */
function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}
