import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Packet, PacketReader } from '../../src/sandbox/index.js';
import { decodeBytes, encodeBytes } from '../../src/sandbox/wire/byte-text.js';
import { WireEvent } from '../../src/sandbox/wire/wire-event.js';
import { readRecording } from './lab.js';

interface Plain {
  readonly command: string | undefined;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string | undefined;
}

function read(...chunks: (string | Uint8Array)[]): Plain[] {
  const reader = new PacketReader();
  return chunks.flatMap((chunk) => reader.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)).map(plain);
}

function plain(packet: Packet): Plain {
  return { command: packet.command, headers: packet.headers.entries(), body: packet.body };
}

/** One packet, which must be the only one. */
function readOne(text: string | Uint8Array): Plain {
  const [packet, ...others] = read(text);
  expect(others).toEqual([]);
  if (!packet) throw new Error('no packet');
  return packet;
}

describe('a packet', () => {
  it('is a command, headers and a body', () => {
    expect(readOne('sendevent NOTIFY\nuser: 1000\nx:  two  \ncontent-length: 3\n\nabc')).toEqual({
      command: 'sendevent NOTIFY',
      headers: [
        ['user', '1000'],
        ['x', 'two  '],
        ['content-length', '3'],
      ],
      body: 'abc',
    });
  });

  it('may end its lines with CR LF', () => {
    expect(readOne('a\r\nb: c\r\n\r\n')).toEqual({ command: 'a', headers: [['b', 'c']], body: undefined });
  });

  it('begins after any CR and LF', () => {
    expect(readOne('\n\r\n\r\r\na\n\n').command).toBe('a');
  });

  it('ends at the second LF with nothing but CR between', () => {
    expect(read('a\n\r\r\nb\n\n').map(({ command }) => command)).toEqual(['a\n', 'b']);
    expect(read('a\n \n')).toEqual([]);
  });

  it('loses a line without a colon, and keeps a colon in a value', () => {
    expect(readOne('a\nno colon\nb: c: d\n\n').headers).toEqual([['b', 'c: d']]);
  });

  it('keeps blanks in a name, and takes only blanks off the front of a value', () => {
    expect(readOne('a\n b : \tc\n\n').headers).toEqual([[' b ', '\tc']]);
  });
});

describe('a carriage return', () => {
  it('hides every header before it, and becomes part of the command', () => {
    expect(readOne('sendevent NOTIFY\na: 1\nb: one\rtwo: x\nc: 3\n\n')).toEqual({
      command: 'sendevent NOTIFY\na: 1\nb: one',
      headers: [
        ['two', 'x'],
        ['c', '3'],
      ],
      body: undefined,
    });
  });

  it('hides a content-length, so that the body is read as commands', () => {
    const [first, second] = read('send\ncontent-length: 5\nb: one\rtwo\nc: 3\n\nabc\n\n');
    expect(first?.headers).toEqual([['c', '3']]);
    expect(second?.command).toBe('abc');
  });
});

describe('a NUL', () => {
  it('ends the header block as a C string', () => {
    expect(readOne('a\nb: c\0d\ne: f\n\n')).toEqual({ command: 'a', headers: [['b', 'c']], body: undefined });
    expect(readOne('\0a\n\n').command).toBeUndefined();
  });

  it('ends a body, whose length still counts', () => {
    const packets = read('a\ncontent-length: 5\n\nab\0cdb\n\n');
    expect(packets.map(({ command, body }) => [command, body])).toEqual([
      ['a', 'ab'],
      ['b', undefined],
    ]);
  });
});

describe('content-length', () => {
  it('counts bytes', () => {
    expect(readOne('a\ncontent-length: 7\n\nhé ☎').body).toBe('hé ☎');
  });

  it('is read as atoi reads it', () => {
    expect(readOne('a\ncontent-length:  +2x\n\nab').body).toBe('ab');
    for (const value of ['0', 'abc', '-5', '', '+'])
      expect(readOne(`a\nContent-Length: ${value}\n\n`).body).toBeUndefined();
  });

  it('must be spelt without blanks in the name', () => {
    expect(read('a\ncontent-length : 2\n\nb\n\n').map(({ command }) => command)).toEqual(['a', 'b']);
  });

  it('may stand anywhere, and a second one reads a second body, which counts', () => {
    expect(readOne('a\ncontent-length: 3\nx: y\ncontent-length: 2\n\nabcde')).toEqual({
      command: 'a',
      headers: [
        ['content-length', '3'],
        ['x', 'y'],
        ['content-length', '2'],
      ],
      body: 'de',
    });
  });

  it('of more than 16 MiB is refused, and nothing more is read', () => {
    const reader = new PacketReader();
    expect(reader.push(Buffer.from('a\ncontent-length: 16777217\n\nb\n\n'))).toEqual([]);
    expect(reader.refused).toBe('16777217');
    expect(reader.push(Buffer.from('c\n\n'))).toEqual([]);
  });
});

describe('special headers', () => {
  it.each([
    ['an empty value deletes earlier headers of that name', 'A: one\nb: 1\na: two\na:\n', [['b', '1']]],
    ['an empty value of nothing is nothing', 'a:\n', []],
    ['a name with [ is an array, whose empty slots are lost on the way', 'c[2]: z\n', [['c', 'z']]],
    ['slots are joined', 'c[0]: x\nc[1]: y\n', [['c', 'ARRAY::x|:y']]],
    ['a slot replaces the value of a plain header', 'c: x\nc[0]: y\n', [['c', 'y']]],
    ['a slot that is there is replaced', 'c[0]: x\nc[1]: y\nc[0]: z\n', [['c', 'ARRAY::z|:y']]],
    ['a slot out of bounds is lost', 'c[4001]: x\nc[-1]: y\n', []],
    ['ARRAY:: makes an array', 'b: ARRAY::x|:y\n', [['b', 'ARRAY::x|:y']]],
    ['an array of one is a plain value', 'b: ARRAY::x\n', [['b', 'x']]],
    ['ARRAY:: alone is nothing', 'b: ARRAY::\n', []],
    ['an array joins a header that is there', 'b: one\nB: ARRAY::x|:y\n', [['b', 'ARRAY::one|:x|:y']]],
    ['the command can be replaced', 'command[0]: exit\nb: 1\n', [['b', '1']]],
  ])('%s', (_, lines, headers) => {
    expect(readOne(`a\n${lines}\n`).headers).toEqual(headers);
  });

  it('_body is a body, and stays a header', () => {
    expect(readOne('a\n_body: text\n\n')).toEqual({ command: 'a', headers: [['_body', 'text']], body: 'text' });
  });

  it('Command without a value takes the command away', () => {
    expect(readOne('a\nCOMMAND:\n\n').command).toBeUndefined();
    expect(readOne('a\ncommand[0]: exit\n\n').command).toBe('exit');
  });

  it('reads what was sent in 24 as the server did', () => {
    const sent = readRecording('24-odd-headers').steps[3]?.send ?? '';
    expect(readOne(sent).headers).toEqual([
      ['Event-Subclass', 'lab::x'],
      ['b', 'ARRAY::x|:y'],
      ['c', 'z'],
      ['d', 'two: three'],
      ['e', 'spaced  '],
    ]);
  });
});

describe('bytes that are not UTF-8', () => {
  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        expect([...encodeBytes(decodeBytes(Buffer.from(bytes)))]).toEqual([...bytes]);
      }),
    );
  });

  it('leave the text around them readable', () => {
    const text = decodeBytes(Buffer.from([0x68, 0xc3, 0xa9, 0xe9, 0xf0, 0x9f, 0x98, 0x80, 0xff]));
    expect(text).toBe('hé\udce9😀\udcff');
  });
});

describe('the reader', () => {
  const stream = Buffer.from(
    'auth x\n\n\r\nsendevent A\r\nb: hé\r\ncontent-length: 4\r\n\r\n☎!api x\n\nsend\na: 1\nb: 2\rc\nd: e\n\r\n\n\nexit\n\n',
  );

  it('gives the same byte by byte, and split in two at every place', () => {
    const whole = read(stream);
    expect(whole).toHaveLength(5);
    expect(read(...[...stream].map((byte) => Uint8Array.of(byte)))).toEqual(whole);
    for (const at of stream.keys()) expect(read(stream.subarray(0, at), stream.subarray(at))).toEqual(whole);
  });

  it('keeps the bytes of a packet if asked to', () => {
    const reader = new PacketReader({ keepRaw: true });
    const raw = [...stream].flatMap((byte) => reader.push(Uint8Array.of(byte))).map((packet) => packet.raw?.toString());
    expect(raw[1]).toBe('sendevent A\r\nb: hé\r\ncontent-length: 4\r\n\r\n☎!');
    expect(raw).toHaveLength(5);
  });

  it('reads what a plain model of the server reads, whatever the bytes and the pieces', () => {
    const pieces = [
      '\n',
      '\n',
      '\n\n',
      '\r',
      ':',
      ': ',
      'a',
      'é',
      'content-length: 1\n',
      'Content-Length: 3\n',
      '\0',
      'b: c\n',
    ];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...pieces), { maxLength: 30 }),
        fc.array(fc.nat(40), { maxLength: 8 }),
        (parts, cuts) => {
          const bytes = Buffer.from(parts.join(''));
          const chunks: Buffer[] = [];
          let from = 0;
          for (const cut of cuts) {
            chunks.push(bytes.subarray(from, from + cut));
            from += cut;
          }
          chunks.push(bytes.subarray(from));
          expect(read(...chunks)).toEqual(model(bytes));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('takes linear time for many small packets, a long body and a long header block', () => {
    const small = Buffer.from(
      `${'sendevent NOTIFY\nprofile: internal\nuser: 1000\nhost: phones.test\n\n'.repeat(20_000)}`,
    );
    const long = Buffer.from(`a\ncontent-length: 8000000\n\n${'b'.repeat(8_000_000)}`);
    const lines = Buffer.from(`a\n${'name: value\n'.repeat(100_000)}\n`);
    for (const [bytes, count] of [
      [small, 20_000],
      [long, 1],
      [lines, 1],
    ] as const) {
      const reader = new PacketReader();
      let packets = 0;
      for (let at = 0; at < bytes.length; at += 16_384) packets += reader.push(bytes.subarray(at, at + 16_384)).length;
      expect(packets).toBe(count);
    }
  });
});

/** The server's reader once more, one byte at a time, with nothing clever in it. */
function model(bytes: Uint8Array): Plain[] {
  const packets: Plain[] = [];
  let at = 0;
  while (at < bytes.length) {
    const block: number[] = [];
    for (let lineFeeds = 0; lineFeeds < 2; at++) {
      const byte = bytes[at];
      if (byte === undefined) return packets;
      if (block.length === 0 && (byte === 10 || byte === 13)) continue;
      block.push(byte);
      if (byte === 10) lineFeeds++;
      else if (byte !== 13) lineFeeds = 0;
    }
    const text = Buffer.from(block).toString('latin1').split('\0', 1)[0] ?? '';
    const event = new WireEvent();
    const utf8 = (part: string) => decodeBytes(Buffer.from(part, 'latin1'));
    let command: string | undefined;
    for (let rest: string | undefined = text, line = 0; rest !== undefined; line++) {
      const end: number = rest.includes('\r') ? rest.indexOf('\r') : rest.indexOf('\n');
      const current = end < 0 ? rest : rest.slice(0, end);
      rest = end < 0 ? undefined : rest.slice(end).replace(/^[\r\n]+/, '');
      const [, name, value] = /^([^:]*): *(.*)$/s.exec(current) ?? [];
      if (line === 0) {
        command = text === '' ? undefined : utf8(current);
      } else if (name !== undefined && value !== undefined) {
        event.add(utf8(name), utf8(value));
        const length = name.toLowerCase() === 'content-length' ? Number.parseInt(value, 10) || 0 : 0;
        if (length > 0) {
          if (at + length > bytes.length) return packets;
          event.body =
            Buffer.from(bytes.subarray(at, at + length))
              .toString('latin1')
              .split('\0', 1)[0] ?? '';
          event.body = decodeBytes(Buffer.from(event.body, 'latin1'));
          at += length;
        }
      }
    }
    packets.push({ command, headers: event.entries(), body: event.body });
  }
  return packets;
}
