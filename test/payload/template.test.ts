import fc from 'fast-check';
import Handlebars from 'handlebars';
import { describe, expect, it, vi } from 'vitest';
import { encodeCommand } from '../../src/esl/index.js';
import { compileTemplate } from '../../src/payload/compile.js';
import { TemplateError } from '../../src/payload/errors.js';
import type { Values } from '../../src/payload/part.js';
import { toCommand } from '../../src/payload/payload.js';

const VALUES: Values = { a: 'A', b: 'B', empty: '', text: 'x < "y" & \'z\' = 1' };

/** A template with one header, in line 2. */
function value(source: string, values: Values = VALUES): string | undefined {
  return compileTemplate('own', `sendevent X\nx: ${source}`).render(values).headers[0]?.[1];
}

/** A template with a body, from line 4. */
function body(source: string, values: Values = VALUES): string {
  return compileTemplate('own', `sendevent X\na: b\n\n${source}\n`).render(values).body;
}

function errorOf(action: () => unknown): TemplateError {
  try {
    action();
  } catch (error) {
    if (error instanceof TemplateError) return error;
    throw error;
  }
  throw new Error('nothing was wrong');
}

describe('a value', () => {
  it('is put in as it is, without HTML escaping', () => {
    const hostile = `&<>"'\`= {{a}} {{{a}}} \${a} %25`;
    for (const source of ['{{text}}', '{{{text}}}', '{{&text}}', '{{~text~}}', '{{#if text}}{{text}}{{/if}}']) {
      expect(value(source, { text: hostile })).toBe(hostile);
      expect(body(source, { text: hostile })).toBe(hostile);
    }
  });

  it('is trimmed in a header and left alone in a body', () => {
    expect(value('  {{text}} ', { text: ' \t x \r\n' })).toBe('x');
    expect(body(' {{text}} ', { text: '\n x ' })).toBe(' \n x  ');
  });

  it('that comes out empty leaves its header out', () => {
    const { render } = compileTemplate('own', 'sendevent X\na: {{a}}\nb: {{#if a}}x{{/if}}\nc: c\nd: {{! nothing }}');
    for (const a of ['', ' ', '\n', '\u00a0'])
      expect(render({ a }).headers.filter(([name]) => name === 'a')).toEqual([]);
    expect(render({ a: '' })).toEqual({ event: 'X', headers: [['c', 'c']], body: '' });
    expect(render({ a: '1' }).headers.map(([name]) => name)).toEqual(['a', 'b', 'c']);
  });

  it('may be 0', () => {
    expect(value('{{n}}', { n: '0' })).toBe('0');
    expect(value('{{#if n}}{{n}}/{{default m "0"}}{{/if}}', { n: '0', m: '' })).toBe('0/0');
  });

  it.each(['constructor', '__proto__', 'hasOwnProperty', 'toString', 'valueOf', 'length', 'log', 'helperMissing'])(
    'may be called %s',
    (name) => {
      const values: Values = JSON.parse(`{"${name}": "own"}`);
      for (const source of [
        `{{${name}}}`,
        `{{xml ${name}}}`,
        `{{default ${name} "none"}}`,
        `{{lookup this "${name}"}}`,
      ]) {
        expect(value(source, values)).toBe('own');
        expect(body(`${source}{{#if ${name}}}!{{/if}}`, values)).toBe('own!');
      }
    },
  );

  it.each(['if', 'each', 'xml', 'json', 'default'])('that is called %s like a helper is read with this.', (name) => {
    expect(value(`{{this.${name}}}`, { [name]: 'own' })).toBe('own');
  });

  it('may have any name, in brackets', () => {
    expect(
      value('{{[Room no.]}}{{[a.b]}}{{call-id}}{{größe}}', { 'Room no.': '1', 'a.b': '2', 'call-id': '3', größe: '4' }),
    ).toBe('1234');
  });
});

describe('a name that there is not', () => {
  it('is an error that names template, line and name, and what there is', () => {
    const error = errorOf(() => value('{{flor}}', { floor: '1', aor: '2' }));
    expect(error.message).toBe('template own, line 2: there is no column or value "flor"');
    expect(error.hint).toBe('there are: aor, floor');
    expect(error).toMatchObject({ template: 'own', line: 2 });
  });

  it.each([
    ['{{none}}', 4],
    ['a\n\n{{none}}', 6],
    ['{{a}} {{a}}\n{{b}}{{none}}', 5],
    ['{{#if a}}\n{{none}}\n{{/if}}', 5],
    ['{{#crlf}}\na\n{{none}}\n{{/crlf}}', 6],
    ['{{xml none}}', 4],
    ['a\n{{json none}}', 5],
    ['{{#if (xml none)}}x{{/if}}', 4],
    ['{{#none}}x{{/none}}', 4],
    ['{{{none}}}', 4],
  ])('is one in %j, too', (source, line) => {
    expect(errorOf(() => body(source)).message).toBe(`template own, line ${line}: there is no column or value "none"`);
  });

  it('is none where a template asks whether it is there', () => {
    expect(body('{{default none "x"}}{{#if none}}y{{else}}z{{/if}}{{#unless none}}u{{/unless}}')).toBe('xzu');
    expect(body('{{xml (default none "<")}}{{json (default none "")}}')).toBe('&lt;""');
  });

  it.each(['constructor', '__proto__', 'hasOwnProperty', 'toString', '__defineGetter__', 'valueOf', 'isPrototypeOf'])(
    'is %s, although every object has one',
    (name) => {
      const console = vi.spyOn(globalThis.console, 'error');
      const message = `template own, line 2: there is no column or value "${name}"`;
      for (const source of [`{{${name}}}`, `{{xml ${name}}}`, `{{#if a}}{{${name}}}{{/if}}`, `{{@root.${name}}}`]) {
        expect(errorOf(() => value(source)).message).toBe(message);
      }
      expect(value(`{{default ${name} "none"}}`)).toBe('none');
      expect(value(`x{{lookup this "${name}"}}`)).toBe('x');
      expect(console).not.toHaveBeenCalled();
    },
  );

  it.each([
    '{{a.constructor}}',
    '{{a.constructor.constructor}}',
    '{{xml a.__proto__}}',
    '{{#with a}}{{constructor}}{{/with}}',
  ])('is a property of a text: %s', (source) => {
    expect(errorOf(() => value(source)).message).toMatch(/^template own, line 2: /);
  });

  it('gives nothing through lookup', () => {
    for (const source of ['{{lookup (lookup this "a") "constructor"}}', '{{default a.constructor ""}}']) {
      expect(value(`x${source}`)).toBe('x');
    }
  });
});

describe('a template that can be no good', () => {
  it.each([
    ['{{shout a}}', 2, 'there is no helper "shout"'],
    ['{{#shout a}}x{{/shout}}', 2, 'there is no helper "shout"'],
    ['{{#if (shout a)}}x{{/if}}', 2, 'there is no helper "shout"'],
    ['{{log a}}', 2, 'there is no helper "log"'],
    ['{{constructor a}}', 2, 'there is no helper "constructor"'],
    ['{{helperMissing a}}', 2, 'there is no helper "helperMissing"'],
    ['{{xml}}', 2, 'helper "xml" needs a value'],
    ['{{json}}', 2, 'helper "json" needs a value'],
    ['{{#> layout}}x{{/layout}}', 2, 'there are no blocks for partials'],
    ['{{#*inline "x"}}x{{/inline}}', 2, 'there are no decorators and no inline partials'],
    ['{{* x}}', 2, 'there are no decorators and no inline partials'],
    ['{{#if}}y{{/if}}', 2, 'helper "if" needs a value'],
    ['{{#if a b}}y{{/if}}', 2, 'helper "if" takes 1 value, not 2'],
    ['{{if a}}', 2, 'helper "if" is a block'],
    ['{{crlf}}', 2, 'helper "crlf" is a block'],
    ['{{#xml a}}x{{/xml}}', 2, 'helper "xml" is no block'],
    ['{{xml a b}}', 2, 'helper "xml" takes 1 value, not 2'],
    ['{{eq a}}', 2, 'helper "eq" takes 2 values, not 1'],
    ['{{truncate a 1 "" ""}}', 2, 'helper "truncate" takes 2 to 3 values, not 4'],
    ['{{now "HH:mm" tz="UTC"}}', 2, 'helper "now" knows no tz='],
    ['{{#if a}}x{{/unless}}', 2, "if doesn't match unless"],
  ])('%s is told before the first row', (source, line, problem) => {
    const error = errorOf(() => compileTemplate('own', `sendevent X\nx: ${source}`));
    expect(error.message).toBe(`template own, line ${line}: ${problem}`);
  });

  it.each([
    ['x: {{', 2],
    ['x: {{a', 2],
    ['x: {{}}', 2],
    ['x: {{#if a}}1', 2],
    ['x: 1{{/if}}', 2],
    ['x: {{else}}', 2],
    ['a: b\n\n{{#if a}}\nx\n', 4],
    ['a: b\n\nx\n{{a b=}}\n', 5],
    ['a: b\n\nx\n\n{{#each this}}\n{{/if}}\n', 6],
    ['a: b\n\nx\n{{shout a}}\n', 5],
  ])('%j: its syntax is told with its line', (rest, line) => {
    const error = errorOf(() => compileTemplate('own', `sendevent X\n${rest}`));
    expect(error.message).toMatch(new RegExp(`^template own, line ${line}: .+`));
    expect(error.message).not.toMatch(/\n|Parse error|\d:\d/);
  });

  it('closes no block of one header in the next', () => {
    expect(errorOf(() => compileTemplate('own', 'sendevent X\nx: {{#if a}}1\ny: 2{{/if}}')).line).toBe(2);
  });

  it('closes no block of a header in the body', () => {
    expect(errorOf(() => compileTemplate('own', 'sendevent X\nx: {{#if a}}1\n\n2{{/if}}')).line).toBe(2);
  });
});

describe('helpers', () => {
  it('default gives the first value, or the second if that is missing or empty', () => {
    expect(
      body('{{default a "x"}} {{default empty "x"}} {{default none b}} {{default none none}}|{{default none 5}}'),
    ).toBe('A x B |5');
  });

  it('xml escapes for text and attributes, and leaves out what XML can not hold', () => {
    expect(value('{{xml text}}')).toBe('x &lt; &quot;y&quot; &amp; &apos;z&apos; = 1');
    expect(value('<t>{{xml text}}</t>', { text: 'a\0b\u0008c\ud800d\ufffee☎😀\tf]]>' })).toBe(
      '<t>abcde☎😀\tf]]&gt;</t>',
    );
    expect(value('{{xml text}}', { text: '&amp;' })).toBe('&amp;amp;');
  });

  it('json makes a JSON string of any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }), (text) => {
        expect(JSON.parse(body('{"a": {{json text}} }', { text }))).toEqual({ a: text });
      }),
    );
  });

  it('crlf ends the lines within in CR LF, those of values too', () => {
    expect(body('{{#crlf}}\na: {{text}}\n\nb\n{{/crlf}}\nc\nd', { text: '1\n2\r\n3' })).toBe(
      'a: 1\r\n2\r\n3\r\n\r\nb\r\nc\nd',
    );
    expect(body('{{#crlf}}\n{{#if a}}\nx\n{{/if}}\n{{/crlf}}')).toBe('x\r\n');
  });

  it('if, unless, each, with and lookup are those of Handlebars', () => {
    expect(body('{{#if a}}\nyes\n{{else}}\nno\n{{/if}}\nend')).toBe('yes\nend');
    expect(body('{{#if empty}}\nyes\n{{else if b}}\nb\n{{/if}}\nend')).toBe('b\nend');
    expect(body('{{#each this}}\n{{@key}}={{this}}\n{{/each}}', { a: '1', b: '2' })).toBe('a=1\nb=2\n');
    expect(body('{{#each this as |v k|}}{{k}}{{v}};{{/each}}', { a: '1', b: '2' })).toBe('a1;b2;');
    expect(body('{{#with a}}{{this}}{{/with}}{{lookup this "b"}}')).toBe('AB');
    expect(body('{{#each a}}x{{else}}a text is no list{{/each}}')).toBe('a text is no list');
  });
});

describe('bare names', () => {
  const name = fc.constantFrom('a', 'b', 'none', 'constructor');
  const piece = fc.oneof(
    name.map((text) => `{{${text}}}`),
    name.map((text) => `{{ ${text}\t}}`),
    fc.constantFrom('{', '}', '{{', '}}', '\\', '\\\\', ' ', '\n', 'x', '{{{a}}}', '{{~a}}', '{{! c }}', '{{else}}'),
    fc.string({ maxLength: 3 }),
  );

  it('give what Handlebars gives', () => {
    const expected = (source: string): string => {
      const values: Values = Object.assign(Object.create(null), VALUES);
      return Handlebars.compile(source, { strict: true, noEscape: true })(values);
    };
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')),
        (source) => {
          let wanted: string | undefined;
          try {
            wanted = expected(source);
          } catch {
            expect(() => body(source)).toThrow(TemplateError);
            return;
          }
          expect(body(source)).toBe(wanted);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('the names of a template', () => {
  const template = compileTemplate(
    'own',
    [
      'sendevent X',
      'a: {{a}}{{a}}',
      'b: {{default b c}}',
      'd: {{#if d}}{{xml (default e "")}}{{else}}{{[f g]}}{{/if}}',
      'h: plain',
      '',
      '{{#each this as |value key|}}{{key}}{{value}}{{@index}}{{/each}}{{#with i}}{{this}}{{/with}}{{@root.x}}{{a}}',
    ].join('\n'),
  );

  it('are all that it reads, once each', () => {
    expect(template.names).toEqual(['a', 'b', 'c', 'd', 'e', 'f g', 'i']);
  });

  it('are known for each header and the body', () => {
    expect(template.namesOf('b')).toEqual(['b', 'c']);
    expect(template.namesOf('d')).toEqual(['d', 'e', 'f g']);
    expect(template.namesOf('h')).toEqual([]);
    expect(template.namesOf('nothing')).toEqual([]);
    expect(template.namesOf(undefined)).toEqual(['i', 'a']);
  });
});

describe('a rendered template', () => {
  it('is the same each time', () => {
    const { render } = compileTemplate('own', 'sendevent X\na: {{a}}\n\n{{#each this}}{{this}}{{/each}}');
    expect(render(VALUES)).toEqual(render({ ...VALUES }));
    expect(render({ a: '2' }).body).toBe('2');
    expect(render({ a: '1' })).toEqual({ event: 'X', headers: [['a', '1']], body: '1' });
  });

  it('has the body of a file with CR LF line ends in LF, and its length in bytes', () => {
    const { render } = compileTemplate('own', 'sendevent X\r\na: {{a}}\r\n\r\nGrüße\r\n\r\n{{b}}\r\n');
    expect(encodeCommand(toCommand(render(VALUES))).toString()).toBe(
      'sendevent X\na: A\ncontent-length: 10\n\nGrüße\n\nB',
    );
  });

  it('without a body has no length', () => {
    const { render } = compileTemplate('own', 'sendevent X\na: {{a}}\n\n{{empty}}\n');
    expect(encodeCommand(toCommand(render(VALUES))).toString()).toBe('sendevent X\na: A\n\n');
  });

  it('never adds a header, whatever the construct', () => {
    const hostile = '1\nunique-id: x\n\napi shutdown\n\n';
    for (const source of [
      '{{a}}',
      '{{{a}}}',
      '{{#each this}}{{this}}{{/each}}',
      '{{#crlf}}{{a}} {{/crlf}}',
      '{{json a}}',
    ]) {
      const payload = compileTemplate('own', `sendevent X\nx: y{{b}}${source}z`).render({ a: hostile, b: '' });
      expect(payload.headers).toHaveLength(1);
      if (source !== '{{json a}}') expect(() => encodeCommand(toCommand(payload))).toThrow('it holds a ');
    }
  });
});
