import { createHash, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type Clock, REAL_CLOCK } from './pace.js';

/** Who holds a lock. */
export interface LockHolder {
  readonly pid: number;
  /** When its process was started, as the kernel counts it; null where that can't be known. */
  readonly started: string | null;
  readonly host: string;
  /** The run, or the command if it has no name. */
  readonly run: string;
  /** Since when, ISO 8601. */
  readonly since: string;
}

export interface LockOptions {
  readonly folder: string;
  /** What is locked; any text. */
  readonly name: string;
  readonly run: string;
  /** How long to wait for another holder, milliseconds; 0 is not at all. */
  readonly waitMs: number;
  readonly signal: AbortSignal;
  readonly clock?: Clock;
}

/** A lock that is held. */
export interface Lock {
  /** Safe to call twice. */
  release(): Promise<void>;
}

/** Another run is at it. */
export class LockHeldError extends Error {
  readonly holder: LockHolder | undefined;
  readonly hint = 'wait for it with --lock-timeout 10m';

  constructor(holder: LockHolder | undefined) {
    const who = holder ? `${holder.run} (process ${holder.pid} on ${holder.host}) since ${holder.since}` : 'somebody';
    super(`another run is telling the same phones: ${who}`);
    this.name = 'LockHeldError';
    this.holder = holder;
  }
}

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1000;

/** A stale lock that can't be broken in so many tries is somebody's, however dead its holder looks. */
const MOST_TRIES = 20;

/**
 * Takes a lock, or waits for it. The lock is a file that says who holds it; one whose process is gone is broken.
 * @throws LockHeldError
 */
export async function acquireLock(options: LockOptions): Promise<Lock> {
  const { folder, name, run, waitMs, signal, clock = REAL_CLOCK } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${createHash('sha256').update(name).digest('hex').slice(0, 32)}.lock`);
  const own = JSON.stringify({ ...(await self()), run, since: new Date().toISOString() } satisfies LockHolder);
  const deadline = clock.now() + waitMs;
  let tries = 0;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    if (await take(path, own)) return lockAt(path, own);
    const held = await textOf(path);
    if (held === undefined) continue;
    if ((await isStale(held)) && tries++ < MOST_TRIES) {
      if (!(await breakLock(path, held, own))) await clock.wait(FIRST_PAUSE_MS, signal);
      continue;
    }
    const left = deadline - clock.now();
    if (left <= 0 || signal.aborted) throw new LockHeldError(holderIn(held));
    await clock.wait(Math.min(left, pauseMs * (0.5 + Math.random() / 2)), signal);
  }
}

function lockAt(path: string, own: string): Lock {
  return {
    release: async () => {
      await removeIf(path, own);
    },
  };
}

/** A lock appears whole: it is written under another name first. */
async function take(path: string, own: string): Promise<boolean> {
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, own, { mode: 0o600 });
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Removes a lock whose holder is gone. Only who has the lock beside it may, and looks again before: a lock that others
 * have broken and taken meanwhile is theirs. False if somebody else is at it.
 */
async function breakLock(path: string, held: string, own: string): Promise<boolean> {
  const breaking = `${path}.breaking`;
  if (!(await take(breaking, own))) {
    const breaker = await textOf(breaking);
    // Left behind by a process that was killed in these few lines.
    if (breaker !== undefined && (await isStale(breaker))) await removeIf(breaking, breaker);
    return false;
  }
  await removeIf(path, held);
  await removeIf(breaking, own);
  return true;
}

/** Removes a lock if it is still this one. It is looked at once nobody else can see it, and put back if it is another. */
async function removeIf(path: string, text: string): Promise<void> {
  if ((await textOf(path)) !== text) return;
  const away = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  try {
    await rename(path, away);
    if ((await textOf(away)) !== text) await link(away, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' && code !== 'EEXIST') throw error;
  } finally {
    await rm(away, { force: true });
  }
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

function holderIn(text: string | undefined): LockHolder | undefined {
  try {
    const holder = JSON.parse(text ?? '') as LockHolder | null;
    return typeof holder?.pid === 'number' ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** Whether the holder is a process of this machine that is no more. What can't be read was not written by `take`. */
async function isStale(text: string): Promise<boolean> {
  const holder = holderIn(text);
  if (!holder) return true;
  if (holder.host !== hostname()) return false;
  if (!isAlive(holder.pid)) return true;
  // The number may have been given to another process since.
  return holder.started !== null && holder.started !== (await startOf(holder.pid));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function self(): Promise<Pick<LockHolder, 'pid' | 'started' | 'host'>> {
  return { pid: process.pid, started: await startOf(process.pid), host: hostname() };
}

/** Which boot of the machine and when in it (proc(5): starttime is the 22nd field); null where there is no /proc. */
async function startOf(pid: number): Promise<string | null> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
    const status = await readFile(`/proc/${pid}/stat`, 'latin1');
    // The second field is the name of the program, in parentheses, and may hold anything.
    const fields = status.slice(status.lastIndexOf(')') + 2).split(' ');
    return `${boot.trim()} ${fields[19]}`;
  } catch {
    return null;
  }
}
