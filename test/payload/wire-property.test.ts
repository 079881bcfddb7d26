import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EslUnsafeError, encodeCommand } from '../../src/esl/index.js';
import { compileTemplate } from '../../src/payload/compile.js';
import { TemplateError } from '../../src/payload/errors.js';
import type { Values } from '../../src/payload/part.js';
import { type Payload, toCommand } from '../../src/payload/payload.js';
import type { Template } from '../../src/payload/template.js';
import { PacketReader } from '../../src/sandbox/index.js';
import { PHONE, shipped } from './support.js';

/** What a cell or a flag could hold to break out of its place. */
const HOSTILE = [
  ...['', ' ', '0', '\r', '\n', '\r\n', '\n\n', '\0', '\t', '\v', '\u001b[2J', '\u007f', '\u0085'],
  ...['\u2028', '\u2029', '\ufeff', '\ufffd', '\u202e', '😀', '☎', 'é', 'e\u0301', '\ufffe', '\uffff', '\u{1ffff}'],
  ...['\ud800', '\udfff', '\ude00\ud83d', 'ARRAY::', 'ARRAY::a|:b', '[', ']', 'a[0]', '_body', '_body: x'],
  ...['unique-id: x', 'content-length: 999', 'content-length', 'a\nunique-id: x', 'a\r\nuser: 1', 'a\rb'],
  ...['\n\napi shutdown\n\n', '\r\n\r\napi shutdown\r\n\r\n', 'x\n\nsendevent NOTIFY\n\n', ': ', ':', '='],
  ...['{{x}}', '{{user}}', '{{{user}}}', '{{#if a}}', '{{/if}}', '{{> x}}', '\\{{user}}', '}}', '{{', '$&', '$1'],
  ...['mod_event_socket', 'reload', 'unload', 'reload mod_event_socket', '%0A', '%00', '&', '<', '>', '"', "'", '`'],
  ...['constructor', '__proto__', 'yes', 'no', 'sip:1000@phones.test', 'x'.repeat(300)],
];

const codeUnit = fc.nat(0xffff).map((code) => String.fromCharCode(code));
const text = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('1000', 'phones.test', 'internal', 'yes', '2', 'Hello there') },
  { weight: 2, arbitrary: fc.constantFrom(...HOSTILE) },
  {
    weight: 1,
    arbitrary: fc.array(fc.constantFrom(...HOSTILE, 'abc'), { maxLength: 4 }).map((parts) => parts.join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  { weight: 1, arbitrary: fc.string({ unit: codeUnit, maxLength: 12 }) },
);

/** What one rendering came to. */
type Fate = 'sent' | 'refused';

/**
 * Renders and encodes as a run does it. If that yields bytes, FreeSWITCH must read exactly this payload from them, and
 * the next command as if nothing had been before it, however the bytes are cut.
 */
function fateOf(template: Template, values: Values, cut: number): Fate {
  let payload: Payload;
  let bytes: Buffer;
  try {
    payload = template.render(values);
    bytes = encodeCommand(toCommand(payload));
  } catch (error) {
    if (!(error instanceof EslUnsafeError || error instanceof TemplateError)) throw error;
    return 'refused';
  }
  const reader = new PacketReader();
  const stream = Buffer.concat([bytes, Buffer.from('api eval next\n\n')]);
  const at = cut % stream.length;
  const [packet, next, ...others] = [...reader.push(stream.subarray(0, at)), ...reader.push(stream.subarray(at))];
  expect(others).toEqual([]);
  expect(reader.refused).toBeUndefined();
  expect(next?.event.get('command')).toBe('api eval next\n\n');
  expect(next?.body).toBeUndefined();

  const length: [string, string][] =
    payload.body === '' ? [] : [['content-length', `${Buffer.byteLength(payload.body)}`]];
  expect(packet?.command).toBe(`sendevent ${template.source.event}`);
  expect(packet?.headers.entries()).toEqual([...payload.headers, ...length]);
  expect(packet?.body).toBe(payload.body === '' ? undefined : payload.body);

  // The payload itself has no other headers than its template, in the template's order, each on one line.
  const names = template.source.headers.map(({ name }) => name);
  expect(names.filter((name) => payload.headers.some(([other]) => other === name))).toEqual(
    payload.headers.map(([name]) => name),
  );
  for (const [, value] of payload.headers) expect(value).toMatch(/^[^\s\0][^\r\n\0]*$/u);
  // FreeSWITCH would take such a command for an order to its event socket.
  const head = bytes.subarray(0, bytes.length - Buffer.byteLength(payload.body)).toString();
  expect(/mod_event_socket/i.test(head) && /(?:re|un)load/i.test(head)).toBe(false);
  return 'sent';
}

/** Runs a property and sees to it that it was about something: some were sent, some refused. */
function check(property: (count: (fate: Fate) => void) => void): Record<Fate, number> {
  const fates: Record<Fate, number> = { sent: 0, refused: 0 };
  property((fate) => {
    fates[fate]++;
  });
  return fates;
}

const TEMPLATES = await Promise.all((await shipped.list()).map(({ name }) => shipped.load(name)));

describe('whatever the values hold, FreeSWITCH reads the order that was meant, or none', () => {
  it.each(TEMPLATES)('$name', (template) => {
    const columns = [...new Set([...Object.keys(PHONE), ...template.names])];
    const values = fc.record(Object.fromEntries(columns.map((name) => [name, text])));
    const fates = check((count) => {
      fc.assert(
        fc.property(values, fc.nat(), (cells, cut) => count(fateOf(template, cells, cut))),
        { numRuns: 100 },
      );
    });
    expect(fates.sent).toBeGreaterThan(0);
    expect(fates.refused).toBeGreaterThan(0);
  });

  it.each(TEMPLATES)('$name, with one bad value at a time', (template) => {
    const good = Object.fromEntries(template.names.map((name) => [name, '1']));
    const fates = check((count) => {
      for (const name of template.names) {
        for (const [cut, cell] of HOSTILE.entries()) count(fateOf(template, { ...good, [name]: cell }, cut * 7));
      }
    });
    expect(fates.sent).toBeGreaterThan(0);
    expect(fates.refused).toBeGreaterThan(0);
  });
});

describe('whatever else a user writes into a template', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const construct = fc.oneof(
    fc.constantFrom(
      'x',
      ' ',
      ';q="1"',
      ': ',
      '{',
      '\\\\',
      '{{! note }}',
      '{{{a}}}',
      '{{&b}}',
      '{{~c~}}',
      '{{[a]}}',
      '{{this.b}}',
    ),
    fc.constantFrom('{{@root.a}}', '{{lookup this "b"}}', '{{#with c}}{{this}}{{/with}}', '{{#a}}{{this}}{{/a}}'),
    fc.constantFrom('{{#each this}}{{@key}}: {{this}} {{/each}}', '{{#each this as |v k|}}{{k}}{{v}}{{/each}}'),
    name.map((column) => `{{${column}}}`),
    name.map((column) => `{{xml ${column}}}`),
    name.map((column) => `{{json ${column}}}`),
    name.map((column) => `{{#crlf}}{{${column}}}{{/crlf}}`),
    fc.tuple(name, name).map(([one, other]) => `{{default ${one} ${other}}}`),
    fc.tuple(name, name, name).map(([one, yes, no]) => `{{#if ${one}}}{{${yes}}}{{else}}{{${no}}}{{/if}}`),
    fc.tuple(name, name).map(([one, no]) => `{{#unless ${one}}}{{default (lookup this "${no}") "?"}}{{/unless}}`),
  );
  const line = fc.array(construct, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''));
  const headers = fc.uniqueArray(
    fc.tuple(fc.constantFrom('profile', 'user', 'X-Note', 'event-string', "a!#$%&'*+.^_`|~-z"), line),
    { selector: ([header]) => header, maxLength: 4 },
  );
  const body = fc.array(fc.oneof(line, fc.constant(''), fc.constant('{{#crlf}}\n{{a}}\n\n{{b}}\n{{/crlf}}')), {
    maxLength: 4,
  });
  const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
  const source = fc
    .tuple(headers, fc.option(body, { nil: undefined }), lineEnd)
    .map(([lines, rest, end]) =>
      [
        'sendevent NOTIFY',
        ...lines.map(([header, value]) => `${header}: ${value}`),
        ...(rest ? ['', ...rest] : []),
        '',
      ].join(end),
    );
  const columns = fc.tuple(fc.record({ a: text, b: text, c: text }), fc.dictionary(text, text, { maxKeys: 2 }));

  it('no value gets out of its place', () => {
    const fates = check((count) => {
      fc.assert(
        fc.property(source, columns, fc.nat(), (file, [cells, others], cut) => {
          let template: Template;
          try {
            template = compileTemplate('own', file);
          } catch (error) {
            // An empty value, or one that begins with what only a value may not.
            if (!(error instanceof TemplateError)) throw error;
            return;
          }
          count(fateOf(template, { ...others, ...cells }, cut));
        }),
        { numRuns: 1500 },
      );
    });
    expect(fates.sent).toBeGreaterThan(100);
    expect(fates.refused).toBeGreaterThan(100);
  });

  it('no file of any kind becomes more than one order', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '\n',
        '\r\n',
        '\n\n',
        ': ',
        'user: ',
        '{{a}}',
        '{{#if a}}',
        '{{/if}}',
        'content-length: 3',
        'api shutdown',
      ),
      fc.constantFrom(...HOSTILE),
    );
    const file = fc.array(piece, { maxLength: 12 }).map((parts) => `sendevent NOTIFY\n${parts.join('')}`);
    const fates = check((count) => {
      fc.assert(
        fc.property(file, text, fc.nat(), (content, a, cut) => {
          let template: Template;
          try {
            template = compileTemplate('own', content);
          } catch (error) {
            if (!(error instanceof TemplateError)) throw error;
            return;
          }
          count(fateOf(template, { a }, cut));
        }),
        { numRuns: 1500 },
      );
    });
    expect(fates.sent).toBeGreaterThan(20);
  });
});
