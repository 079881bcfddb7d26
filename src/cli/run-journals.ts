import { stat } from 'node:fs/promises';
import { stateFolder } from '../config/state.js';
import { rowKey } from '../run/journal/identity.js';
import { Past } from '../run/journal/past.js';
import { readHead, readJournal } from '../run/journal/reader.js';
import type { EndRecord, RunRecord } from '../run/journal/record.js';
import { findJournal, listJournals, pruneJournals } from '../run/journal/store.js';
import { type Counts, fellShort } from '../run/outcome.js';
import { isJournalInUse } from './locks.js';
import type { Standing } from './via/describe-standing.js';

/** A run as its journal tells of it. */
export interface RunSummary {
  readonly run: string;
  readonly path: string;
  readonly bytes: number;
  readonly head: RunRecord;
  /** How it ended the last time; undefined if it was killed, or is under way. */
  readonly end: EndRecord | undefined;
  readonly counts: Counts;
  /** Phones that did not get what was asked for. */
  readonly short: number;
  /** Rows of which nothing is known yet, where others carry it out. */
  readonly awaited: number;
  /** Where it stands, if the queue was asked. */
  readonly standing?: Standing | undefined;
}

/** One journal, opened to be read. */
export interface OpenRun {
  readonly path: string;
  readonly head: RunRecord;
  readonly past: Past;
  /** Of a run that others carry out: where it stands, if the queue was asked. */
  readonly standing?: Standing;
}

/** @param hint what to try if there is no such run @throws JournalError */
export async function openRun(run: string, hint?: string): Promise<OpenRun> {
  const path = await findJournal(stateFolder(process.env), run, hint);
  return { path, head: await readHead(path), past: await Past.read(path) };
}

/** @throws JournalError */
export async function summarise({ path, head, past, standing }: OpenRun): Promise<RunSummary> {
  const counts: Counts = {};
  let short = 0;
  const rows = new Set<string>();
  for await (const outcome of past.outcomes()) {
    counts[outcome.outcome] = (counts[outcome.outcome] ?? 0) + 1;
    if (fellShort(outcome, head.evidence)) short++;
    if (head.via !== undefined) rows.add(rowKey(outcome, true));
  }
  const { size } = await stat(path);
  const awaited = head.via === undefined ? 0 : Math.max(0, head.phones - rows.size);
  return { run: head.run, path, bytes: size, head, end: await endOf(path), counts, short, awaited, standing };
}

/** How a run ended, unless it went on after that. Of one of several parts no part knows how long it took. */
export async function endOf(path: string): Promise<EndRecord | undefined> {
  let end: EndRecord | undefined;
  let isWhole = true;
  for await (const record of readJournal(path)) {
    if (record.kind === 'resumed') isWhole = false;
    end = record.kind === 'end' ? record : undefined;
  }
  return end && !isWhole ? { ...end, ms: undefined } : end;
}

/** A run of the list: read no further than its first line and its last. */
export interface ListedRun {
  readonly run: string;
  readonly bytes: number;
  readonly modified: Date;
  /** Undefined for a file that is no journal of this version. */
  readonly head: RunRecord | undefined;
}

/** All runs of which there is a journal in the state folder, the newest first. */
export async function listRuns(): Promise<ListedRun[]> {
  const runs: ListedRun[] = [];
  for (const { run, path, bytes, modified } of await listJournals(stateFolder(process.env))) {
    runs.push({ run, bytes, modified, head: await readHead(path).catch(() => undefined) });
  }
  return runs;
}

/** Deletes the journals of runs that have not been written to for so long, milliseconds. */
export async function pruneRuns(olderThanMs: number): Promise<readonly { run: string; bytes: number }[]> {
  const { removed } = await pruneJournals(stateFolder(process.env), {
    olderThanMs,
    now: new Date(),
    isInUse: isJournalInUse,
  });
  return removed;
}
