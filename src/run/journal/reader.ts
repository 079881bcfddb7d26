import { type FileHandle, open } from 'node:fs/promises';
import { JournalError, readProblem } from './errors.js';
import { isRecord } from './is-record.js';
import { JOURNAL_SCHEMA, type JournalRecord, type RunRecord } from './record.js';

/** No record is longer, characters: a file with such a line is no journal. */
const MAX_LINE = 1 << 20;

/**
 * The records of a journal, in the order in which they were written. The process that wrote it may have been killed in the
 * middle of a line, and another may have gone on behind it: what is no whole record is passed over. Of an intent that
 * broke off the order was never written, as that waits for the whole line.
 * @throws JournalError if it can't be read, or is no journal
 */
export async function* readJournal(path: string): AsyncGenerator<JournalRecord, void, undefined> {
  let file: FileHandle;
  try {
    file = await open(path, 'r');
  } catch (error) {
    throw readProblem(path, error);
  }
  try {
    let isFirst = true;
    for await (const line of file.readLines({ autoClose: false })) {
      if (line.length > MAX_LINE) throw new JournalError(`${path} is no journal of phonectl: a line is too long`);
      const record = parse(line);
      if (isFirst && record?.kind !== 'run') throw new JournalError(`${path} is no journal of phonectl`);
      isFirst = false;
      if (record) yield record;
    }
    if (isFirst) throw new JournalError(`${path} is empty: its run never began`);
  } finally {
    await file.close();
  }
}

/** What a run was, from the first line of its journal. @throws JournalError */
export async function readHead(path: string): Promise<RunRecord> {
  for await (const record of readJournal(path)) {
    if (record.kind !== 'run') break;
    if (record.schema === JOURNAL_SCHEMA) return record;
    throw new JournalError(`the journal ${path} was written by phonectl ${record.version}, and this one can't read it`);
  }
  throw new JournalError(`${path} is no journal of phonectl`);
}

function parse(line: string): JournalRecord | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
