import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeCommand } from '../../src/esl/index.js';
import { Catalog } from '../../src/payload/catalog.js';
import { PackError, TemplateError } from '../../src/payload/errors.js';
import { packedName, packTemplates, type TemplatePack, unpackTemplates } from '../../src/payload/pack.js';
import { toCommand } from '../../src/payload/payload.js';
import { PHONE } from './support.js';

const SHIPPED = new URL('../../templates', import.meta.url).pathname;
const BEGAN = new Date('2026-03-09T06:05:00Z');

let root: string;
let there: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'pack-'));
  there = join(root, 'there');
});

afterEach(() => rm(root, { recursive: true, force: true }));

/** Files by their path under the test's folder. */
async function put(files: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(root, name, '..'), { recursive: true });
    await writeFile(join(root, name), content);
  }
}

function catalog(...folders: string[]): Catalog {
  return new Catalog(SHIPPED, folders.map((folder) => join(root, folder)).join(delimiter));
}

/** The catalog of another machine, which has been sent what this one has. */
async function sent(here: Catalog, used: readonly string[] = []): Promise<Catalog> {
  const pack: unknown = JSON.parse(JSON.stringify(await packTemplates(here, used)));
  return new Catalog(SHIPPED, await unpackTemplates(pack, there));
}

async function bytes(templates: Catalog, name: string): Promise<string> {
  const { render } = await templates.load(name);
  return encodeCommand(toCommand(render({ ...PHONE, text: 'a & b' }, BEGAN))).toString();
}

async function errorOf(action: Promise<unknown>): Promise<PackError> {
  const error: unknown = await action.catch((cause: unknown) => cause);
  if (!(error instanceof PackError)) throw new Error(`no PackError: ${error}`);
  expect(error.hint).not.toBe('');
  return error;
}

function pack(...templates: unknown[]): unknown {
  return { schema: 1, templates };
}

const OWN = 'sendevent NOTIFY\nprofile: internal\nevent-string: x\nuser: {{user}}\nhost: {{host}}\n\n';

describe('templates that went to another machine', () => {
  it('come to the same bytes, with partials of one name and several texts', async () => {
    await put({
      'a/fire.hbs': `${OWN}{{> head}}|{{xml text}}|{{> foot}}\n`,
      'a/partials/head.hbs': 'head of a {{> inner}}\n',
      'a/partials/inner.hbs': 'inner of a',
      'a/partials/foot.hbs': 'two\nlines\n\n',
      'a/partials/unused.hbs': 'x',
      'b/flood.hbs': `${OWN}{{> head}} {{now "HH:mm"}}`,
      'b/partials/head.hbs': '\ufeffhead\r\nof b\r\n',
      'b/plain.hbs': '\ufeffsendevent X\r\nx: {{user}}\r\n\r\nbody\r\n\r\n',
    });
    const here = catalog('a', 'b');
    const away = await sent(here);
    for (const name of ['fire', 'flood', 'plain', 'check-sync']) {
      expect(await bytes(away, name)).toBe(await bytes(here, name));
    }
    expect(await bytes(away, 'fire')).toContain('head of a inner of a|a &amp; b|two\nlines\n');
    expect(await bytes(away, 'flood')).toContain('head\nof b');
    const { templates } = await packTemplates(here, []);
    expect(templates.map(({ name, partials }) => [name, Object.keys(partials)])).toEqual([
      ['fire', ['head', 'inner', 'foot']],
      ['flood', ['head']],
      ['plain', []],
    ]);
  });

  it('are those that count for their names, before shipped ones', async () => {
    await put({
      'a/check-sync.hbs': `${OWN}mine`,
      'b/check-sync.hbs': `${OWN}of b`,
      'b/other.hbs': `${OWN}other`,
    });
    const here = catalog('a', 'b');
    const away = await sent(here, ['check-sync', 'notify']);
    expect(await bytes(away, 'check-sync')).toBe(await bytes(here, 'check-sync'));
    expect(await bytes(away, 'check-sync')).toContain('mine');
    const origin = async (one: Catalog) => (await one.list()).map(({ name, shipped }) => [name, shipped]);
    expect(await origin(away)).toEqual(await origin(here));
  });

  it('are found by a name where they were given by a path', async () => {
    await put({
      'a/fire.hbs': `${OWN}by name`,
      'x/fire.hbs': `${OWN}by path, {{> foot}}`,
      'x/partials/foot.hbs': 'foot of x',
      'y/fire.hbs': `${OWN}by another path`,
    });
    const paths = [join(root, 'x/fire.hbs'), join(root, 'y/fire.hbs')];
    const here = catalog('a');
    const away = await sent(here, paths);
    for (const path of paths) expect(await bytes(away, packedName(path))).toBe(await bytes(here, path));
    expect(await bytes(away, 'fire')).toContain('by name');
    expect(await bytes(away, packedName(paths[0] ?? ''))).toContain('by path, foot of x');
  });

  it('travel as they were when they were loaded, also through a pipe', async () => {
    await put({ 'x/fire.hbs': `${OWN}before {{> foot}}`, 'x/partials/foot.hbs': 'foot' });
    const path = join(root, 'x/fire.hbs');
    const here = catalog();
    const rendered = await bytes(here, path);
    await put({ 'x/fire.hbs': `${OWN}after`, 'x/partials/foot.hbs': 'other foot' });
    const fifo = join(root, 'pipe');
    execFileSync('mkfifo', [fifo]);
    const [fromPipe] = await Promise.all([bytes(here, fifo), writeFile(fifo, `${OWN}piped`)]);
    const away = await sent(here, [path, fifo]);
    expect([await bytes(away, packedName(path)), await bytes(away, packedName(fifo))]).toEqual([rendered, fromPipe]);
  });

  it('are as wrong there as they are here, unless they are used: then it is told here', async () => {
    await put({ 'a/broken.hbs': `${OWN}{{> foot}}{{#if}}`, 'a/lacks.hbs': `${OWN}{{> none}}`, 'a/fine.hbs': OWN });
    const here = catalog('a');
    const away = await sent(here, ['fine']);
    expect([...(await here.inUse()).keys()]).toEqual(['fine']);
    for (const name of ['broken', 'lacks']) await expect(away.load(name)).rejects.toThrow(TemplateError);
    await expect(packTemplates(here, ['lacks'])).rejects.toThrow('template lacks, line 7: there is no partial "none"');
    await expect(packTemplates(here, ['./none.hbs'])).rejects.toThrow(TemplateError);
  });

  it('are none that are hidden, unless such a one is used', async () => {
    await put({ 'a/.draft.hbs': OWN, 'a/fine.hbs': OWN });
    await symlink('nowhere', join(root, 'a/.#fine.hbs'));
    const here = catalog('a');
    expect((await packTemplates(here, [])).templates.map(({ name }) => name)).toEqual(['fine']);
    expect((await errorOf(packTemplates(here, ['.draft']))).message).toContain('".draft" is no name');
  });

  it('may be none at all', async () => {
    expect(await packTemplates(catalog(), ['check-sync'])).toEqual({ schema: 1, templates: [] });
    expect(await unpackTemplates(pack(), there)).toBe('');
  });

  it('are not too many, and not too long', async () => {
    await put({ 'a/long.hbs': `${OWN}${'x'.repeat(1024 * 1024)}` });
    expect((await errorOf(packTemplates(catalog('a'), []))).message).toContain('more than 1 MiB');
    for (let index = 0; index <= 1000; index++) await put({ [`b/t${index}.hbs`]: OWN });
    expect((await errorOf(packTemplates(catalog('b'), []))).message).toContain('more than 1000 templates');
  });

  it('keep a partial of as many bytes as one may have', async () => {
    for (const [name, text] of Object.entries({ one: 'x'.repeat(65_536), two: `${'x'.repeat(65_534)}\n\n` })) {
      await put({ [`a/${name}.hbs`]: `${OWN}{{> ${name}}}`, [`a/partials/${name}.hbs`]: text });
    }
    const here = catalog('a');
    const away = await sent(here);
    const body = async (one: Catalog, name: string) => (await one.load(name)).render(PHONE).body;
    for (const name of ['one', 'two']) expect(await body(away, name)).toBe(await body(here, name));
  });
});

describe('the name of a packed template', () => {
  it('is its own, or made of its path', () => {
    expect(packedName('snom-text')).toBe('snom-text');
    expect(packedName('./fire.hbs')).toMatch(/^fire-[0-9a-f]{16}$/);
    expect(packedName('/x/größe & mehr.hbs')).toMatch(/^gr--e---mehr-[0-9a-f]{16}$/);
    expect(packedName('./---.hbs')).toMatch(/^template-[0-9a-f]{16}$/);
    expect(packedName('a/fire.hbs')).not.toBe(packedName('b/fire.hbs'));
    expect(packedName(packedName('./fire.hbs'))).toBe(packedName('./fire.hbs'));
  });
});

describe('a pack that is not to be trusted', () => {
  const whole = { name: 'fire', text: OWN, partials: {} };

  it.each<[unknown, string]>([
    [null, 'is no pack of templates'],
    [[], 'is no pack of templates'],
    [{ schema: 1 }, 'is no pack of templates'],
    [{ schema: 2, templates: [] }, 'has the format 2, and not 1'],
    [{ templates: [] }, 'has the format of type undefined'],
    [pack('fire'), 'a template of the pack is no object'],
    [pack({ ...whole, name: 7 }), '7 is no name'],
    [pack({ ...whole, text: undefined }), 'template "fire" of the pack has no text'],
    [pack({ ...whole, text: '\ud800' }), 'template "fire" of the pack has no text'],
    [pack({ ...whole, partials: [] }), 'template "fire" of the pack has no partials'],
    [pack({ ...whole, partials: { a: 1 } }), 'partial "a" of template "fire" has no text'],
    [pack(whole, { ...whole }), 'has two templates "fire"'],
    [pack({ ...whole, text: 'ä'.repeat(600_000) }), 'more than 1 MiB'],
    [pack(...Array.from({ length: 1001 }, (_, index) => ({ ...whole, name: `n${index}` }))), 'more than 1000'],
  ])('is refused: %#', async (value, problem) => {
    expect((await errorOf(unpackTemplates(value, there))).message).toContain(problem);
    expect(await readdir(root)).toEqual([]);
  });

  it.each([
    '',
    '.',
    '..',
    '.hidden',
    '../fire',
    '/etc/fire',
    'a/b',
    'a\\b',
    'fire.hbs',
    'a\0b',
    'a\nb',
    '\u001b[2J',
    '\udc00',
    'x'.repeat(201),
  ])('is refused for a name: %j', async (name) => {
    const error = await errorOf(unpackTemplates(pack(whole, { ...whole, name }), there));
    expect(error.message).toContain('is no name that a template can travel by');
    expect(error.message).not.toMatch(/\p{Cc}/u);
    expect(await readdir(root)).toEqual([]);
  });

  it.each(['', '..', '../../x', 'a/b', '/x', 'a.b', '-a', 'a\0', 'x'.repeat(201)])(
    'is refused for the name of a partial: %j',
    async (name) => {
      const error = await errorOf(unpackTemplates(pack({ ...whole, partials: { [name]: 'x' } }), there));
      expect(error.message).toContain('is no name of a partial');
      expect(await readdir(root)).toEqual([]);
    },
  );

  it('has names that mean something to JavaScript, and to nobody else', async () => {
    const text = `{"schema":1,"templates":[{"name":"__proto__","text":${JSON.stringify(OWN)},"partials":{"constructor":"x"}}]}`;
    const folders = await unpackTemplates(JSON.parse(text), there);
    expect(await readdir(folders)).toEqual(['__proto__.hbs', 'partials']);
    expect(await readFile(join(folders, 'partials/constructor.hbs'), 'utf8')).toBe('x');
  });
});

describe('the folder that a pack goes into', () => {
  const fire: TemplatePack = {
    schema: 1,
    templates: [
      { name: 'fire', text: OWN, partials: { foot: 'x' } },
      { name: 'flood', text: OWN, partials: {} },
    ],
  };

  it('keeps what is in it, and has nothing of what did not go in whole', async () => {
    await put({ 'there/2/flood.hbs': 'kept' });
    const error = await errorOf(unpackTemplates(fire, there));
    expect(error.message).toBe(
      `templates can't be unpacked into ${there}: there is a file or folder of that name already`,
    );
    expect(await readdir(there)).toEqual(['2']);
    expect(await readFile(join(there, '2/flood.hbs'), 'utf8')).toBe('kept');
  });

  it('is not left by symbolic links', async () => {
    await mkdir(join(root, 'target'));
    await mkdir(there);
    await symlink(join(root, 'target'), join(there, '1'));
    await errorOf(unpackTemplates(fire, there));
    await symlink(join(root, 'target'), join(root, 'link'));
    expect((await errorOf(unpackTemplates(fire, join(root, 'link')))).message).toContain('is no folder of its own');
    expect(await readdir(join(root, 'target'))).toEqual([]);
  });

  it('has a place and a path that can stand in a list', async () => {
    await errorOf(unpackTemplates(fire, join(root, 'none', 'there')));
    await errorOf(unpackTemplates(fire, join(root, `a${delimiter}b`)));
    expect(await readdir(root)).toEqual([]);
  });
});
