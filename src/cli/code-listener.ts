import type { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { join } from 'node:path';
import { readCodes } from '../config/codes.js';
import { stateFolder } from '../config/state.js';
import { type OutboundCall, type OutboundServer, serverName } from '../esl/index.js';
import type { Catalog } from '../payload/catalog.js';
import { ACTIONS } from '../run/codes/actions.js';
import { Attendant } from '../run/codes/attendant.js';
import { IDENTITIES } from '../run/codes/caller.js';
import { Limiter } from '../run/codes/limiter.js';
import { Switches } from '../run/codes/switches.js';
import type { CodeEntry } from '../run/codes/visit.js';
import { JournalError } from '../run/journal/errors.js';
import { Journal } from '../run/journal/journal.js';
import { JOURNAL_SCHEMA } from '../run/journal/record.js';
import { ensureFolder, journalPath, newRunId } from '../run/journal/store.js';
import { listening } from './esl/listening.js';
import { EXIT } from './exit-codes.js';
import { Failure } from './failure.js';
import { sha256Of } from './fingerprints.js';
import { lockJournal } from './locks.js';
import { plural } from './plural.js';
import { repeatedTexts } from './repeats.js';
import { currentFolder } from './settings.js';

export interface CodeListenerOptions {
  /** The path of the file with the codes. */
  readonly file: string;
  readonly host: string;
  readonly port: number;
  readonly argv: readonly string[];
  /** Of phonectl. */
  readonly version: string;
  readonly catalog: Catalog;
  /** Ends it, once the calls that there are have been had. */
  readonly signal: AbortSignal;
  readonly onReady: (ready: { readonly address: string; readonly codes: number; readonly run: string }) => void;
  readonly onEntry: (entry: CodeEntry) => void;
  /** Hears of what was no call, and of what went wrong with one. */
  readonly onProblem: (problem: string) => void;
}

/** It writes its journal where those of all runs are. */
const ELSEWHERE = 'make room, or keep journals elsewhere: XDG_STATE_HOME=FOLDER';
/** How long calls may take to come to their end, when listening does; longer than any sound, milliseconds. */
const LONGEST_END_MS = 30_000;
/** What takes no longer is not talked about, milliseconds. */
const SHORT_END_MS = 1000;

/**
 * Waits for calls to feature codes until it is told to end.
 * @throws ConfigError, Failure if the address can't be used, JournalError
 */
export async function listenForCodes(options: CodeListenerOptions): Promise<void> {
  const { file, host, port, catalog, signal, onReady, onEntry, onProblem } = options;
  const { codes, identity, limit, sounds, bytes } = await readCodes(file, { actions: ACTIONS, identities: IDENTITIES });
  const switches = new Switches(join(stateFolder(process.env), 'switches'));
  // Whoever reaches the port can make one, as often as he likes.
  const problems = repeatedTexts(onProblem);
  const over = new AbortController();
  let failure: unknown;
  let begun: Promise<Begun> | undefined;
  const server = await listening({
    host,
    port,
    onCall: async (call) => (await begun)?.attendant.attend(call),
    onError: (error, call) => {
      if (!(error instanceof JournalError)) return problems.tell({ times: 1, text: problemOf(error, call) });
      // An order that is in no journal may not be sent, so no call can be had any more.
      failure ??= new Failure(error.message, EXIT.internal, { hint: ELSEWHERE });
      over.abort();
    },
  });
  const address = serverName(server.host, server.port);
  // In the same turn, so before the first call.
  begun = begin(options, bytes, address).then((kept) => {
    const limiter = new Limiter(limit);
    const { journal } = kept;
    return {
      ...kept,
      attendant: new Attendant({ codes, identity, limiter, switches, catalog, journal, sounds, onEntry }),
    };
  });
  const { run, journal, release } = await begun.catch(async (error: unknown) => {
    await server.destroy();
    // Nobody has called yet.
    throw error instanceof JournalError ? new Failure(error.message, EXIT.input, { hint: ELSEWHERE }) : error;
  });
  onReady({ address, codes: codes.size, run });
  const ended = AbortSignal.any([signal, over.signal]);
  if (!ended.aborted) await once(ended, 'abort');
  await drain(server, onProblem);
  problems.end();
  const { leftOut } = (await begun).attendant;
  if (leftOut > 0) onProblem(`${plural(leftOut, 'more call')} refused without a word, in no journal`);
  const ending = journal.end(failure === undefined ? EXIT.ok : EXIT.internal).finally(release);
  if (failure === undefined) return ending;
  // Why it can't be written is known already.
  await ending.catch(() => {});
  throw failure;
}

/** Lets the calls that there are come to their end, unless that takes too long. */
async function drain(server: OutboundServer, onProblem: (problem: string) => void): Promise<void> {
  const told = setTimeout(() => {
    if (server.calls.length > 0)
      onProblem(`waiting for ${plural(server.calls.length, 'call')} to end; once more ends at once`);
  }, SHORT_END_MS);
  const late = setTimeout(() => void server.destroy(), LONGEST_END_MS);
  await server.close();
  clearTimeout(told);
  clearTimeout(late);
}

interface Begun {
  readonly run: string;
  readonly journal: Journal;
  readonly attendant: Attendant;
  release(): Promise<void>;
}

async function begin({ argv, version, file }: CodeListenerOptions, codes: Buffer, address: string) {
  const folder = stateFolder(process.env);
  await ensureFolder(join(folder, 'runs'));
  const run = newRunId(new Date(), folder);
  const path = journalPath(folder, run);
  const journal = await Journal.create(path, {
    kind: 'run',
    schema: JOURNAL_SCHEMA,
    run,
    command: 'listen',
    args: argv,
    cwd: currentFolder(),
    version,
    started: new Date().toISOString(),
    servers: [address],
    evidence: 'accepted',
    source: 'calls',
    phones: 0,
    fingerprints: [{ what: 'codes', path: file, sha256: sha256Of(codes) }],
  });
  const { release } = await lockJournal(path, run);
  return { run, journal, release };
}

function problemOf(error: unknown, call: OutboundCall | undefined): string {
  const message = error instanceof Error ? error.message : String(error);
  return call ? `call ${call.uuid}: ${message}` : message;
}
