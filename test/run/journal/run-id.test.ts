import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { journalPath, newRunId } from '../../../src/run/journal/store.js';
import { withFolder } from '../../support/lab.js';

const drawn = ['3f9a', '3f9a', '71c0'];
vi.mock('node:crypto', async (original) => ({
  ...(await original<typeof import('node:crypto')>()),
  randomBytes: () => Buffer.from(drawn.shift() ?? '', 'hex'),
}));

it('the id of a run is none that a journal has, although the same digits may be drawn in the same second', async () => {
  await withFolder({}, async (folder) => {
    mkdirSync(`${folder}/runs`);
    const now = new Date('2026-11-25T07:32:01Z');
    const first = newRunId(now, folder);
    writeFileSync(journalPath(folder, first), '');
    const second = newRunId(now, folder);
    expect([first, second].map((run) => run.slice(-5))).toEqual(['-3f9a', '-71c0']);
    expect(drawn).toEqual([]);
  });
});
