import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Catalog } from '../../src/payload/catalog.js';
import { TemplateError } from '../../src/payload/errors.js';

let root: string;
let shippedDir: string;
let ownDir: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'catalog-'));
  shippedDir = join(root, 'shipped');
  ownDir = join(root, 'own');
  await mkdir(shippedDir);
  await mkdir(ownDir);
  await put(shippedDir, 'check-sync', 'shipped');
  await put(shippedDir, 'check-sync-reboot', 'shipped');
  await put(shippedDir, 'notify', 'shipped');
});

afterEach(async () => {
  await rm(root, { recursive: true, force: true });
});

async function put(folder: string, name: string, from: string | Uint8Array): Promise<string> {
  const path = join(folder, `${name}.hbs`);
  await writeFile(path, typeof from === 'string' ? `sendevent CUSTOM\nfrom: ${from}\n` : from);
  return path;
}

/** Where a loaded template came from. */
async function originOf(catalog: Catalog, name: string): Promise<string | undefined> {
  return (await catalog.load(name)).source.headers[0]?.value;
}

async function errorOf(action: Promise<unknown>): Promise<TemplateError> {
  const error: unknown = await action.then(
    () => undefined,
    (cause) => cause,
  );
  if (!(error instanceof TemplateError)) throw new Error(`not a TemplateError: ${error}`);
  return error;
}

describe('a catalog', () => {
  it('lists the shipped templates by name', async () => {
    await writeFile(join(shippedDir, 'notes.txt'), 'no template');
    expect(await new Catalog(shippedDir).list()).toEqual(
      ['check-sync', 'check-sync-reboot', 'notify'].map((name) => ({
        name,
        path: join(shippedDir, `${name}.hbs`),
        shipped: true,
      })),
    );
  });

  it("puts the user's own before those of the same name", async () => {
    const path = await put(ownDir, 'notify', 'own');
    await put(ownDir, 'fire-drill', 'own');
    const catalog = new Catalog(shippedDir, ownDir);
    expect((await catalog.list()).map(({ name, shipped }) => [name, shipped])).toEqual([
      ['check-sync', true],
      ['check-sync-reboot', true],
      ['fire-drill', false],
      ['notify', false],
    ]);
    expect(await catalog.find('notify')).toEqual({ name: 'notify', path, shipped: false });
    expect(await originOf(catalog, 'notify')).toBe('own');
    expect(await originOf(catalog, 'fire-drill')).toBe('own');
    expect(await originOf(catalog, 'check-sync')).toBe('shipped');
  });

  it('has several folders of the user, the first of them first', async () => {
    await put(ownDir, 'notify', 'own');
    const others = join(root, 'others');
    await mkdir(others);
    await put(others, 'notify', 'of others');
    await put(others, 'fire-drill', 'of others');
    const catalog = new Catalog(shippedDir, `${ownDir}:${others}:`);
    expect(await originOf(catalog, 'notify')).toBe('own');
    expect(await originOf(catalog, 'fire-drill')).toBe('of others');
    expect((await catalog.list()).filter(({ shipped }) => !shipped)).toEqual([
      { name: 'fire-drill', path: join(others, 'fire-drill.hbs'), shipped: false },
      { name: 'notify', path: join(ownDir, 'notify.hbs'), shipped: false },
    ]);
  });

  it('loads shipped ones only without a folder of the user', async () => {
    await put(ownDir, 'notify', 'own');
    expect(await originOf(new Catalog(shippedDir), 'notify')).toBe('shipped');
  });

  it('takes a path for a path', async () => {
    const path = await put(root, 'anywhere', 'a path');
    for (const catalog of [new Catalog(shippedDir), new Catalog(shippedDir, ownDir)]) {
      expect(await originOf(catalog, path)).toBe('a path');
      expect(await catalog.find(path)).toEqual({ name: path, path, shipped: false });
    }
    await writeFile(join(root, 'no-suffix'), 'sendevent CUSTOM\nfrom: no suffix');
    expect(await originOf(new Catalog(shippedDir), join(root, 'no-suffix'))).toBe('no suffix');
  });

  it('compiles a template once', async () => {
    const catalog = new Catalog(shippedDir);
    const [one, two] = await Promise.all([catalog.load('notify'), catalog.load('notify')]);
    expect(one).toBe(two);
    await put(shippedDir, 'notify', 'changed');
    expect(await catalog.load('notify')).toBe(one);
  });

  it('knows a byte order mark', async () => {
    await put(shippedDir, 'bom', '');
    await writeFile(join(shippedDir, 'bom.hbs'), '\ufeffsendevent CUSTOM\r\nfrom: windows\r\n');
    expect(await originOf(new Catalog(shippedDir), 'bom')).toBe('windows');
    expect(await originOf(new Catalog(shippedDir, ownDir), 'bom')).toBe('windows');
  });
});

describe('what is not there', () => {
  it.each([
    ['check-sync-now', 'there are: check-sync'],
    ['check', 'there are: check-sync, check-sync-reboot'],
    ['reboot', 'there are: check-sync-reboot'],
    ['fire-drill', 'there are: check-sync, check-sync-reboot, notify'],
    ['', 'there are: check-sync, check-sync-reboot, notify'],
    ['constructor', 'there are: check-sync, check-sync-reboot, notify'],
    ['__proto__', 'there are: check-sync, check-sync-reboot, notify'],
    ['Notify', 'there are: check-sync, check-sync-reboot, notify'],
    ['..', 'there are: check-sync, check-sync-reboot, notify'],
  ])('by the name %j comes with what there is', async (name, hint) => {
    for (const catalog of [new Catalog(shippedDir), new Catalog(shippedDir, ownDir)]) {
      const error = await errorOf(catalog.load(name));
      expect(error.message).toBe(`template ${name}: there is no such template`);
      expect(error.hint).toBe(hint);
    }
  });

  it('at a path says so', async () => {
    const path = join(root, 'none.hbs');
    expect((await errorOf(new Catalog(shippedDir).load(path))).message).toBe(
      `template ${path}: ${path} can't be read: there is no such file or folder`,
    );
    expect((await errorOf(new Catalog(shippedDir).load('./none'))).message).toContain("./none can't be read");
  });

  it('is a folder of the user', async () => {
    const nowhere = join(root, 'nowhere');
    const message = `template ${nowhere}: the folder can't be read: there is no such file or folder`;
    const catalog = new Catalog(shippedDir, nowhere);
    expect((await errorOf(catalog.list())).message).toBe(message);
    expect((await errorOf(catalog.load('notify'))).message).toBe(message);
  });

  it('is a folder, but a file', async () => {
    const file = await put(root, 'file', 'x');
    expect((await errorOf(new Catalog(shippedDir, file).list())).message).toBe(
      `template ${file}: the folder can't be read: it is not a folder`,
    );
  });
});

describe('a file that can not be used', () => {
  it('is a pipe in a folder, which is not waited for', async () => {
    execFileSync('mkfifo', [join(ownDir, 'pipe.hbs')]);
    const { message } = await errorOf(new Catalog(shippedDir, ownDir).load('pipe'));
    expect(message).toBe(`template pipe: ${join(ownDir, 'pipe.hbs')} is no file, but a pipe`);
  });

  it('is a folder', async () => {
    await mkdir(join(ownDir, 'folder.hbs'));
    const { message } = await errorOf(new Catalog(shippedDir, ownDir).load('folder'));
    expect(message).toBe(`template folder: ${join(ownDir, 'folder.hbs')} can't be read: it is a folder`);
  });

  it.skipIf(process.getuid?.() === 0)('may not be read', async () => {
    const path = await put(ownDir, 'secret', 'x');
    await chmod(path, 0);
    expect((await errorOf(new Catalog(shippedDir, ownDir).load('secret'))).message).toBe(
      `template secret: ${path} can't be read: permission denied`,
    );
  });

  it('is not UTF-8', async () => {
    const latin1 = Uint8Array.from(
      [...'sendevent CUSTOM\nfrom: gr'].map((letter) => letter.charCodeAt(0)).concat(0xfc),
    );
    for (const [folder, catalog] of [
      [ownDir, new Catalog(shippedDir, ownDir)],
      [shippedDir, new Catalog(shippedDir)],
    ] as const) {
      const path = await put(folder, 'latin', latin1);
      const error = await errorOf(catalog.load('latin'));
      expect(error.message).toBe(`template latin: ${path} is not UTF-8`);
      expect(error.hint).toBe('save it as UTF-8');
    }
  });

  it('is empty', async () => {
    await put(ownDir, 'empty', new Uint8Array());
    expect((await errorOf(new Catalog(shippedDir, ownDir).load('empty'))).message).toBe(
      'template empty, line 1: the first line is not "sendevent EVENT"',
    );
  });

  it('hides no other', async () => {
    await put(ownDir, 'broken', new Uint8Array([0xff]));
    const catalog = new Catalog(shippedDir, ownDir);
    await errorOf(catalog.load('broken'));
    expect(await catalog.list()).toHaveLength(4);
    expect(await originOf(catalog, 'notify')).toBe('shipped');
  });
});
