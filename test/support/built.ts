import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** The folder of the project. */
export const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** What `bin` in package.json names. */
export const RUN = join(PROJECT, 'bin/run.js');

/** Held by the one process that builds while the others wait. */
const LOCK = join(tmpdir(), `phonectl-build-${createHash('sha256').update(PROJECT).digest('hex').slice(0, 16)}`);
const LONGEST_BUILD_MS = 120_000;

let built: Promise<void> | undefined;

/** Builds if what is built is missing or older than its sources; once, whichever test asks first. */
export function ensureBuilt(): Promise<void> {
  built ??= build();
  return built;
}

async function build(): Promise<void> {
  while (!isCurrent() || isLocked()) {
    if (!isLocked() && lock()) {
      try {
        // While this one waited for the lock, another may have built.
        if (!isCurrent()) execFileSync(process.execPath, [join(PROJECT, 'bin/build.js')], { env: cleanEnv() });
      } finally {
        rmdirSync(LOCK);
      }
    } else {
      await sleep(100);
    }
  }
}

function isLocked(): boolean {
  return Date.now() - modified(LOCK) < LONGEST_BUILD_MS;
}

function lock(): boolean {
  try {
    if (existsSync(LOCK)) rmdirSync(LOCK);
    mkdirSync(LOCK);
    return true;
  } catch {
    return false;
  }
}

/** The manifest is written last, so it is as old as everything that is built. */
function isCurrent(): boolean {
  const sources = readdirSync(join(PROJECT, 'src'), { recursive: true, encoding: 'utf8' });
  const files = [...sources.map((file) => join('src', file)), 'bin/build.js', 'package.json'];
  const newest = Math.max(...files.map((file) => modified(join(PROJECT, file))));
  return modified(join(PROJECT, 'oclif.manifest.json')) >= newest;
}

/** When a file was written, milliseconds; 0 if there is none. */
function modified(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Where the journals of tests go. */
const STATE = mkdtempSync(join(tmpdir(), 'phonectl-state-'));
process.once('exit', () => rmSync(STATE, { recursive: true, force: true }));

/** An environment with nothing of the developer's own in it: no HOME, no PHONECTL_…, no files of settings, no settings of Node or npm. */
export function cleanEnv(more: Readonly<Record<string, string | undefined>> = {}): NodeJS.ProcessEnv {
  const { PATH, TMPDIR, SystemRoot } = process.env;
  return {
    PATH,
    XDG_STATE_HOME: STATE,
    PHONECTL_CONFIG: '',
    ...(TMPDIR && { TMPDIR }),
    ...(SystemRoot && { SystemRoot }),
    ...more,
  };
}
