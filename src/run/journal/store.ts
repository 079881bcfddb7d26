import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '../make-folder.js';
import { JournalError, readProblem, writeProblem } from './errors.js';

/** One journal of the state folder. */
export interface StoredJournal {
  readonly run: string;
  readonly path: string;
  readonly bytes: number;
  readonly modified: Date;
}

const SUFFIX = '.jsonl';

/**
 * `20261125-073201-3f9a`: sorts by time, which is local, as its user types it.
 * @param folder of whose journals none must have that name: of those that begin in the same second, two may come to the same one
 */
export function newRunId(now: Date, folder?: string): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  const date = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  for (;;) {
    const run = `${date}-${time}-${randomBytes(2).toString('hex')}`;
    if (folder === undefined || !existsSync(journalPath(folder, run))) return run;
  }
}

/** Where the journal of a run is. */
export function journalPath(folder: string, run: string): string {
  return join(folder, 'runs', run + SUFFIX);
}

/**
 * Makes a folder that nobody else may write to.
 * @throws JournalError
 */
export async function ensureFolder(path: string): Promise<void> {
  try {
    await makeFolder(path);
    const { mode } = await stat(path);
    if ((mode & 0o022) === 0 || process.platform === 'win32') return;
  } catch (error) {
    throw writeProblem(path, error);
  }
  throw new JournalError(`the folder ${path} can be written to by other users of this machine`, `chmod go-w ${path}`);
}

/**
 * The path of a journal: of a run by its id or the beginning of it, of the newest by `last`, or what is a path already.
 * @param hint what shows which runs there are
 * @throws JournalError
 */
export async function findJournal(folder: string, text: string, hint = 'phonectl run list'): Promise<string> {
  if (text.includes('/') || text.endsWith(SUFFIX)) return text;
  return pickRun(await listJournals(folder), text, { place: join(folder, 'runs'), hint }).path;
}

/**
 * The run that is meant by its id or the beginning of it; by `last`, the first of those that there are.
 * @param options.place where they are, and `hint` what shows them
 * @throws JournalError
 */
export function pickRun<T extends { readonly run: string }>(
  runs: readonly T[],
  text: string,
  { place, hint }: { readonly place: string; readonly hint: string },
): T {
  const [newest] = runs;
  if (text === 'last' && newest) return newest;
  const found = runs.filter(({ run }) => run.startsWith(text) && text !== '');
  const exact = found.find(({ run }) => run === text) ?? (found.length === 1 ? found[0] : undefined);
  if (exact) return exact;
  if (found.length > 1) {
    const names = found.slice(0, 5).map(({ run }) => run);
    throw new JournalError(`${found.length} runs begin with "${text}": ${names.join(', ')}`, 'more of its id');
  }
  const near = runs.slice(0, 3).map(({ run }) => run);
  const there = near.length > 0 ? `the newest are ${near.join(', ')}` : `there is none in ${place}`;
  throw new JournalError(`there is no run "${text}"; ${there}`, hint);
}

/** The journals of a state folder, those first that were written to last. */
export async function listJournals(folder: string): Promise<StoredJournal[]> {
  const runs = join(folder, 'runs');
  const names = await readdir(runs).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw readProblem(runs, error);
  });
  const found = names.map(async (name): Promise<StoredJournal[]> => {
    const path = join(runs, name);
    const file = name.endsWith(SUFFIX) ? await stat(path).catch(() => undefined) : undefined;
    if (!file?.isFile()) return [];
    return [{ run: name.slice(0, -SUFFIX.length), path, bytes: file.size, modified: file.mtime }];
  });
  return (await Promise.all(found)).flat().sort((a, b) => b.modified.getTime() - a.modified.getTime());
}

/**
 * Deletes the journals that nothing has been written to for so long, and the copies of their phones.
 * @param options.isInUse whether a run is writing to a journal
 */
export async function pruneJournals(
  folder: string,
  { olderThanMs, now, isInUse }: { olderThanMs: number; now: Date; isInUse: (path: string) => Promise<boolean> },
): Promise<{ removed: { run: string; bytes: number }[] }> {
  const removed: { run: string; bytes: number }[] = [];
  for (const { run, path, bytes, modified } of await listJournals(folder)) {
    if (now.getTime() - modified.getTime() <= olderThanMs || (await isInUse(path))) continue;
    await rm(path, { force: true });
    await rm(`${path.slice(0, -SUFFIX.length)}.csv`, { force: true });
    removed.push({ run, bytes });
  }
  return { removed };
}
