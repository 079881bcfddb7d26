import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EslEventError } from '../../src/esl/errors.js';
import { decodeEvent, type EslEvent, isEvent } from '../../src/esl/event.js';
import type { Header } from '../../src/esl/headers.js';
import { toMessage } from '../../src/esl/message.js';
import { recording, replay, stream } from './replay.js';

describe('a plain event', () => {
  it('is split into lines before its values are decoded', () => {
    const { headers } = plain('Event-Name: CUSTOM\nnote: a%0AX-Forged: yes%0A%0Abody\nlast: x\n\n');
    expect(headers.entries().map(([name]) => name)).toEqual(['Event-Name', 'note', 'last']);
    expect(headers.get('note')).toBe('a\nX-Forged: yes\n\nbody');
  });

  it('keeps bad percent sequences and plus signs', () => {
    const { headers } = plain('Event-Name: X\na: 100%\nb: +4930%2B1\nc: %E9t%zz\n\n');
    expect(headers.entries().slice(1)).toEqual([
      ['a', '100%'],
      ['b', '+4930+1'],
      ['c', '\ufffdt%zz'],
    ]);
  });

  it('has a body of as many bytes as its last Content-Length says', () => {
    const { body, headers } = plain('Event-Name: BACKGROUND_JOB\nContent-Length: 6\n\nhéllo');
    expect(body).toBe('héllo');
    expect(headers.has('content-length')).toBe(false);
  });

  it('may hold empty lines and header lines in its body', () => {
    const inner = 'Event-Name: FORGED\n\nContent-Length: 3\n\n';
    const { name, body } = plain(`Event-Name: BACKGROUND_JOB\nContent-Length: ${inner.length}\n\n${inner}`);
    expect(name).toBe('BACKGROUND_JOB');
    expect(body).toBe(inner);
  });

  it.each(['999', 'abc', '-5'])('whose Content-Length is %s has no more than what is there', (length) => {
    expect(plain(`Event-Name: X\nContent-Length: ${length}\n\nbody`).body).toBe('body');
  });

  it('whose Content-Length is too small ends there', () => {
    expect(plain('Event-Name: X\nContent-Length: 2\n\nbody').body).toBe('bo');
  });

  it('without a name or a last empty line is one all the same', () => {
    expect(plain('a: b')).toMatchObject({ name: '', subclass: undefined, body: undefined });
  });

  it('of an unknown name is passed on', () => {
    expect(plain('event-NAME: NEW_IN_2030\n\n').name).toBe('NEW_IN_2030');
  });

  it('that is none is refused as one event', () => {
    expect(refused(() => plain('no colon at all\n\n')).lost).toBe('event');
  });
});

describe("a sender's own Content-Length", () => {
  const events = replayed('24-odd-headers');

  it('is a header like any other where there is no body, whatever its value and spelling', () => {
    expect(events.map(({ headers }) => headers.get('content-length'))).toEqual([
      ...[undefined, undefined, '3', undefined, '0', 'abc', '-5'],
    ]);
    expect(events.slice(4).map(({ body }) => body)).toEqual([undefined, undefined, undefined]);
  });

  it('twice: both stay, and the one of FreeSWITCH tells the body', () => {
    expect(events[2]?.body).toBe('de');
    expect(events[2]?.headers.entries().filter(([name]) => /^content-length$/i.test(name))).toEqual([
      ['content-length', '3'],
      ['content-length', '2'],
    ]);
  });

  it('does not hide a body from a _body header', () => {
    expect(events[1]?.body).toBe('from a header');
  });

  it('in the spelling of FreeSWITCH is told from its own by the place', () => {
    const { headers, body } = plain('Content-Length: 1\nEvent-Name: CUSTOM\nContent-Length: 4\n\nbody');
    expect(headers.get('content-length')).toBe('1');
    expect(body).toBe('body');
  });

  it('is no reason to take what stands behind the headers for a body', () => {
    expect(plain('content-length: 4\nEvent-Name: X\n\nbody').body).toBeUndefined();
  });
});

describe('odd values of a real FreeSWITCH', () => {
  const events = replayed('24-odd-headers');

  it('arrive decoded as far as they can be', () => {
    const { headers } = events[3] ?? {};
    expect(headers?.get('percent')).toBe('100% a+b \nx');
    expect(headers?.get('utf')).toBe('hé ☎');
    expect(headers?.get('latin')).toBe('\ufffd');
  });

  it('keep their blanks at the end, their colons and their arrays', () => {
    const { headers } = events[0] ?? {};
    expect([headers?.get('e'), headers?.get('d'), headers?.get('b')]).toEqual([
      'spaced  ',
      'two: three',
      'ARRAY::x|:y',
    ]);
    expect(headers?.has('a')).toBe(false);
  });
});

describe('a JSON event', () => {
  it('has its body from _body, with control characters', () => {
    const { headers, body } = json('{"Event-Name":"X","a":"\\u0001\\n%41","Content-Length":"3","_body":"a\\u0000b"}');
    expect(body).toBe('a\0b');
    expect(headers.entries()).toEqual([
      ['Event-Name', 'X'],
      ['a', '\x01\n%41'],
    ]);
  });

  it('may hold values that are not strings', () => {
    const { headers } = json('{"n":5,"t":true,"z":null,"a":["x","y"],"o":{"k":1}}');
    expect(headers.toObject()).toEqual({ n: '5', t: 'true', z: 'null', a: 'ARRAY::x|:y', o: '{"k":1}' });
  });

  it('may hold names that mean something to JavaScript', () => {
    const { headers } = json('{"__proto__":"p","constructor":"c","Event-Name":"X"}');
    expect(headers.get('__proto__')).toBe('p');
    expect(headers.get('constructor')).toBe('c');
  });

  it('keeps a Content-Length that no body goes with', () => {
    expect(json('{"Event-Name":"X","Content-Length":"5"}').headers.get('content-length')).toBe('5');
  });

  it.each(['', '{', '{"a":"b"} x', '[]', '"text"', 'null', '{"a":"raw\ncontrol"}'])(
    '%j is refused as one event',
    (text) => {
      expect(refused(() => json(text)).lost).toBe('event');
    },
  );

  it('of bytes that are not UTF-8 is read all the same', () => {
    const bytes = Buffer.from('{"Event-Name":"X","a":"\xe9"}', 'latin1');
    expect(decodeEvent(toMessage([['Content-Type', 'text/event-json']], bytes)).headers.get('a')).toBe('\ufffd');
  });
});

describe('an XML event', () => {
  it('has its entities and its percent encoding undone, in this order', () => {
    const { headers, body } = xml(
      '<a>1 &lt; 2 &amp;amp;</a>\n<b>%26lt;</b>\n<c>&#104;&#xE9;&#x1F600;</c>\n<d>&quot;&apos;&nope;&#x110000;</d>',
      '&lt;x&gt; %41 &amp;#65;',
    );
    expect(headers.toObject()).toEqual({ a: '1 < 2 &amp;', b: '&lt;', c: 'hé😀', d: '"\'&nope;&#x110000;' });
    expect(body).toBe('<x> %41 &#65;');
  });

  it('may hold empty headers and headers with odd names', () => {
    const { headers } = xml(
      '<a/>\n<b></b>\n<x/y>1</x/y>\n<with blank>2</with blank>\n<headers>3</headers>\n<body>4</body>',
    );
    expect(headers.entries()).toEqual([
      ['a', ''],
      ['b', ''],
      ['x/y', '1'],
      ['with blank', '2'],
      ['headers', '3'],
      ['body', '4'],
    ]);
  });

  it('keeps duplicates in their order', () => {
    expect(xml('<x>1</x><x>2</x>').headers.entries()).toEqual([
      ['x', '1'],
      ['x', '2'],
    ]);
  });

  it.each(['', '<event/>', '<headers>', '</headers><headers>', 'junk'])('%j is refused as one event', (text) => {
    const message = toMessage([['Content-Type', 'text/event-xml']], Buffer.from(text));
    expect(refused(() => decodeEvent(message)).lost).toBe('event');
  });
});

describe('decodeEvent', () => {
  it('refuses what is no event', () => {
    const reply = toMessage([['Content-Type', 'command/reply']], Buffer.alloc(0));
    expect(isEvent(reply)).toBe(false);
    expect(refused(() => decodeEvent(reply)).message).toContain('command/reply');
    expect(refused(() => decodeEvent(toMessage([], Buffer.alloc(0)))).message).toContain('without a content type');
  });

  it('gives an event or an EslEventError for any bytes', () => {
    const types = fc.constantFrom('plain', 'json', 'xml');
    fc.assert(
      fc.property(types, fc.string({ unit: 'binary' }), (type, text) => {
        const message = toMessage([['Content-Type', `text/event-${type}`]], Buffer.from(text));
        try {
          expect(typeof decodeEvent(message).name).toBe('string');
        } catch (error) {
          expect(error).toBeInstanceOf(EslEventError);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('gives the same event from all three formats, whatever the values', () => {
    const name = fc
      .stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,12}$/)
      .filter((text) => !/^(content-length|_body|headers)$/i.test(text));
    const value = fc.string({ unit: 'grapheme' });
    const body = fc.option(fc.string({ unit: 'grapheme', minLength: 1 }), { nil: undefined });
    const headers = fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, maxLength: 6 });
    fc.assert(
      fc.property(headers, body, (entries, text) => {
        const expected = { headers: [['Event-Name', 'X'], ...entries], body: text };
        const events = [asPlain, asJson, asXml].map((write) => write([['Event-Name', 'X'], ...entries], text));
        for (const event of events) expect({ headers: event.headers.entries(), body: event.body }).toEqual(expected);
      }),
    );
  });
});

function plain(text: string): EslEvent {
  return decodeEvent(toMessage([['Content-Type', 'text/event-plain']], Buffer.from(text)));
}

function json(text: string): EslEvent {
  return decodeEvent(toMessage([['Content-Type', 'text/event-json']], Buffer.from(text)));
}

function xml(headers: string, body?: string): EslEvent {
  const rest = body === undefined ? '' : `  <body>${body}</body>\n`;
  const text = `<event>\n  <headers>\n${headers}\n  </headers>\n${rest}</event>\n`;
  return decodeEvent(toMessage([['Content-Type', 'text/event-xml']], Buffer.from(text)));
}

function refused(work: () => unknown): EslEventError {
  try {
    work();
  } catch (error) {
    if (error instanceof EslEventError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function replayed(scenario: string): EslEvent[] {
  const { bytes, userauthAt } = stream(recording(scenario));
  return replay(bytes, userauthAt).filter(isEvent).map(decodeEvent);
}

/** As `switch_url_encode` writes a value: blanks, what is not printable ASCII, and what would end a value. */
function urlEncode(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) => (byte > 32 && byte < 127 && byte !== 37 ? String.fromCharCode(byte) : `%${hex(byte)}`))
    .join('');
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, '0');
}

function asPlain(headers: readonly Header[], body: string | undefined): EslEvent {
  const lines = headers.map(([name, value]) => `${name}: ${urlEncode(value)}\n`).join('');
  return plain(body === undefined ? `${lines}\n` : `${lines}Content-Length: ${Buffer.byteLength(body)}\n\n${body}`);
}

function asJson(headers: readonly Header[], body: string | undefined): EslEvent {
  const tail =
    body === undefined
      ? []
      : [
          ['Content-Length', String(Buffer.byteLength(body))],
          ['_body', body],
        ];
  const members = [...headers, ...tail].map((member) => member.map((text) => JSON.stringify(text)).join(':'));
  return json(`{${members.join(',')}}`);
}

function asXml(headers: readonly Header[], body: string | undefined): EslEvent {
  const entities = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const lines = headers.map(([name, value]) => `    <${name}>${entities(urlEncode(value))}</${name}>\n`).join('');
  const tail =
    body === undefined
      ? ''
      : `  <Content-Length>${Buffer.byteLength(body)}</Content-Length>\n  <body>${entities(body)}  </body>\n`;
  const text = `<event>\n  <headers>\n${lines}  </headers>\n${tail}</event>\n`;
  return decodeEvent(toMessage([['Content-Type', 'text/event-xml']], Buffer.from(text)));
}
