import { basename, join } from 'node:path';
import { stateFolder } from '../config/state.js';
import type { PhoneSource } from '../inventory/phone.js';
import { Journal } from '../run/journal/journal.js';
import { Past } from '../run/journal/past.js';
import { readJournal } from '../run/journal/reader.js';
import { type Fingerprint, JOURNAL_SCHEMA, type RunRecord } from '../run/journal/record.js';
import { ensureFolder, findJournal, journalPath, newRunId } from '../run/journal/store.js';
import type { EarlierParts } from '../run/run.js';
import { EXIT } from './exit-codes.js';
import { Failure } from './failure.js';
import { changesSince, fingerprints } from './fingerprints.js';
import { judgeRetry } from './judge.js';
import { lockJournal } from './locks.js';
import { copyPath, saveCopy } from './phones-copy.js';
import type { Resumed } from './resumed.js';
import { currentFolder, settings, substanceOf, substances } from './settings.js';
import type { Task, Undertaking } from './task.js';

/** What a run writes down, and what its earlier parts did. */
export interface Keeping {
  readonly journal: Journal;
  /** How `run resume` calls it. */
  readonly run: string;
  readonly head: RunRecord;
  readonly earlier: EarlierParts | undefined;
  /** Lets others go on with it. */
  release(): Promise<void>;
}

export interface KeepingOptions {
  readonly task: Undertaking;
  readonly phones: PhoneSource;
  readonly source: RunRecord['source'];
  readonly count: number;
  readonly servers: readonly { readonly name: string; readonly host: string; readonly port: number }[];
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
  const set = await settings();
  const made = await fingerprints({
    inventory: source === 'file' ? inventory : undefined,
    bodyFile,
    catalog,
    settings: substanceOf(set),
    bySetting: substances(set),
    servers: options.servers,
  });
  if (resumed) return goOn(options, resumed, made);
  const run = newRunId(new Date(), stateFolder(process.env));
  const path = await pathOf(task, run);
  const head = { ...headOf(options, run), args: await pinned(task.argv), fingerprints: made };
  const journal = await Journal.create(path, head);
  try {
    if (source === 'pipe' || source === 'registrations') await saveCopy(options.phones, copyPath(path));
  } catch (error) {
    await journal.abandon();
    throw error;
  }
  const { release } = await lockJournal(path, run);
  return { journal, run: task.flags.journal ?? run, head, earlier: undefined, release };
}

async function goOn(options: KeepingOptions, { path, head }: Resumed, made: readonly Fingerprint[]): Promise<Keeping> {
  const { order, flags } = options.task;
  const servers = options.servers.map(({ name }) => name);
  if (head.servers.join() !== servers.join()) {
    throw new Failure(
      `run ${head.run} went through ${head.servers.join(', ')}, and now it would go through ${servers.join(', ')}`,
      EXIT.input,
      { hint: 'set PHONECTL_HOST and PHONECTL_PORT as they were, or unset them' },
    );
  }
  const changed = changesSince(await lastFingerprints(path, head), made);
  if (changed.length > 0 && !flags['accept-changes']) {
    throw new Failure(`since run ${head.run} was at work, this has changed: ${changed.join(', ')}`, EXIT.input, {
      hint: 'what is sent now would differ from what was sent; if that is meant: --accept-changes',
    });
  }
  const retryUnknown = flags['retry-unknown'] ?? false;
  judgeRetry(order, retryUnknown);
  const byRow = !changed.some((what) => what.startsWith('inventory'));
  const past = await Past.read(path, byRow);
  const isStored = path === journalPath(stateFolder(process.env), head.run);
  const journal = await Journal.goOn(path, { byRow, fingerprints: made });
  return {
    journal,
    run: isStored ? head.run : path,
    head,
    earlier: { past, retryUnknown },
    release: () => Promise.resolve(),
  };
}

/** What the last part of a run was made of. */
async function lastFingerprints(path: string, head: RunRecord): Promise<readonly Fingerprint[]> {
  let last = head.fingerprints;
  for await (const record of readJournal(path)) if (record.kind === 'resumed') last = record.fingerprints;
  return last;
}

/** Where the journal of a new run is to be, in a folder that is there. @throws JournalError */
export async function pathOf({ flags }: Task, run: string): Promise<string> {
  if (flags.journal !== undefined) return flags.journal;
  const folder = stateFolder(process.env);
  await ensureFolder(join(folder, 'runs'));
  return journalPath(folder, run);
}

/** The arguments as they are to be read later: `last` will be another run by then. */
export async function pinned(args: readonly string[]): Promise<string[]> {
  const isLast = (word: string, index: number) => word === 'last' && args[index - 1] === '--failed-from';
  if (!args.some(isLast) && !args.includes('--failed-from=last')) return [...args];
  const last = basename(await findJournal(stateFolder(process.env), 'last'), '.jsonl');
  return args.map((word, index) => {
    if (word === '--failed-from=last') return `--failed-from=${last}`;
    return isLast(word, index) ? last : word;
  });
}

function headOf(
  { task, source, count, servers }: KeepingOptions,
  run: string,
): Omit<RunRecord, 'fingerprints' | 'args'> {
  const { command, flags } = task;
  return {
    kind: 'run',
    schema: JOURNAL_SCHEMA,
    run,
    command,
    cwd: currentFolder(),
    version: task.version,
    started: task.began.toISOString(),
    servers: servers.map(({ name }) => name),
    evidence: flags.evidence ?? 'accepted',
    source,
    phones: count,
  };
}
