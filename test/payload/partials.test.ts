import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EslUnsafeError, encodeCommand } from '../../src/esl/index.js';
import { Catalog } from '../../src/payload/catalog.js';
import { TemplateError } from '../../src/payload/errors.js';
import type { Values } from '../../src/payload/part.js';
import { toCommand } from '../../src/payload/payload.js';
import type { Template } from '../../src/payload/template.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'partials-'));
  mkdirSync(join(folder, 'partials'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function partial(name: string, text: string | Uint8Array): string {
  const path = join(folder, 'partials', `${name}.hbs`);
  writeFileSync(path, text);
  return path;
}

/** A template with one header, in line 2, and a body from line 4. */
function load(header: string, body = ''): Promise<Template> {
  writeFileSync(join(folder, 'own.hbs'), `sendevent X\nx: ${header}\n\n${body}\n`);
  return new Catalog(join(folder, 'partials'), folder).load('own');
}

async function bodyOf(body: string, values: Values = {}): Promise<string> {
  return (await load('x', body)).render(values).body;
}

async function errorOf(action: Promise<unknown>): Promise<TemplateError> {
  const error: unknown = await action.catch((cause) => cause);
  if (!(error instanceof TemplateError)) throw new Error(`no TemplateError: ${error}`);
  return error;
}

describe('a partial', () => {
  it('stands where it is called, without the line end that closes its file', async () => {
    partial('footer', 'Your {{team}}\n');
    const values = { team: 'IT' };
    expect(await bodyOf('Hi\n{{> footer}}\nend', values)).toBe('Hi\nYour IT\nend');
    expect(await bodyOf('<{{~> footer ~}} >', values)).toBe('<Your IT>');
    expect((await load('({{> footer}})')).render(values).headers).toEqual([['x', '(Your IT)']]);
  });

  it('reads what the place reads that calls it, and its names count as those of the template', async () => {
    partial('item', '{{this}}{{#if last}}!{{/if}};');
    partial('list', '{{#each this}}{{> item}}{{/each}}{{xml (default name "")}}');
    const template = await load('{{a}}', '{{> list}}');
    expect(template.names).toEqual(['a', 'last', 'name']);
    expect(template.namesOf(undefined)).toEqual(['last', 'name']);
    expect([...template.partials.keys()]).toEqual(['list', 'item']);
    expect(template.render({ a: '1', name: '<' }).body).toBe('1;<;&lt;');
  });

  it('keeps its blocks to itself, and stands on lines as if it were written there', async () => {
    partial('if', '{{#if a}}\nyes\n{{/if}}\n');
    expect(await bodyOf('x\n{{> if}}\ny', { a: '1' })).toBe('x\nyes\ny');
    expect(await bodyOf('x\n{{> if}}\ny', { a: '' })).toBe('x\ny');
    partial('open', '{{#if a}}');
    const error = await errorOf(load('x', '{{> open}}{{/if}}'));
    expect(error.message).toBe('template own, line 4: a block is closed that was not opened');
    expect((await errorOf(load('x', '{{> open}}'))).message).toBe(
      'template own, partial open, line 1: {{#if}} is not closed',
    );
  });

  it('may be empty, may come with CR LF and a byte order mark', async () => {
    partial('empty', '');
    partial('windows', '\ufeffa\r\nb\r\n');
    expect(await bodyOf('[{{> empty}}{{> windows}}]')).toBe('[a\nb]');
  });

  it('is named in what is wrong with it, with its own line', async () => {
    partial('bad', 'one\n{{shout a}}\n');
    expect((await errorOf(load('x', '\n\n{{> bad}}'))).message).toBe(
      'template own, partial bad, line 2: there is no helper "shout"',
    );
    partial('lacks', 'one\n\n{{xml none}}\n');
    const template = await load('x', '{{a}}\n{{> lacks}}\n{{gone}}');
    const said = (values: Values) => errorOf(Promise.resolve().then(() => template.render(values)));
    expect((await said({ a: '1' })).message).toBe(
      'template own, partial lacks, line 3: there is no column or value "none"',
    );
    expect((await said({ a: '1', none: '2' })).message).toBe(
      'template own, line 6: there is no column or value "gone"',
    );
    partial('wide', '\n{{padleft a w}}');
    expect((await errorOf(bodyOf('{{> wide}}', { a: 'a', w: '-' }))).message).toBe(
      'template own, partial wide, line 2: helper "padleft": "-" is no number of characters from 0 to 1000',
    );
  });
});

describe('a header', () => {
  it('takes no partial of several lines, at any depth', async () => {
    partial('lines', 'a\nunique-id: 1\n');
    partial('around', '{{> lines}}');
    for (const name of ['lines', 'around']) {
      const error = await errorOf(load(`{{> ${name}}}`));
      expect(error.message).toMatch(
        /^template own(?:, partial around, line 1|, line 2): partial "lines" has several lines/,
      );
    }
  });

  it('gets no line from a value that a partial puts in', async () => {
    partial('value', '{{a}}{{{default b a}}}{{#each this}}{{this}}{{/each}}');
    const template = await load('{{> value}}');
    for (const a of ['1\nunique-id: 2\n\napi x\n\n', '1\r2', '1\x002']) {
      const payload = template.render({ a, b: '' });
      expect(payload.headers).toHaveLength(1);
      expect(() => encodeCommand(toCommand(payload))).toThrow(EslUnsafeError);
    }
  });
});

describe('partials within partials', () => {
  it('may not go round', async () => {
    partial('a', '{{> b}}');
    partial('b', 'x\n{{> c}}');
    partial('c', '{{> b}}');
    expect((await errorOf(load('x', '{{> a}}'))).message).toBe(
      'template own, partial c, line 1: partial "b" needs itself: b → c → b',
    );
    partial('self', '{{#if x}}{{> self}}{{/if}}');
    expect((await errorOf(load('x', '{{> self}}'))).message).toContain('partial "self" needs itself: self → self');
  });

  it('have an end', async () => {
    for (let depth = 1; depth <= 10; depth++) partial(`p${depth}`, `${depth}{{> p${depth + 1}}}`);
    partial('p11', 'end');
    expect((await errorOf(load('x', '{{> p1}}'))).message).toBe(
      'template own, partial p10, line 1: partials are more than 10 deep: p1 → p2 → p3 → p4 → p5 → p6 → p7 → p8 → p9 → p10 → p11',
    );
    expect(await bodyOf('{{> p2}}')).toBe('2345678910end');
    for (let depth = 1; depth <= 8; depth++) partial(`p${depth}`, `{{> p${depth + 1}}}`.repeat(50));
    partial('p9', 'x');
    expect((await errorOf(load('x', '{{> p1}}'))).message).toContain('there are more than 100 calls of partials');
  });
});

describe('what is no partial', () => {
  it.each([
    '../../etc/passwd',
    '/etc/passwd',
    'a/b',
    '..',
    '.',
    'a.b',
    '-a',
    '[a b]',
    '"../x"',
    '[__proto__]',
    'größe',
  ])('by its name: %s', async (name) => {
    partial('a', 'x');
    writeFileSync(join(folder, 'x.hbs'), 'secret');
    const error = await errorOf(load('x', `a\n{{> ${name}}}`));
    expect(error.message).toMatch(/^template own, line 5: (?:".+" is no name of a partial|.* not .*)$/);
    expect(error.message).not.toContain("can't be read");
  });

  it('is told before the first row, with those that there are', async () => {
    partial('footer', 'x');
    partial('header', 'x');
    const error = await errorOf(load('x', 'a\n  {{> foter}}'));
    expect([error.message, error.hint]).toEqual([
      'template own, line 5: there is no partial "foter"',
      'there are: footer, header',
    ]);
    rmSync(join(folder, 'partials'), { recursive: true });
    const bare = await errorOf(new Catalog(folder).load(join(folder, 'own.hbs')));
    expect(bare.hint).toBe(`it would be ${join(folder, 'partials', 'foter.hbs')}`);
  });

  it.each([
    ['{{> (lookup this "a")}}', 'the name of a partial has to be written out'],
    ['{{> footer this}}', 'partial "footer" is given values'],
    ['{{> footer a="b"}}', 'partial "footer" is given values'],
    ['{{#> footer}}x{{/footer}}', 'there are no blocks for partials'],
  ])('%s', async (call, problem) => {
    partial('footer', 'x');
    expect((await errorOf(load('x', call))).message).toBe(`template own, line 4: ${problem}`);
  });

  it('is a pipe, a device, a folder, or far too large', async () => {
    execFileSync('mkfifo', [join(folder, 'partials', 'pipe.hbs')]);
    symlinkSync('/dev/zero', join(folder, 'partials', 'zero.hbs'));
    mkdirSync(join(folder, 'partials', 'folder.hbs'));
    symlinkSync('loop.hbs', join(folder, 'partials', 'loop.hbs'));
    partial('large', 'x'.repeat(65_537));
    partial('latin', new Uint8Array([0xe9]));
    partial('fits', 'x'.repeat(65_536));
    const problems = {
      pipe: 'is no file, but a pipe or a device',
      zero: 'is no file, but a pipe or a device',
      folder: "can't be read: it is a folder",
      loop: "can't be read: its symbolic links lead in a circle",
      large: 'is longer than 65536 bytes',
      latin: 'is not UTF-8',
    };
    for (const [name, problem] of Object.entries(problems)) {
      const path = join(folder, 'partials', `${name}.hbs`);
      expect((await errorOf(load('x', `{{> ${name}}}`))).message).toBe(`template own, line 4: ${path} ${problem}`);
    }
    expect(await bodyOf('{{> fits}}')).toHaveLength(65_536);
  });
});
