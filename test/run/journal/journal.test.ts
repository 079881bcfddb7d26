import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { JournalError } from '../../../src/run/journal/errors.js';
import { Journal } from '../../../src/run/journal/journal.js';
import { readHead, readJournal } from '../../../src/run/journal/reader.js';
import type { JournalRecord } from '../../../src/run/journal/record.js';
import { DUPLICATE } from '../../../src/run/outcome.js';
import { withFolder } from '../../support/lab.js';
import { head, outcome, subject } from './support.js';

const TRAITS = { device: null, model: null, firmware: null };

async function recordsIn(path: string): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for await (const record of readJournal(path)) records.push(record);
  return records;
}

describe('a journal', () => {
  it('has an intent on the disk before whoever waits for it goes on', async () => {
    await withFolder({}, async (folder) => {
      const path = `${folder}/j.jsonl`;
      const journal = await Journal.create(path, head());
      const written = await Promise.all(
        Array.from({ length: 50 }, async (_, row) => {
          await journal.intent(subject(row), TRAITS);
          return readFileSync(path, 'utf8').includes(`"row":${row},`);
        }),
      );
      expect(written.every(Boolean)).toBe(true);
      journal.outcome(outcome(3), TRAITS);
      await journal.end(5);
      const kinds = (await recordsIn(path)).map(({ kind }) => kind);
      expect([kinds.length, kinds[0], kinds.at(-2), kinds.at(-1)]).toEqual([53, 'run', 'outcome', 'end']);
    });
  });

  it('is its owner’s alone', async () => {
    await withFolder({}, async (folder) => {
      await (await Journal.create(`${folder}/j.jsonl`, head())).abandon();
      expect(statSync(`${folder}/j.jsonl`).mode & 0o777).toBe(0o600);
    });
  });

  it('does not write over another one, but over one that never began', async () => {
    await withFolder(
      { begun: `${JSON.stringify(head())}\n`, torn: '{"kind":"run","sch', other: 'my novel' },
      async (folder) => {
        await expect(Journal.create(`${folder}/begun`, head())).rejects.toThrow('there is such a file already');
        await expect(Journal.create(`${folder}/other`, head())).rejects.toThrow('there is such a file already');
        await (await Journal.create(`${folder}/torn`, head())).abandon();
        expect((await readHead(`${folder}/torn`)).run).toBe(head().run);
      },
    );
  });

  it('that can’t be written says so before anything is sent', async () => {
    await expect(Journal.create('/dev/full', head())).rejects.toThrow(JournalError);
    await expect(Journal.create('/nowhere/j', head())).rejects.toThrow(
      "the journal /nowhere/j can't be written: there is no such folder",
    );
  });

  it('is not begun where there is no room for all of it', async () => {
    await withFolder({}, async (folder) => {
      const path = `${folder}/j.jsonl`;
      await expect(Journal.create(path, head({ phones: 1e15 }))).rejects.toThrow(
        /needs some \d+ MiB, and its disk has/,
      );
      expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
    });
  });

  it('leaves out an AOR that was typed twice: its first outcome counts', async () => {
    await withFolder({}, async (folder) => {
      const path = `${folder}/j.jsonl`;
      const journal = await Journal.create(path, head());
      journal.outcome(outcome(null, { outcome: 'skipped', reason: DUPLICATE }), TRAITS);
      journal.outcome(outcome(7, { outcome: 'skipped', reason: DUPLICATE }), TRAITS);
      await journal.end(0);
      expect((await recordsIn(path)).filter(({ kind }) => kind === 'outcome')).toHaveLength(1);
    });
  });

  it('goes on behind a line that broke off', async () => {
    await withFolder({}, async (folder) => {
      const path = `${folder}/j.jsonl`;
      writeFileSync(path, `${JSON.stringify(head())}\n{"kind":"intent","aor":"10`);
      const journal = await Journal.goOn(path, { byRow: true, fingerprints: [] });
      await journal.intent(subject(1), TRAITS);
      await journal.end(0);
      expect((await recordsIn(path)).map(({ kind }) => kind)).toEqual(['run', 'resumed', 'intent', 'end']);
    });
  });
});

describe('what is no journal', () => {
  it.each([
    ['an empty file', '', 'is empty'],
    ['another text', 'hello\nworld\n', 'is no journal of phonectl'],
    ['other JSON lines', '{"a":1}\n', 'is no journal of phonectl'],
    ['one without its first line', `${JSON.stringify(outcome(1))}\n`, 'is no journal of phonectl'],
    [
      'one of a later phonectl',
      `${JSON.stringify({ ...head(), schema: 2, version: '9.9.9' })}\n`,
      'written by phonectl 9.9.9',
    ],
  ])('is not read: %s', async (_name, text, problem) => {
    await withFolder({ j: text }, async (folder) => {
      await expect(readHead(`${folder}/j`)).rejects.toThrow(problem);
    });
  });

  it('is not read: a file that is not there', async () => {
    await expect(readHead('/nowhere/j')).rejects.toThrow(JournalError);
  });
});
