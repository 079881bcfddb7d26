import { stateFolder } from '../config/state.js';
import { readHead } from '../run/journal/reader.js';
import type { RunRecord } from '../run/journal/record.js';
import { findJournal } from '../run/journal/store.js';
import { copyPath } from './phones-copy.js';

/** The run that a command goes on with. */
export interface Resumed {
  readonly path: string;
  readonly head: RunRecord;
  /** The copy of its phones, if they can't be read again from where they came. */
  readonly copy: string | undefined;
}

/** @throws JournalError if there is no such run */
export async function findResumed(run: string): Promise<Resumed> {
  const path = await findJournal(stateFolder(process.env), run);
  const head = await readHead(path);
  const hasCopy = head.source === 'pipe' || head.source === 'registrations';
  return { path, head, copy: hasCopy ? copyPath(path) : undefined };
}
