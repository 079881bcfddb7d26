import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { keepPruned, pruneWork } from '../../../src/cli/worker/prune.js';
import { withFolder } from '../../support/lab.js';

const DAY_S = 86_400;

/** Makes a file look as if it had been written so many days ago. */
function age(path: string, days: number): void {
  const then = Date.now() / 1000 - days * DAY_S;
  utimesSync(path, then, then);
}

it('what a worker has written is removed once the queue has forgotten its run, and not before', async () => {
  await withFolder({}, async (folder) => {
    for (const name of ['old.jsonl', 'new.jsonl', 'used.jsonl']) writeFileSync(join(folder, name), '');
    mkdirSync(join(folder, 'templates-old'));
    writeFileSync(join(folder, 'templates-old', 'a.hbs'), '');
    for (const name of ['old.jsonl', 'used.jsonl', 'templates-old']) age(join(folder, name), 31);
    age(join(folder, 'new.jsonl'), 29);
    await pruneWork(folder, Date.now(), new Set([join(folder, 'used.jsonl')]));
    expect(readdirSync(folder).sort()).toEqual(['new.jsonl', 'used.jsonl']);
    await pruneWork(join(folder, 'nowhere'), Date.now(), new Set());
  });
});

it('that is done again and again, as a worker may live for months', async () => {
  await withFolder({}, async (folder) => {
    const ending = new AbortController();
    const used = () => Promise.resolve(new Set<string>());
    const pruning = keepPruned({ folder, used, signal: ending.signal, everyMs: 5 });
    for (const name of ['one.jsonl', 'two.jsonl']) {
      writeFileSync(join(folder, name), '');
      age(join(folder, name), 31);
      await expect.poll(() => readdirSync(folder)).toEqual([]);
    }
    ending.abort();
    await pruning;
  });
});
