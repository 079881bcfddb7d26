import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Command, encodeCommand, PreparedCommand } from '../../src/esl/command.js';
import { EslUnsafeError } from '../../src/esl/errors.js';
import { readCommand } from '../support/scripted-server.js';

const MiB = 1024 * 1024;

describe('the bytes of a command', () => {
  it('are its line and an empty line', () => {
    expect(encodeCommand({ line: 'api status' }).toString()).toBe('api status\n\n');
  });

  it('have the headers in their order, and the length of the body in bytes', () => {
    const bytes = encodeCommand({
      line: 'sendevent SEND_INFO',
      headers: [
        ['profile', 'internal'],
        ['Subject', 'hé: ☎  '],
      ],
      body: 'hé ☎ 😀',
    });
    expect(bytes.toString()).toBe(
      'sendevent SEND_INFO\nprofile: internal\nSubject: hé: ☎  \ncontent-length: 12\n\nhé ☎ 😀',
    );
  });

  it('have no length where the body is empty or none', () => {
    const headers = [['a', 'b']] as const;
    const without = encodeCommand({ line: 'sendevent X', headers }).toString();
    expect(without).toBe('sendevent X\na: b\n\n');
    expect(encodeCommand({ line: 'sendevent X', headers, body: '' }).toString()).toBe(without);
    expect(encodeCommand({ line: 'sendevent X', headers, body: new Uint8Array() }).toString()).toBe(without);
  });

  it('have a body of bytes as it is, and do not change with it afterwards', () => {
    const body = Uint8Array.of(0xff, 0xe9, 10, 13);
    const bytes = encodeCommand({ line: 'sendevent X', body });
    body.fill(65);
    expect([...bytes.subarray(-4)]).toEqual([0xff, 0xe9, 10, 13]);
    expect(bytes.toString('latin1')).toContain('content-length: 4\n\n');
  });

  it('are computed anew each time', () => {
    const command = { line: 'sendevent X', body: 'one' };
    encodeCommand(command);
    expect(encodeCommand({ ...command, body: 'one two' }).toString()).toBe('sendevent X\ncontent-length: 7\n\none two');
  });

  it.each(['\n\napi fsctl shutdown\n\n', 'api status', 'content-length: 999\n\n', '\r\n\r\n', 'a\rb', ' '])(
    'have the body %j as a body only',
    (body) => {
      const [command, next] = readAll(encodeCommand({ line: 'sendevent X', headers: [['a', 'b']], body }), 'api next');
      expect(command?.body.toString()).toBe(body);
      expect(next?.line).toBe('api next');
    },
  );
});

describe('what is refused', () => {
  const bad = [
    ['a carriage return', 'a\rb', 'carriage return'],
    ['a carriage return at the end', 'a\r', 'carriage return'],
    ['a line feed', 'a\nb', 'line feed'],
    ['two line feeds and a command', 'a\n\napi fsctl shutdown', 'line feed'],
    ['CR LF', 'a\r\nb', 'carriage return'],
    ['a NUL', 'a\0b', 'NUL'],
    ['a control character', 'a\x01b', 'U+0001'],
    ['an escape', 'a\x1b[31m', 'U+001B'],
    ['a DEL', 'a\x7fb', 'U+007F'],
    ['the first half of a surrogate pair', 'a\ud83d', 'surrogate'],
    ['the second half of a surrogate pair', '\ude00a', 'surrogate'],
  ] as const;

  it.each(bad)('%s in a line', (_, text, reason) => {
    expect(refusal({ line: `api ${text}` })).toContain(reason);
  });

  it.each(bad)('%s in a value', (_, value, reason) => {
    expect(refusal({ line: 'sendevent X', headers: [['a', value]] })).toContain(reason);
  });

  it.each(bad)('%s in a name', (_, name) => {
    expect(refusal({ line: 'sendevent X', headers: [[name, 'x']] })).toContain('name');
  });

  it.each(['', ' ', '\t', '\n', '   '])('the line %j', (line) => {
    refusal({ line });
  });

  it.each(['', ' a', 'a ', 'a b', 'a:b', 'a:', 'x[2]', '[', 'é', 'a\tb', '"a"', 'a=b', '(a)'])(
    'the name %j',
    (name) => {
      expect(refusal({ line: 'sendevent X', headers: [[name, 'x']] })).toContain('name');
    },
  );

  it.each(['content-length', 'Content-Length', 'CONTENT-LENGTH', '_body', '_BODY'])('the computed %s', (name) => {
    expect(refusal({ line: 'sendevent X', headers: [[name, '4']], body: 'test' })).toContain('computed');
  });

  it.each(['', ' x', ' ', 'ARRAY::a|:b', 'ARRAY::'])('the value %j', (value) => {
    refusal({ line: 'sendevent X', headers: [['a', value]] });
  });

  it.each(['x ARRAY::', 'array::x', '\tx', 'x ', 'a: b', '[x]', '%0A', '1'])('but not the value %j', (value) => {
    const [command] = readAll(encodeCommand({ line: 'sendevent X', headers: [['a', value]] }));
    expect(command?.headers).toEqual([['a', value]]);
  });

  it('a header twice, in any spelling', () => {
    const headers = [
      ['User', '1000'],
      ['user', '1001'],
    ] as const;
    expect(refusal({ line: 'sendevent X', headers })).toContain('twice');
  });

  it.each([
    ['a NUL', 'a\0b'],
    ['half of a surrogate pair', 'a\ud83d'],
    ['a NUL byte', Uint8Array.of(65, 0, 66)],
  ])('%s in a body', (_, body) => {
    refusal({ line: 'sendevent X', body });
  });

  it.each(['please reload mod_event_socket tonight', 'UNLOAD Mod_Event_Socket'])(
    'headers that FreeSWITCH would obey: %s',
    (value) => {
      expect(refusal({ line: 'sendevent SEND_MESSAGE', headers: [['subject', value]] })).toContain('reload');
      const headers = value.split(' ').map((word, index): [string, string] => [`x-${index}`, word]);
      refusal({ line: 'sendevent SEND_MESSAGE', headers });
    },
  );

  it('but not what only looks like it', () => {
    encodeCommand({ line: 'bgapi reload mod_event_socket' });
    encodeCommand({ line: 'sendevent X', headers: [['a', 'reload mod_sofia']] });
    encodeCommand({ line: 'sendevent X', headers: [['a', 'b']], body: 'reload mod_event_socket' });
  });
});

describe('a prepared command', () => {
  it('has the same bytes, and does not change with what it was made of', () => {
    const headers: [string, string][] = [['a', 'b']];
    const prepared = new PreparedCommand({ line: 'sendevent X', headers, body: 'text' });
    headers.push(['c', 'd']);
    expect(prepared.bytes).toEqual(encodeCommand({ line: 'sendevent X', headers: [['a', 'b']], body: 'text' }));
  });

  it('goes through the same gate', () => {
    expect(() => new PreparedCommand({ line: 'api x\n\napi fsctl shutdown' })).toThrow(EslUnsafeError);
  });
});

describe('limits', () => {
  const most = 64 * 1024;

  it.each([most - 1, most])('a value and a line of %d characters pass', (length) => {
    const [command] = readAll(encodeCommand({ line: 'x'.repeat(length), headers: [['a', '☎'.repeat(length)]] }));
    expect(command?.line).toHaveLength(length);
    expect(command?.headers[0]?.[1]).toHaveLength(length);
  });

  it('one character more does not', () => {
    expect(refusal({ line: 'x'.repeat(most + 1) })).toContain('longer');
    expect(refusal({ line: 'x', headers: [['a', 'x'.repeat(most + 1)]] })).toContain('longer');
  });

  it('all headers together stay far below the 10 MiB at which FreeSWITCH cuts', () => {
    const headers = (count: number) =>
      Array.from({ length: count }, (_, index): [string, string] => [`x-${index}`, '☎'.repeat(most - 100)]);
    expect(encodeCommand({ line: 'sendevent X', headers: headers(15) }).length).toBeLessThan(10 * MiB);
    expect(refusal({ line: 'sendevent X', headers: headers(60) })).toContain('longer');
    expect(refusal({ line: 'sendevent X', headers: [['a'.repeat(2 * MiB), 'x']] })).toContain('longer');
  });

  it.each([16 * MiB - 2, 16 * MiB - 1])('a body of %d bytes passes', (bytes) => {
    expect(encodeCommand({ line: 'x', body: 'x'.repeat(bytes) }).length).toBeGreaterThan(bytes);
    expect(encodeCommand({ line: 'x', body: Buffer.alloc(bytes, 65) }).length).toBeGreaterThan(bytes);
  });

  it('a body of 16 MiB does not, as bytes count and not characters', () => {
    expect(refusal({ line: 'x', body: 'x'.repeat(16 * MiB) })).toContain('longer');
    expect(refusal({ line: 'x', body: Buffer.alloc(16 * MiB, 65) })).toContain('longer');
    expect(refusal({ line: 'x', body: 'é'.repeat(8 * MiB) })).toContain('longer');
  });
});

describe('whatever comes in', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: fc.constantFrom('\r', '\n', '\0', ' ', ':', 'a', '[', '\ud83d', '😀', '\t') }),
    fc.constantFrom('', 'content-length', '_body', 'ARRAY::', 'api status\n\n', 'profile'),
  );
  const command = fc.record({
    line: text,
    headers: fc.array(fc.tuple(fc.oneof(text, fc.stringMatching(/^[a-z-]{1,12}$/)), text), { maxLength: 6 }),
    body: fc.oneof(text, fc.uint8Array()),
  });

  it('is refused, or read by FreeSWITCH as exactly this one command', () => {
    let accepted = 0;
    fc.assert(
      fc.property(command, (sent) => {
        const bytes = attempt(sent);
        if (!bytes) return;
        accepted++;
        expectOnlyThis(bytes, sent);
      }),
      { numRuns: 2000 },
    );
    expect(accepted).toBeGreaterThan(50);
  });

  it('is read as this one command also where most of it is fine', () => {
    const value = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((one) => attempt({ line: 'x', headers: [['a', one]] }) !== undefined);
    const name = fc
      .stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,15}$/)
      .filter((one) => one.toLowerCase() !== 'content-length');
    const fine = fc.record({
      line: fc.constantFrom('sendevent NOTIFY', 'sendmsg', 'api status'),
      headers: fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key.toLowerCase(), maxLength: 8 }),
      body: fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('api status\n\n', '\r\n', 'a\n\nb: c\n\n')),
    });
    fc.assert(
      fc.property(fine, (sent) => {
        const bytes = attempt(sent);
        if (!sent.body.includes('\0')) expect(bytes).toBeDefined();
        if (bytes) expectOnlyThis(bytes, sent);
      }),
      { numRuns: 500 },
    );
  });
});

/** The message of the refusal, after a check that it shows nothing that could break a terminal or a log. */
function refusal(command: Command): string {
  try {
    encodeCommand(command);
  } catch (error) {
    if (!(error instanceof EslUnsafeError)) throw error;
    expect(error).toMatchObject({ written: false, lost: 'command' });
    expect(error.message).not.toMatch(/[\0-\x1f]/);
    expect(error.message.length).toBeLessThan(300);
    return error.message;
  }
  throw new Error('it was not refused');
}

function attempt(command: Command): Buffer | undefined {
  try {
    return encodeCommand(command);
  } catch (error) {
    if (error instanceof EslUnsafeError) return undefined;
    throw error;
  }
}

function expectOnlyThis(bytes: Buffer, { line, headers = [], body = '' }: Command): void {
  const [read, next, ...more] = readAll(bytes, 'api next');
  const content = Buffer.from(body as string);
  const length = content.length > 0 ? [['content-length', String(content.length)]] : [];
  expect(read?.line).toBe(line);
  expect(read?.headers).toEqual([...headers, ...length]);
  expect(read?.body.equals(content)).toBe(true);
  expect(next).toEqual({ line: 'api next', headers: [], body: Buffer.alloc(0) });
  expect(more).toEqual([]);
}

/** The commands that FreeSWITCH reads from these bytes, and from one more command behind them. */
function readAll(bytes: Buffer, ...lines: string[]) {
  let rest: Buffer = Buffer.concat([bytes, ...lines.map((line) => encodeCommand({ line }))]);
  const commands = [];
  for (let read = readCommand(rest); read; read = readCommand(rest)) {
    commands.push(read.command);
    rest = read.rest;
  }
  expect(rest).toHaveLength(0);
  return commands;
}
