import { execFile } from 'node:child_process';
import { appendFile, chmod, mkdir, readdir, readlink, rename, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Entry } from '../../src/inventory/phone.js';
import { openInventory } from '../../src/inventory/read-csv.js';
import { collect, failure, phonesOf, readAll, withDirectory, withFile } from './support.js';

vi.setConfig({ testTimeout: 60_000 });

const run = promisify(execFile);
const HEADER = 'user,domain\n';

async function openDescriptors(): Promise<string[]> {
  const names = await readdir('/proc/self/fd');
  return Promise.all(names.map((name) => readlink(`/proc/self/fd/${name}`).catch(() => '')));
}

describe('a file', () => {
  it('is refused when it changed between the passes', async () => {
    await withFile(`${HEADER}1000,x\n`, async (path) => {
      const source = await openInventory({ path });
      expect(await collect(source)).toHaveLength(1);
      await appendFile(path, '1001,x\n');
      const { message, hint } = await failure(collect(source));
      expect(message).toBe('phones.csv: changed while it was being read');
      expect(hint).toContain('copy');
      await source.close();
    });
  });

  it('is refused when it changed to other content of the same size', async () => {
    await withFile(`${HEADER}1000,x\n`, async (path) => {
      await utimes(path, 1_000_000, 1_000_000);
      const source = await openInventory({ path });
      await writeFile(path, `${HEADER}2000,x\n`);
      expect((await failure(collect(source))).message).toBe('phones.csv: changed while it was being read');
      await source.close();
    });
  });

  it('is refused when it changes in the middle of a pass, before a changed row is seen', async () => {
    const rows = Array.from({ length: 100_000 }, (_, index) => `${index},example.com`).join('\n');
    await withFile(`${HEADER}${rows}\n`, async (path) => {
      const source = await openInventory({ path });
      const seen: Entry[] = [];
      const reading = (async () => {
        for await (const entry of source.entries()) {
          if (seen.push(entry) === 1) await writeFile(path, `${HEADER}${rows.replaceAll('example', 'exemple')}\n`);
        }
      })();
      expect((await failure(reading)).message).toBe('phones.csv: changed while it was being read');
      expect(phonesOf(seen).every(({ aor }) => aor.host === 'example.com')).toBe(true);
      await source.close();
    });
  });

  it('stays the file that was opened when another takes its place', async () => {
    await withDirectory(async (directory) => {
      const path = join(directory, 'phones.csv');
      await writeFile(path, `${HEADER}1000,x\n`);
      const source = await openInventory({ path });
      await writeFile(join(directory, 'other.csv'), `${HEADER}2000,x\n`);
      await rename(join(directory, 'other.csv'), path);
      expect(phonesOf(await collect(source)).map(({ aor }) => aor.user)).toEqual(['1000']);
      await source.close();
    });
  });

  it.skipIf(process.getuid?.() === 0)('that may not be read says so', async () => {
    await withFile(HEADER, async (path) => {
      await chmod(path, 0o000);
      expect((await failure(readAll({ path }))).message).toBe('phones.csv: permission is denied');
    });
  });

  it('with no name says so', async () => {
    expect((await failure(readAll({ path: '' }))).message).toBe(': the name of the file is empty');
  });

  it.runIf(process.platform === 'linux')('is closed after errors too', async () => {
    await withFile('nothing\n', async (path) => {
      await failure(readAll({ path }));
      expect((await openDescriptors()).filter((name) => name === path)).toEqual([]);
    });
  });
});

describe('a pipe', () => {
  let temporary = '';
  let done: (() => void) | undefined;

  beforeEach(async () => {
    temporary = await new Promise<string>((resolve) => {
      void withDirectory(async (directory) => {
        const spool = join(directory, 'tmp');
        await mkdir(spool);
        resolve(spool);
        await new Promise<void>((end) => {
          done = end;
        });
      });
    });
    vi.stubEnv('TMPDIR', temporary);
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    done?.();
  });

  it('is read twice, and leaves nothing behind', async () => {
    const stdin = Readable.from([Buffer.from('user,dom'), Buffer.from('ain\n1000,x\n10'), '01,x\n']);
    const source = await openInventory({ path: '-', stdin });
    expect(source.name).toBe('stdin');
    if (process.platform !== 'win32') expect(await readdir(temporary)).toEqual([]);
    for (let pass = 0; pass < 2; pass++) {
      expect(phonesOf(await collect(source)).map(({ row, aor }) => [row, aor.user])).toEqual([
        [2, '1000'],
        [3, '1001'],
      ]);
    }
    await source.close();
    await source.close();
    expect(await readdir(temporary)).toEqual([]);
  });

  it('that is a terminal is refused', async () => {
    const stdin = Object.assign(Readable.from([]), { isTTY: true });
    const { message, hint } = await failure(openInventory({ path: '-', stdin }));
    expect(message).toBe('stdin: nothing is piped in');
    expect(hint).toContain('-i -');
  });

  it('that is empty is refused', async () => {
    const { message } = await failure(openInventory({ path: '-', stdin: Readable.from([]) }));
    expect(message).toBe('stdin: is empty');
    expect(await readdir(temporary)).toEqual([]);
  });

  it('that breaks off is refused and leaves nothing behind', async () => {
    const stdin = Readable.from(
      (async function* () {
        yield Buffer.from(HEADER);
        throw new Error('gone');
      })(),
    );
    const { message, error } = await failure(openInventory({ path: '-', stdin }));
    expect(message).toBe('stdin: broke off before its end');
    expect(error.cause).toBeInstanceOf(Error);
    expect(await readdir(temporary)).toEqual([]);
  });

  it('that can not be kept says where and why', async () => {
    vi.stubEnv('TMPDIR', join(temporary, 'nowhere'));
    const { error } = await failure(openInventory({ path: '-', stdin: Readable.from([HEADER]) }));
    expect(error.message).toContain("stdin: can't be kept in the directory for temporary files, ");
    expect(error.message).toMatch(/nowhere: there is no such directory$/);
    expect(error.hint).toContain('TMPDIR');
  });

  it.skipIf(process.platform === 'win32')('with a name is read twice like stdin', async () => {
    await withDirectory(async (directory) => {
      const path = join(directory, 'fifo');
      await run('mkfifo', [path]);
      const [source] = await Promise.all([openInventory({ path }), writeFile(path, `${HEADER}1000,x\n`)]);
      expect(source.name).toBe(path);
      for (let pass = 0; pass < 2; pass++) expect(await collect(source)).toHaveLength(1);
      await source.close();
    });
  });

  it.skipIf(process.platform === 'win32')('that is no device for reading text is empty', async () => {
    expect((await failure(openInventory({ path: '/dev/null' }))).message).toBe('null: is empty');
  });
});
