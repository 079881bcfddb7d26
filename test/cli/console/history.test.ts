import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { History, MOST_LINES, mayKeep } from '../../../src/cli/esl/console/history.js';
import { keepSecret } from '../../../src/cli/secrets.js';
import { withFolder } from '../../support/lab.js';

const NEVER = (text: string): void => {
  throw new Error(text);
};

describe('what was typed', () => {
  it('is there the next time, in a file of its owner only', async () => {
    await withFolder({}, async (folder) => {
      const path = join(folder, 'state/phonectl/history');
      const first = new History(path, NEVER);
      expect(await first.read()).toEqual([]);
      first.add('status');
      first.add('show calls');
      await first.written();
      expect((await stat(path)).mode & 0o777).toBe(0o600);
      expect(await new History(path, NEVER).read()).toEqual(['status', 'show calls']);
    });
  });

  it('is no longer for others to read, if it was', async () => {
    await withFolder({ history: 'status\n' }, async (folder) => {
      const path = join(folder, 'history');
      await writeFile(path, 'status\n', { mode: 0o644 });
      expect(await new History(path, NEVER).read()).toEqual(['status']);
      expect((await stat(path)).mode & 0o077).toBe(0);
    });
  });

  it('is kept up to the last lines, those of another console too', async () => {
    const lines = Array.from({ length: MOST_LINES - 1 }, (_, index) => `echo ${index}`);
    await withFolder({ history: `${lines.join('\n')}\n` }, async (folder) => {
      const path = join(folder, 'history');
      const [one, other] = [new History(path, NEVER), new History(path, NEVER)];
      expect(await one.read()).toHaveLength(MOST_LINES - 1);
      await other.read();
      one.add('one');
      await one.written();
      other.add('other');
      await other.written();
      one.add('one more');
      await one.written();
      const kept = (await readFile(path, 'utf8')).trimEnd().split('\n');
      expect(kept).toHaveLength(MOST_LINES);
      expect(kept.slice(-3)).toEqual(['one', 'other', 'one more']);
      expect((await stat(path)).mode & 0o777).toBe(0o600);
    });
  });

  it('that can not be kept is said once, and nothing else comes of it', async () => {
    await withFolder({ file: '' }, async (folder) => {
      const said: string[] = [];
      const history = new History(join(folder, 'file/history'), (text) => said.push(text));
      expect(await history.read()).toEqual([]);
      history.add('status');
      await history.written();
      expect(said).toEqual([expect.stringMatching(/^note: what is typed is not remembered: .*file/)]);
    });
  });
});

it.each([
  ['status', true],
  ['authorize me', true],
  ['', false],
  ['   ', false],
  ['auth ClueCon', false],
  [' AUTH ClueCon', false],
  ['userauth 1000@example.com:secret', false],
  ['api auth ClueCon', false],
  ['/auth ClueCon', false],
  ['/ auth ClueCon', false],
  ['bgapi auth ClueCon', false],
  ['log err the password is s3cret-pass', false],
])('%j is remembered: %j', (line, expected) => {
  keepSecret('s3cret-pass');
  expect(mayKeep(line)).toBe(expected);
});
