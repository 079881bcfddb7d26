import { chmodSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  ensureFolder,
  findJournal,
  journalPath,
  listJournals,
  newRunId,
  pruneJournals,
} from '../../../src/run/journal/store.js';
import { withFolder } from '../../support/lab.js';

const NOW = new Date('2026-11-25T07:32:01Z');
const DAY = 86_400_000;

/** A state folder with journals of so many days ago. */
function withJournals<T>(ages: Readonly<Record<string, number>>, use: (folder: string) => Promise<T>): Promise<T> {
  return withFolder({}, (folder) => {
    mkdirSync(`${folder}/runs`);
    for (const [name, days] of Object.entries(ages)) {
      writeFileSync(`${folder}/runs/${name}`, 'x'.repeat(10));
      const at = new Date(NOW.getTime() - days * DAY);
      utimesSync(`${folder}/runs/${name}`, at, at);
    }
    return use(folder);
  });
}

describe('the id of a run', () => {
  it('sorts by its time, and is not the same twice', () => {
    const ids = Array.from({ length: 20 }, () => newRunId(NOW));
    for (const id of ids) expect(id).toMatch(/^2026\d{4}-\d{6}-[0-9a-f]{4}$/);
    expect(new Set(ids).size).toBeGreaterThan(15);
    expect(newRunId(new Date(NOW.getTime() + 1000)) > (ids[0] ?? '').slice(0, 15)).toBe(true);
  });
});

describe('a journal', () => {
  const FILES = { '20261125-01-aaaa.jsonl': 0, '20261125-02-bbbb.jsonl': 2, '20261001-01-cccc.jsonl': 55 };

  it.each([
    ['20261001-01-cccc', '20261001-01-cccc'],
    ['202610', '20261001-01-cccc'],
    ['last', '20261125-01-aaaa'],
  ])('is found by %s', async (text, run) => {
    await withJournals(FILES, async (folder) => expect(await findJournal(folder, text)).toBe(journalPath(folder, run)));
  });

  it('is what a path says', async () => {
    expect(await findJournal('/nowhere', './my.jsonl')).toBe('./my.jsonl');
    expect(await findJournal('/nowhere', 'my.jsonl')).toBe('my.jsonl');
  });

  it.each([
    ['20261125', '2 runs begin with "20261125": 20261125-01-aaaa, 20261125-02-bbbb'],
    ['2025', 'there is no run "2025"; the newest are 20261125-01-aaaa, 20261125-02-bbbb, 20261001-01-cccc'],
    ['', 'there is no run ""'],
    ['..', 'there is no run ".."'],
  ])('is not found by "%s", and it is said why', async (text, problem) => {
    await withJournals(FILES, (folder) => expect(findJournal(folder, text)).rejects.toThrow(problem));
  });

  it('is listed with its size, the latest first; other files are not', async () => {
    await withJournals({ ...FILES, 'notes.txt': 1, '20261125-01-aaaa.csv': 1 }, async (folder) => {
      expect((await listJournals(folder)).map(({ run, bytes }) => `${run} ${bytes}`)).toEqual([
        '20261125-01-aaaa 10',
        '20261125-02-bbbb 10',
        '20261001-01-cccc 10',
      ]);
    });
    expect(await listJournals('/nowhere')).toEqual([]);
  });

  it('is deleted when it is old, with the copy of its phones', async () => {
    await withJournals(
      { ...FILES, '20261001-01-cccc.csv': 0, '20261001-02-dddd.jsonl': 55, 'notes.txt': 90 },
      async (folder) => {
        const { removed } = await pruneJournals(folder, {
          olderThanMs: 30 * DAY,
          now: NOW,
          isInUse: (path) => Promise.resolve(path.includes('dddd')),
        });
        expect(removed).toEqual([{ run: '20261001-01-cccc', bytes: 10 }]);
        expect(readdirSync(`${folder}/runs`).sort()).toEqual([
          '20261001-02-dddd.jsonl',
          '20261125-01-aaaa.jsonl',
          '20261125-02-bbbb.jsonl',
          'notes.txt',
        ]);
      },
    );
  });
});

describe('the folder of journals', () => {
  it('is made for its owner alone, and refused where others may write', async () => {
    await withFolder({}, async (folder) => {
      await ensureFolder(`${folder}/a/b`);
      expect(statSync(`${folder}/a/b`).mode & 0o777).toBe(0o700);
      chmodSync(`${folder}/a/b`, 0o777);
      await expect(ensureFolder(`${folder}/a/b`)).rejects.toThrow('can be written to by other users');
    });
  });

  it('says so where none can be made', async () => {
    await withFolder({ file: '' }, async (folder) => {
      await expect(ensureFolder(`${folder}/file/a/b`)).rejects.toThrow('it is not a folder');
      await expect(ensureFolder('/proc/nowhere/a')).rejects.toThrow('/proc/nowhere/a');
    });
  });
});
