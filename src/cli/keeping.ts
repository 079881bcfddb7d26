import { join } from 'node:path';
import { stateFolder } from '../config/state.js';
import type { PhoneSource } from '../inventory/phone.js';
import { Journal } from '../run/journal/journal.js';
import { Past } from '../run/journal/past.js';
import { readHead } from '../run/journal/reader.js';
import { JOURNAL_SCHEMA, type RunRecord } from '../run/journal/record.js';
import { ensureFolder, findJournal, journalPath, newRunId } from '../run/journal/store.js';
import type { EarlierParts } from '../run/run.js';
import { EXIT } from './exit-codes.js';
import { Failure } from './failure.js';
import { changesSince, fingerprints } from './fingerprints.js';
import { judgeRetry } from './judge.js';
import { copyPath, saveCopy } from './phones-copy.js';
import type { Task } from './task.js';

/** The run that a command goes on with. */
export interface Resumed {
  readonly path: string;
  readonly head: RunRecord;
  /** The copy of its phones, if they can't be read again from where they came. */
  readonly copy: string | undefined;
}

/** What a run writes down, and what its earlier parts did. */
export interface Keeping {
  readonly journal: Journal;
  /** How `run resume` calls it. */
  readonly run: string;
  readonly head: RunRecord;
  readonly earlier: EarlierParts | undefined;
}

/** @throws JournalError if there is no such run */
export async function findResumed(run: string): Promise<Resumed> {
  const path = await findJournal(stateFolder(process.env), run);
  const head = await readHead(path);
  const hasCopy = head.source === 'pipe' || head.source === 'registrations';
  return { path, head, copy: hasCopy ? copyPath(path) : undefined };
}

export interface KeepingOptions {
  readonly task: Task;
  readonly phones: PhoneSource;
  readonly source: RunRecord['source'];
  readonly count: number;
  readonly servers: readonly string[];
  readonly resumed: Resumed | undefined;
}

/**
 * Opens the journal of a run, new or gone on with, before anything is sent.
 * @throws JournalError, ConfigError, Failure
 */
export async function keep(options: KeepingOptions): Promise<Keeping> {
  const { task, source, resumed } = options;
  const inventory = resumed?.copy ?? (source === 'file' ? task.flags.inventory : undefined);
  const { bodyFile, catalog } = task;
  const made = await fingerprints({ inventory: source === 'file' ? inventory : undefined, bodyFile, catalog });
  if (resumed) return goOn(task, resumed, changesSince(resumed.head.fingerprints, made));
  const run = newRunId(new Date());
  const path = await pathOf(task, run);
  const head = { ...headOf(options, run), fingerprints: made };
  const journal = await Journal.create(path, head);
  try {
    if (source === 'pipe' || source === 'registrations') await saveCopy(options.phones, copyPath(path));
  } catch (error) {
    await journal.abandon();
    throw error;
  }
  return { journal, run: task.flags.journal ?? run, head, earlier: undefined };
}

async function goOn({ order, flags }: Task, { path, head }: Resumed, changed: readonly string[]): Promise<Keeping> {
  if (changed.length > 0 && !flags['accept-changes']) {
    throw new Failure(`since run ${head.run} began, this has changed: ${changed.join(', ')}`, EXIT.input, {
      hint: 'what is sent now would differ from what was sent; if that is meant: --accept-changes',
    });
  }
  const retryUnknown = flags['retry-unknown'] ?? false;
  judgeRetry(order, retryUnknown);
  const byRow = head.source !== 'registrations' && !changed.some((what) => what.startsWith('inventory'));
  const past = await Past.read(path, byRow);
  return {
    journal: await Journal.goOn(path, Date.now()),
    run: flags.resume ?? head.run,
    head,
    earlier: { past, retryUnknown },
  };
}

async function pathOf({ flags }: Task, run: string): Promise<string> {
  if (flags.journal !== undefined) return flags.journal;
  const folder = stateFolder(process.env);
  await ensureFolder(join(folder, 'runs'));
  return journalPath(folder, run);
}

function headOf({ task, source, count, servers }: KeepingOptions, run: string): Omit<RunRecord, 'fingerprints'> {
  const { command, argv, flags } = task;
  return {
    kind: 'run',
    schema: JOURNAL_SCHEMA,
    run,
    command,
    args: argv,
    cwd: process.cwd(),
    version: task.version,
    started: new Date().toISOString(),
    servers,
    evidence: flags.evidence ?? 'accepted',
    source,
    phones: count,
  };
}
