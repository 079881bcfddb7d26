import { afterEach, describe, expect, it } from 'vitest';
import { EslUnsafeError, encodeCommand } from '../../src/esl/index.js';
import { compileTemplate } from '../../src/payload/compile.js';
import { TemplateError } from '../../src/payload/errors.js';
import { EXAMPLE_BEGAN, HELPER_NAMES, HELPERS } from '../../src/payload/helpers.js';
import type { Values } from '../../src/payload/part.js';
import { toCommand } from '../../src/payload/payload.js';

const BEGAN = new Date('2026-12-31T23:59:07Z');

function body(source: string, values: Values = {}, began: Date | undefined = BEGAN): string {
  return compileTemplate('own', `sendevent X\na: b\n\n${source}\n`).render(values, began).body;
}

/** What is wrong, in the words that follow `template own, line 4: `. */
function fault(source: string, values: Values = {}): string {
  try {
    return `none, but ${JSON.stringify(body(source, values))}`;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    expect(error.line).toBe(4);
    return error.message.replace('template own, line 4: ', '');
  }
}

/** A call of each helper that prints, with `a` for its first value. */
const CALLS = {
  default: '{{default a "x"}}',
  xml: '{{xml a}}',
  json: '{{json a}}',
  crlf: '{{#crlf}}{{a}}{{/crlf}}',
  upper: '{{upper a}}',
  lower: '{{lower a}}',
  trim: '{{trim a}}',
  replace: '{{replace a "q" "z"}}',
  truncate: '{{truncate a 500}}',
  padleft: '{{padleft a 500}}',
  padright: '{{padright a 500}}',
  eq: '{{#if (eq a "x")}}{{a}}{{else}}{{a}}{{/if}}',
  now: "{{now 'HH:mm'}}{{a}}",
};

describe('the guide to the helpers', () => {
  it('has them all, beside those of Handlebars', () => {
    expect([...Object.keys(HELPERS), 'if', 'unless', 'each', 'with', 'lookup'].sort()).toEqual(
      [...HELPER_NAMES].sort(),
    );
    expect(Object.keys(CALLS).sort()).toEqual(Object.keys(HELPERS).sort());
  });

  it.each(Object.entries(HELPERS))('%s: its example comes to what is said', (name, { usage, about, example }) => {
    const { source = usage, values = {}, result } = example;
    expect(usage).toMatch(/^\{\{.+\}\}$/);
    expect(source).toContain(name);
    expect(about).not.toBe('');
    expect(body(source, values, EXAMPLE_BEGAN)).toBe(result);
  });
});

describe('upper, lower, trim', () => {
  it('do what they say', () => {
    expect(body('{{upper a}}|{{lower a}}|{{trim a}}|{{upper 1}}', { a: ' Größe\n' })).toBe(
      ' GRÖSSE\n| größe\n|Größe|1',
    );
  });
});

describe('replace', () => {
  it('takes both texts as they are, each time', () => {
    expect(body('{{replace a "." "$&"}}', { a: '1.2.3' })).toBe('1$&2$&3');
    expect(body('{{upper (replace (replace a ":" "") "-" "")}}', { a: '80:5e-c0' })).toBe('805EC0');
  });

  it('replaces something', () => {
    expect(fault('{{replace a "" "x"}}', { a: 'a' })).toBe('helper "replace": there is nothing to replace');
    expect(fault('{{replace a b "x"}}', { a: 'a', b: '' })).toBe('helper "replace": there is nothing to replace');
  });

  it('makes no text without end', () => {
    const values = { a: 'a'.repeat(60_000), b: 'b'.repeat(60_000) };
    expect(fault('{{replace a "a" b}}', values)).toBe(
      'helper "replace": it would be 3600000000 characters long, and the most is 1048576',
    );
  });
});

describe('truncate', () => {
  it.each([
    ['{{truncate a 5}}', 'abcdefgh', 'abcde'],
    ['{{truncate a 8}}', 'abcdefgh', 'abcdefgh'],
    ['{{truncate a 7 "..."}}', 'abcdefgh', 'abcd...'],
    ['{{truncate a 2 "..."}}', 'abcdefgh', '..'],
    ['{{truncate a 0 "…"}}', 'abc', ''],
    ['{{truncate a w}}', 'abc', 'ab'],
    ['{{truncate a 2}}', '👩‍👩‍👧🇩🇪x', '👩‍👩‍👧🇩🇪'],
    ['{{truncate a 1}}', 'e\u0301x', 'e\u0301'],
    ['{{truncate a 3 "…"}}', '😀😀😀😀', '😀😀…'],
    ['{{truncate a 4 "…"}}', '😀😀😀😀', '😀😀😀😀'],
  ])('%s cuts between characters: %s', (source, a, result) => {
    expect(body(source, { a, w: '2' })).toBe(result);
  });
});

describe('padleft and padright', () => {
  it.each([
    ['{{padleft a 5}}', '42', '   42'],
    ['{{padleft a 5 "0"}}', '42', '00042'],
    ['{{padleft a 1 "0"}}', '42', '42'],
    ['{{padright a 4 "😀"}}', 'é', 'é😀😀😀'],
    ['{{padright a 3 0}}', '😀', '😀00'],
  ])('%s fill up to a number of characters: %s', (source, a, result) => {
    expect(body(source, { a })).toBe(result);
  });

  it.each([
    ['{{padleft a 1001}}', '"1001" is no number of characters from 0 to 1000'],
    ['{{padleft a 1e3}}', '"1e3" is no number'],
    ['{{padleft a -1}}', '"-1" is no number of characters from 0 to 1000'],
    ['{{padleft a w}}', '"999999999999" is no number of characters from 0 to 1000'],
    ['{{padright a ""}}', '"" is no number of characters from 0 to 1000'],
    ['{{padright a 5 ""}}', 'it is filled up with one character, not ""'],
    ['{{padright a 5 "ab"}}', 'it is filled up with one character, not "ab"'],
    ['{{padright a 5 w}}', 'it is filled up with one character, not "999999999999"'],
  ])('%s is refused', (source, problem) => {
    const said = fault(source, { a: 'a', w: '999999999999' });
    if (source.includes('1e3')) expect(said).not.toMatch(/^none/);
    else expect(said).toBe(`helper "${source.slice(2, source.indexOf(' '))}": ${problem}`);
  });

  it('are refused before the first row where the width is written out', () => {
    expect(() => compileTemplate('own', 'sendevent X\na: {{padleft a 100000000}}')).toThrow(
      'template own, line 2: helper "padleft": "100000000" is no number of characters',
    );
  });
});

describe('eq', () => {
  it('compares texts', () => {
    const source = '{{#if (eq a 2)}}=2{{else}}≠2{{/if}}{{#unless (eq a b)}} ≠b{{/unless}}';
    expect(body(source, { a: '2', b: '02' })).toBe('=2 ≠b');
    expect(body(source, { a: '02', b: '02' })).toBe('≠2');
  });
});

describe('now', () => {
  const before = process.env.TZ;
  afterEach(() => {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  });

  it.each([
    ['{{now "yyyy-MM-dd HH:mm:ss" zone="UTC"}}', '2026-12-31 23:59:07'],
    ['{{now "dd.MM.yy HH:mm" zone="Europe/Berlin"}}', '01.01.27 00:59'],
    ['{{now "HH \'Uhr\' mm" zone=z}}', '05 Uhr 29'],
    ['{{now "yyyyMMdd\'T\'HHmmss\'Z\'" zone="UTC"}}', '20261231T235907Z'],
    ["{{now \"HH''mm\" zone='UTC'}}", "23'59"],
  ])('%s is %s', (source, result) => {
    expect(body(source, { z: 'Asia/Kolkata' })).toBe(result);
  });

  it('is the time of this machine without a zone', () => {
    const local = [BEGAN.getHours(), BEGAN.getMinutes()].map((part) => String(part).padStart(2, '0')).join(':');
    expect(body('{{now "HH:mm"}}')).toBe(local);
  });

  it.each([
    [
      '{{now "YYYY-MM-dd"}}',
      '"YYYY" is no part of a time; there are yyyy yy MM dd HH mm ss, and other letters stand in \'…\'',
    ],
    [
      '{{now "HH Uhr"}}',
      '"U" is no part of a time; there are yyyy yy MM dd HH mm ss, and other letters stand in \'…\'',
    ],
    ['{{now "HH \'Uhr"}}', "a ' is not closed"],
    ['{{now "HH" zone="Mars/Base"}}', 'there is no time zone "Mars/Base"; for example Europe/Berlin, or UTC'],
    ['{{now "HH" zone=z}}', 'there is no time zone "../../etc"; for example Europe/Berlin, or UTC'],
    ['{{now f}}', 'a time is written in at most 100 characters'],
  ])('%s is refused', (source, problem) => {
    expect(fault(source, { z: '../../etc', f: 'H'.repeat(200) })).toBe(`helper "now": ${problem}`);
  });

  it('needs a run', () => {
    expect(() => compileTemplate('own', 'sendevent X\nx: {{now "HH"}}').render({})).toThrow(
      'template own, line 2: helper "now": there is no run whose beginning could be told',
    );
  });
});

describe('a name that there is not', () => {
  it.each([
    '{{upper none}}',
    '{{lower none}}',
    '{{trim none}}',
    '{{replace none "a" "b"}}',
    '{{replace a none "b"}}',
    '{{replace a "a" none}}',
    '{{truncate none 5}}',
    '{{truncate a none}}',
    '{{truncate a 5 none}}',
    '{{padleft none 5}}',
    '{{padleft a none}}',
    '{{padright a 5 none}}',
    '{{#if (eq none "x")}}y{{/if}}',
    '{{#if (eq a none)}}y{{/if}}',
    '{{now none}}',
    '{{now "HH" zone=none}}',
    '{{upper (lower none)}}',
  ])('is an error in %s', (source) => {
    for (const name of ['none', 'constructor', '__proto__', 'toString']) {
      expect(fault(source.replace('none', name), { a: 'a' })).toBe(`there is no column or value "${name}"`);
    }
  });
});

describe('hostile values', () => {
  it.each(Object.entries(CALLS))('add no header through %s', (_name, source) => {
    for (const value of ['1\nunique-id: 2\n\napi shutdown\n\n', '1\r2', '1\r\n2', '1\x002', '1\u001b[2J']) {
      const payload = compileTemplate('own', `sendevent X\nx: y${source}z`).render({ a: value }, BEGAN);
      expect(payload.headers).toHaveLength(1);
      // What a helper makes harmless may be sent.
      const isHarmless = payload.headers[0]?.[1].match(/[\0-\x1f]/) === null;
      if (!isHarmless) expect(() => encodeCommand(toCommand(payload))).toThrow(EslUnsafeError);
      else expect(encodeCommand(toCommand(payload)).toString().split('\n')).toHaveLength(4);
    }
  });

  it('may be called as helpers are', () => {
    for (const name of HELPER_NAMES) expect(body(`{{this.${name}}}{{upper this.${name}}}`, { [name]: 'x' })).toBe('xX');
  });

  it('and templates that are nested very deeply end in an error', () => {
    const blocks = (depth: number) => `${'{{#if a}}'.repeat(depth)}x${'{{/if}}'.repeat(depth)}`;
    const calls = (depth: number) => `{{upper ${'(upper '.repeat(depth)}a${')'.repeat(depth)}}}`;
    expect([body(blocks(100), { a: 'a' }), body(calls(100), { a: 'a' })]).toEqual(['x', 'A']);
    expect(fault(blocks(101))).toBe('blocks are more than 100 deep');
    expect(fault(calls(101))).toBe('calls are more than 100 deep');
    for (const source of [blocks(400), calls(400)]) expect(fault(source)).toMatch(/deep/);
  });
});
