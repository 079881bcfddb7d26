import { describe, expect, it } from 'vitest';
import { TemplateError } from '../../src/payload/errors.js';
import { parseSource, type TemplateSource } from '../../src/payload/source.js';

/** What is wrong with a template: `LINE: problem`. */
function problem(text: string): string {
  try {
    parseSource('own', text);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    expect(error.template).toBe('own');
    expect(error.message).toContain(`template own, line ${error.line}: `);
    return `${error.line}: ${error.message.replace(/^template own, line \d+: /, '')}`;
  }
  throw new Error('nothing is wrong with it');
}

function headersOf({ headers }: TemplateSource): [string, string][] {
  return headers.map(({ name, value }) => [name, value]);
}

const SMALL = 'sendevent NOTIFY\nprofile: internal\nuser: {{user}}\n\nHello\n';

describe('the first line', () => {
  it.each([
    ['sendevent NOTIFY', 'NOTIFY'],
    ['sendevent  message_waiting', 'message_waiting'],
    ['sendevent\tSWITCH_EVENT_NOTIFY \t', 'SWITCH_EVENT_NOTIFY'],
    ['\ufeffsendevent NOTIFY\r', 'NOTIFY'],
  ])('%j names the event', (text, event) => {
    expect(parseSource('own', text).event).toBe(event);
  });

  it.each([
    '',
    '\n',
    '\nsendevent NOTIFY',
    '{{!-- first --}}\nsendevent NOTIFY',
    ' sendevent NOTIFY',
    'sendevent',
    'sendevent ',
    'SENDEVENT NOTIFY',
    'api status',
    'sendevent {{event}}',
    'sendevent NOTIFY now',
    'sendevent NOTIFY\u2028api status',
    'sendevent NOTIFY\0',
    'sendevent: NOTIFY',
  ])('%j does not', (text) => {
    expect(problem(text)).toBe('1: the first line is not "sendevent EVENT"');
  });
});

describe('line ends', () => {
  it.each([
    ['CR LF', SMALL.replaceAll('\n', '\r\n')],
    ['CR', SMALL.replaceAll('\n', '\r')],
    ['mixed ones', SMALL.replace('\n', '\r\n').replace('internal\n', 'internal\r')],
    ['LF after a byte order mark', `\ufeff${SMALL}`],
    ['LF, the last one missing', SMALL.slice(0, -1)],
  ])('of %s make the same template', (_, text) => {
    expect(parseSource('own', text)).toEqual(parseSource('own', SMALL));
  });

  it('leave no CR in a body', () => {
    expect(parseSource('own', 'sendevent X\r\n\r\na\r\nb\rc\n').body?.text).toBe('a\nb\nc');
  });
});

describe('header lines', () => {
  it('keep their order, spelling and line, and lose blanks around a value', () => {
    const { headers } = parseSource(
      'own',
      'sendevent X\nB-b:  two: three \na:{{ a }}\nx-\u00a7'.replace('\nx-\u00a7', ''),
    );
    expect(headers).toEqual([
      { name: 'B-b', value: 'two: three', line: 2 },
      { name: 'a', value: '{{ a }}', line: 3 },
    ]);
  });

  it('end at a line that is empty or blank', () => {
    for (const blank of ['', ' ', '\t  ']) {
      const source = parseSource('own', `sendevent X\na: b\n${blank}\nc: d\n`);
      expect(headersOf(source)).toEqual([['a', 'b']]);
      expect(source.body).toEqual({ text: 'c: d', line: 4 });
    }
  });

  it('may be none', () => {
    expect(parseSource('own', 'sendevent CHANNEL_HANGUP')).toEqual({
      event: 'CHANNEL_HANGUP',
      headers: [],
      body: undefined,
      description: '',
    });
  });

  it.each([
    ['no colon', 'just words'],
    ['a name with a value in it', '{{name}}: x'],
    ['a name that is half a value', 'x-{{name}}: x'],
    ['a block around it', '{{#if a}}x: {{a}}{{/if}}'],
    ['a block that begins', '{{#if a}}'],
    ['a block that ends', '{{/if}}'],
    ['a loop of headers', '{{#each this}}{{@key}}: {{this}}{{/each}}'],
    ['no name', ': x'],
    ['a comment before it', '{{! note }}x: {{a}}'],
    ['a long comment before it', '{{!-- note --}} x: {{a}}'],
    ['two comments and a header between', '{{! a }}x: b{{! c }}'],
    ['half of a comment', '{{!-- on two'],
  ])('with %s are refused', (_, line) => {
    expect(problem(`sendevent NOTIFY\nprofile: x\n${line}\n`)).toBe(
      `3: "${line}" is not "name: value" with a name that is written out`,
    );
  });

  it.each([
    ['content-length', 'content-length: 5', 'it is computed from the body, never given'],
    ['CONTENT-LENGTH', 'CONTENT-LENGTH: {{x}}', 'it is computed from the body, never given'],
    ['_body', '_body: {{x}}', 'it is computed from the body, never given'],
    ['a[0]', 'a[0]: x', 'its name is not a header name'],
    ['x[', 'x[: {{x}}', 'its name is not a header name'],
    [' indented', ' indented: x', 'its name is not a header name'],
    ['blank after ', 'blank after : x', 'its name is not a header name'],
    ['größe', 'größe: x', 'its name is not a header name'],
    ['x', 'x: ARRAY::a|:b', 'it begins with ARRAY::, which FreeSWITCH takes apart'],
    ['subject', 'subject:', 'it is empty, and an empty header deletes an earlier one'],
    ['subject', 'subject:   ', 'it is empty, and an empty header deletes an earlier one'],
    ['x', 'x: a\0b', 'it holds a NUL'],
    ['x', 'x: a\u001bb', 'it holds the control character U+001B'],
  ])('that FreeSWITCH reads as something else are refused: %s', (name, line, fault) => {
    expect(problem(`sendevent NOTIFY\n${line}\n`)).toBe(`2: header ${name}: ${fault}`);
  });

  it('are there once each, in any case', () => {
    expect(problem('sendevent NOTIFY\nUser: 1\nprofile: x\nuser: 2')).toBe(
      '4: header user is there already, in line 2',
    );
  });

  it('are shown in part in a problem if they are long', () => {
    expect(problem(`sendevent NOTIFY\n${'x'.repeat(5000)}`).length).toBeLessThan(150);
  });

  it('may hold what only looks like a line end', () => {
    expect(headersOf(parseSource('own', 'sendevent X\na: b\u2028c\u2029d\u0085e'))).toEqual([
      ['a', 'b\u2028c\u2029d\u0085e'],
    ]);
  });
});

describe('comments in the header block', () => {
  it('make the description, above the first header', () => {
    const text =
      'sendevent X\n{{!-- One {{thing}} --}}\n  {{! and another }}  \na: b\n{{! of b }}\n\n{{! in the body }}\n';
    expect(parseSource('own', text)).toMatchObject({
      description: 'One {{thing}} and another',
      headers: [{ name: 'a' }],
    });
  });

  it('may be empty', () => {
    expect(parseSource('own', 'sendevent X\n{{!}}\n{{!----}}\na: b').description.trim()).toBe('');
  });
});

describe('the body', () => {
  it.each([
    ['none without a blank line', 'sendevent X\na: b\n', undefined],
    ['none after a blank line', 'sendevent X\na: b\n\n', undefined],
    ['one line', 'sendevent X\n\nx', 'x'],
    ['without the line end that closes the file', 'sendevent X\n\nx\n', 'x'],
    ['with a line end of its own', 'sendevent X\n\nx\n\n', 'x\n'],
    ['with empty lines within', 'sendevent X\n\n\na\n\n\nb: c\n', '\na\n\n\nb: c'],
    ['with blanks as they are', 'sendevent X\n\n  a \t\n', '  a \t'],
    ['with what could be a command', 'sendevent X\n\nx\n\napi shutdown\n\n\n', 'x\n\napi shutdown\n\n'],
  ])('is %s', (_, text, body) => {
    expect(parseSource('own', text).body?.text).toBe(body);
  });

  it('knows its first line', () => {
    expect(parseSource('own', 'sendevent X\na: b\n\n\nx').body?.line).toBe(4);
  });
});
