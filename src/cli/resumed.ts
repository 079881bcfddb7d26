import { stateFolder } from '../config/state.js';
import { readHead } from '../run/journal/reader.js';
import type { RunRecord } from '../run/journal/record.js';
import { findJournal } from '../run/journal/store.js';
import { EXIT } from './exit-codes.js';
import { Failure } from './failure.js';
import { copyPath } from './phones-copy.js';

/** The run that a command goes on with. */
export interface Resumed {
  readonly path: string;
  readonly head: RunRecord;
  /** The copy of its phones, if they can't be read again from where they came. */
  readonly copy: string | undefined;
}

/**
 * That others carry out a run means that nothing of it is sent from here: some of its phones would be told twice.
 * @throws Failure
 */
export function judgeResumable({ run, via }: RunRecord): void {
  if (via === undefined) return;
  throw new Failure(`run ${run} was handed to the workers of ${via}; nothing of it is sent from here`, EXIT.input, {
    hint: `phonectl run follow ${run} --via ${via}`,
  });
}

/** @throws JournalError, Failure if there is no such run, or none to be gone on with */
export async function findResumed(run: string): Promise<Resumed> {
  const path = await findJournal(stateFolder(process.env), run);
  const head = await readHead(path);
  judgeResumable(head);
  const hasCopy = head.source === 'pipe' || head.source === 'registrations';
  return { path, head, copy: hasCopy ? copyPath(path) : undefined };
}
