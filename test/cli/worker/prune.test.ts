import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pruneWork } from '../../../src/cli/worker/prune.js';
import { withFolder } from '../../support/lab.js';

const DAY_S = 86_400;

it('what a worker has written is removed once the queue has forgotten its run, and not before', async () => {
  await withFolder({}, async (folder) => {
    const now = Date.now() / 1000;
    writeFileSync(join(folder, 'old.jsonl'), '');
    writeFileSync(join(folder, 'new.jsonl'), '');
    mkdirSync(join(folder, 'templates-old'));
    writeFileSync(join(folder, 'templates-old', 'a.hbs'), '');
    for (const name of ['old.jsonl', 'templates-old']) utimesSync(join(folder, name), now, now - 31 * DAY_S);
    utimesSync(join(folder, 'new.jsonl'), now, now - 29 * DAY_S);
    await pruneWork(folder, now * 1000);
    expect(readdirSync(folder)).toEqual(['new.jsonl']);
    await pruneWork(join(folder, 'nowhere'), now * 1000);
  });
});
