import { createHash, randomBytes } from 'node:crypto';
import { link, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { systemCode, systemProblem } from '../inventory/errors.js';
import { show } from '../inventory/show.js';
import { JournalError } from './journal/errors.js';
import { makeFolder } from './make-folder.js';
import { type Clock, REAL_CLOCK } from './pace.js';

/** Who holds a lock. */
export interface LockHolder {
  readonly pid: number;
  /** In which boot of the machine its process was started, and when in it; null where that can't be known. */
  readonly started: string | null;
  /** The PID namespace that `pid` counts in: containers that share host name and kernel count apart. Null as above. */
  readonly space: string | null;
  readonly host: string;
  /** The run, or the command if it has no name. */
  readonly run: string;
  /** Since when, ISO 8601. */
  readonly since: string;
  /** Tells it from every other lock, of the same process too. */
  readonly token: string;
}

export interface LockOptions {
  readonly folder: string;
  /** What is locked; any text. */
  readonly name: string;
  readonly run: string;
  /** How long to wait for another holder, milliseconds; 0 is not at all. */
  readonly waitMs: number;
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
}

/** What all phones are called together that are registered, where a fleet is locked. */
export const REGISTRATIONS = 'registrations';

/** A lock that is held. */
export interface Lock {
  /** Safe to call twice. */
  release(): Promise<void>;
}

/** Another run is at it. */
export class LockHeldError extends Error {
  readonly holder: LockHolder;
  readonly hint: string;

  constructor(holder: LockHolder, hint = 'wait for it with --lock-timeout 10m') {
    const { run, pid, host, since } = holder;
    const who = `${show(run)} (process ${pid} on ${show(host)}) since ${timeOf(since)}`;
    super(`another run is telling the same phones: ${who}`);
    this.name = 'LockHeldError';
    this.holder = holder;
    this.hint = hint;
  }
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;

/**
 * Takes a lock, or waits for it. The lock is a file that says who holds it; one whose process is gone is broken.
 * @throws LockHeldError if another has it, or the signal is aborted before it is free; JournalError if the folder can't
 * be used
 */
export async function acquireLock(options: LockOptions): Promise<Lock> {
  const { folder, name, run, waitMs, signal, clock = REAL_CLOCK } = options;
  const path = join(folder, `${digest(name)}.lock`);
  const own = { ...(await self()), run, since: new Date().toISOString(), token: newToken() };
  const deadline = clock.now() + waitMs;
  try {
    await makeFolder(folder);
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
      const other = await take(path, own);
      if (!other) return { release: () => remove(path, JSON.stringify(own)) };
      const left = deadline - clock.now();
      if (left <= 0 || signal?.aborted) throw heldBy(other, own);
      await clock.wait(Math.min(left, pauseMs * (0.5 + Math.random() / 2)), signal);
    }
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    const why = systemProblem(error, 'the file system does not allow it');
    const hint = `look at the folder ${folder}, or set XDG_STATE_HOME to one that you may write to`;
    throw new JournalError(`the lock ${path} can't be taken: ${why}`, hint);
  }
}

/** A lock file as it was read. */
interface Seen {
  readonly path: string;
  readonly text: string;
  /** Undefined if it is not whole. */
  readonly holder: LockHolder | undefined;
}

/** Another's lock that counts. */
interface Held extends Seen {
  readonly holder: LockHolder;
}

/** Makes a lock our own; else whose it is, or who is breaking it. */
async function take(path: string, own: LockHolder): Promise<Held | undefined> {
  for (;;) {
    const seen = await look(path);
    if (!seen) {
      if (await create(path, own)) return undefined;
      continue;
    }
    // NFS may say that a link failed which it has made.
    if (seen.holder?.token === own.token) return undefined;
    const { holder } = seen;
    if (holder && !(await isStale(holder, own))) return { ...seen, holder };
    const breaker = await breakLock(seen, own);
    if (breaker) return breaker;
  }
}

/** A lock appears whole, and only where there is none: it is written under another name first. */
async function create(path: string, own: LockHolder): Promise<boolean> {
  const draft = `${path}.${own.token}`;
  try {
    await writeFile(draft, JSON.stringify(own), { flag: 'wx', mode: 0o600 });
    await link(draft, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Removes a lock whose holder is gone; else says who is at it already.
 *
 * No call removes a file only if it is still the one that was read. So to remove this very lock takes another lock, which
 * is named after its text; no text comes twice. Under that it is read again: if it is still there it stays until we
 * remove it, as its holder is gone and nobody else has the right to. A breaker that was killed leaves a lock like any
 * other, which is broken in the same way.
 */
async function breakLock({ path, text }: Seen, own: LockHolder): Promise<Held | undefined> {
  // Not its path: another process may know the folder by another one.
  const right = join(dirname(path), `${digest(`${basename(path)}\n${text}`)}.breaking`);
  const breaker = { ...own, token: newToken() };
  const other = await take(right, breaker);
  if (other) return other;
  try {
    await remove(path, text);
  } finally {
    await remove(right, JSON.stringify(breaker));
  }
  return undefined;
}

/** Removes a lock that is ours, or that we have the right to break. */
async function remove(path: string, text: string): Promise<void> {
  if ((await look(path))?.text === text) await rm(path, { force: true });
}

/** Undefined if there is none. What can't be read is nobody's to break: it may be another user's. */
async function look(path: string): Promise<Seen | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    return { path, text, holder: parse(text) };
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function parse(text: string): LockHolder | undefined {
  try {
    const { pid, started, space, host, run, since, token } = JSON.parse(text) as Partial<LockHolder>;
    if (!Number.isInteger(pid) || Number(pid) <= 0) return undefined;
    const isWhole = [host, run, since, token].every((word) => typeof word === 'string');
    return isWhole ? ({ pid, started, space, host, run, since, token } as LockHolder) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the holder is a process of this machine that is no more. Where that can't be judged it is not. */
async function isStale(holder: LockHolder, own: LockHolder): Promise<boolean> {
  if (holder.host !== own.host) return false;
  if (holder.started && own.started && bootOf(holder.started) !== bootOf(own.started)) return true;
  if (holder.space !== own.space) return false;
  if (!isAlive(holder.pid)) return true;
  const found = await processOf(holder.pid);
  if (!found) return false;
  // Killed, and its parent has not asked for its exit code: so it is for ever in a container without an init.
  if (found.isDead) return true;
  // The number may have been given to another process since.
  return holder.started !== null && holder.started !== found.started;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) !== 'ESRCH';
  }
}

async function self(): Promise<Pick<LockHolder, 'pid' | 'started' | 'space' | 'host'>> {
  const started = (await processOf(process.pid))?.started ?? null;
  const space = await readlink('/proc/self/ns/pid').catch(() => null);
  return { pid: process.pid, started, space, host: hostname() };
}

/** What /proc says of a process (proc(5): state and starttime are the 3rd and the 22nd field); undefined where it can't. */
async function processOf(pid: number): Promise<{ started: string; isDead: boolean } | undefined> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const status = await readFile(`/proc/${pid}/stat`, 'latin1');
    // The second field is the name of the program, in parentheses, and may hold anything.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return { started: `${boot.trim()} ${fields[19]}`, isDead: /^[ZX]/.test(fields[0] ?? '') };
  } catch {
    return undefined;
  }
}

function bootOf(started: string): string | undefined {
  return started.split(' ', 1)[0];
}

function heldBy({ path, holder }: Held, own: LockHolder): LockHeldError {
  // Whether such a process is still there can't be seen from here.
  const isElsewhere = holder.host !== own.host || holder.space !== own.space;
  return isElsewhere ? new LockHeldError(holder, `if that run is over, delete ${path}`) : new LockHeldError(holder);
}

/** `10:02:11`, with the date before it if that is not today. */
function timeOf(iso: string): string {
  const date = new Date(iso);
  const time = date.toTimeString().slice(0, 8);
  return date.toDateString() === new Date().toDateString() ? time : `${date.toDateString()} ${time}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

function newToken(): string {
  return randomBytes(8).toString('hex');
}
