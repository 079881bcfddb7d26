import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acquireLock, LockHeldError, type LockHolder, type LockOptions } from '../../src/run/lock.js';
import { withFolder } from '../support/lab.js';

/** No wait of these tests ends by its time. */
const FOR_EVER_MS = 600_000;

/**
 * What a child does: takes the lock `rounds` times, says so in a log, and is slow and is killed at any call of the file
 * system. Nothing but the lock keeps a line of the log from coming between those of another.
 */
const CHILD = `
import { appendFileSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { acquireLock } from './src/run/lock.js';

const { folder, log, mode, rounds, slowMs, deadly } = JSON.parse(process.argv[2]);
const say = (word) => appendFileSync(log, word + ' ' + process.pid + '\\n');
const die = () => process.kill(process.pid, 'SIGKILL');
let holds = false;
const files = createRequire(import.meta.url)('node:fs/promises');
for (const name of ['link', 'readFile', 'rename', 'rm', 'writeFile']) {
  const real = files[name];
  files[name] = async (path, ...rest) => {
    // Between the last look at a lock that is stale and its removal.
    if (mode === 'die-breaking' && (name === 'rm' || name === 'rename') && String(path).endsWith('.lock')) die();
    if (slowMs > 0) await sleep(Math.random() * slowMs);
    if (Math.random() < deadly) {
      if (holds) say('end');
      die();
    }
    return real(path, ...rest);
  };
}
syncBuiltinESMExports();

process.stdin.once('data', async () => {
  for (let round = 0; round < rounds; round++) {
    const lock = await acquireLock({ folder, name: 'fleet', run: 'child', waitMs: ${FOR_EVER_MS} });
    say('begin');
    holds = true;
    process.stdout.write('held\\n');
    if (mode === 'hold') await new Promise(() => setInterval(() => {}, 1000));
    await sleep(5);
    // Others may be at it as soon as it is let go, which is before we are told.
    holds = false;
    say('end');
    await lock.release();
  }
  process.exit(0);
});
process.stdout.write('ready\\n');
`;

interface ChildOptions {
  readonly mode?: 'hold' | 'die-breaking';
  readonly rounds?: number;
  readonly slowMs?: number;
  /** How probable it is that a call of the file system is the last one. */
  readonly deadly?: number;
}

let scratch: string;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'phonectl-lock-'));
  await build({
    stdin: { contents: CHILD, resolveDir: new URL('../..', import.meta.url).pathname },
    outfile: join(scratch, 'child.mjs'),
    bundle: true,
    format: 'esm',
    platform: 'node',
    logLevel: 'warning',
  });
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** A process that is ready to go for the lock. */
class Child {
  readonly process: ChildProcess;
  readonly ended: Promise<NodeJS.Signals | number | null>;
  #said = '';

  constructor(folder: string, options: ChildOptions) {
    const settings = { folder, log: `${folder}.log`, rounds: 1, slowMs: 0, deadly: 0, ...options };
    const args = [join(scratch, 'child.mjs'), JSON.stringify(settings)];
    this.process = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.process.stdin?.on('error', () => {});
    this.process.stdout?.on('data', (bytes: Buffer) => {
      this.#said += bytes.toString();
    });
    this.ended = new Promise((resolve) => this.process.once('close', (code, signal) => resolve(signal ?? code)));
  }

  async says(word: string): Promise<void> {
    while (!this.#said.includes(word)) {
      if (this.process.exitCode !== null || this.process.signalCode !== null)
        throw new Error(`it ended without ${word}`);
      await new Promise((resolve) => this.process.stdout?.once('data', resolve).once('close', resolve));
    }
  }

  go(): void {
    this.process.stdin?.write('go\n');
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.ended;
  }
}

async function children(folder: string, count: number, options: ChildOptions): Promise<Child[]> {
  const all = Array.from({ length: count }, () => new Child(folder, options));
  await Promise.all(all.map((child) => child.says('ready')));
  return all;
}

/** A lock of a process that was killed while it had it. */
async function leaveBehind(folder: string): Promise<void> {
  const [child] = await children(folder, 1, { mode: 'hold' });
  child?.go();
  await child?.says('held');
  await child?.kill();
  writeFileSync(`${folder}.log`, '');
}

function withLocks<T>(use: (folder: string) => Promise<T>): Promise<T> {
  return withFolder({}, (folder) => use(join(folder, 'locks')));
}

function take(folder: string, more: Partial<LockOptions> = {}) {
  return acquireLock({ folder, name: 'fleet', run: '20261125-100211-3f9a', waitMs: 0, ...more });
}

async function refusal(taking: Promise<unknown>): Promise<LockHeldError> {
  const error: unknown = await taking.then(
    () => new Error('it was taken'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof LockHeldError)) throw error;
  return error;
}

function fileOf(folder: string): string {
  const [name = ''] = readdirSync(folder).filter((one) => one.endsWith('.lock'));
  return join(folder, name);
}

/** The lock of a process like this one, but in some way another. */
async function fake(folder: string, changes: Partial<LockHolder>): Promise<void> {
  const lock = await take(folder);
  const path = fileOf(folder);
  const holder = JSON.parse(readFileSync(path, 'utf8')) as LockHolder;
  await lock.release();
  writeFileSync(path, JSON.stringify({ ...holder, token: 'another', ...changes }));
}

/** How many had it, one after the other. @throws Error if two had it at once */
function turnsIn(log: string): number {
  const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
  for (let at = 0; at < lines.length; at += 2) {
    const [begin = '', end = ''] = [lines[at], lines[at + 1]];
    if (!begin.startsWith('begin') || end !== begin.replace('begin', 'end')) {
      throw new Error(`two at once: ${lines.slice(at, at + 4).join(', ')}`);
    }
  }
  return lines.length / 2;
}

describe('a lock', () => {
  it('is one process’s at a time; who else wants it is told whose it is', async () => {
    await withLocks(async (folder) => {
      const lock = await take(folder);
      const { message, hint, holder } = await refusal(take(folder, { run: 'other' }));
      const who = `20261125-100211-3f9a \\(process ${process.pid} on .+\\) since \\d\\d:\\d\\d:\\d\\d`;
      expect(message).toMatch(new RegExp(`^another run is telling the same phones: ${who}$`));
      expect(hint).toContain('--lock-timeout');
      expect(holder.run).toBe('20261125-100211-3f9a');
      await lock.release();
      await (await take(folder)).release();
      expect(readdirSync(folder)).toEqual([]);
    });
  });

  it('is another one by another name, which may be any text', async () => {
    await withLocks(async (folder) => {
      const locks = [
        await take(folder),
        await take(folder, { name: '../../etc/passwd\n\0' }),
        await take(folder, { name: '' }),
      ];
      expect(readdirSync(folder)).toHaveLength(3);
      for (const lock of locks) await lock.release();
    });
  });

  it('is its owner’s alone, in a folder of its owner', async () => {
    await withLocks(async (folder) => {
      const lock = await take(folder);
      expect([statSync(folder).mode & 0o777, statSync(fileOf(folder)).mode & 0o777]).toEqual([0o700, 0o600]);
      await lock.release();
    });
  });

  it('let go twice is not taken from the next one', async () => {
    await withLocks(async (folder) => {
      const first = await take(folder);
      await first.release();
      const second = await take(folder);
      await first.release();
      await refusal(take(folder));
      await second.release();
    });
  });

  it('is waited for as long as was said, and no longer', async () => {
    await withLocks(async (folder) => {
      const lock = await take(folder);
      let now = 0;
      const clock = {
        now: () => now,
        wait: async (ms: number) => {
          now += ms;
        },
      };
      await refusal(take(folder, { waitMs: 5000, clock }));
      expect(now).toBeCloseTo(5000);
      const taken = take(folder, { waitMs: FOR_EVER_MS });
      await lock.release();
      await (await taken).release();
    });
  });

  it('is not waited for once the signal is aborted', async () => {
    await withLocks(async (folder) => {
      const lock = await take(folder);
      const controller = new AbortController();
      const waiting = refusal(take(folder, { waitMs: FOR_EVER_MS, signal: controller.signal }));
      controller.abort('interrupted');
      await waiting;
      await lock.release();
    });
  });
});

describe('a lock that was left behind', () => {
  it('is broken if its process was killed', async () => {
    await withLocks(async (folder) => {
      const [child] = await children(folder, 1, { mode: 'hold' });
      child?.go();
      await child?.says('held');
      expect((await refusal(take(folder))).holder.pid).toBe(child?.process.pid);
      await child?.kill();
      await (await take(folder)).release();
      expect(readdirSync(folder)).toEqual([]);
    });
  });

  it.runIf(process.platform === 'linux')(
    'is broken if its process is dead, but its parent did not notice',
    async () => {
      await withLocks(async (folder) => {
        // A shell that has become a sleep asks for nobody's exit code.
        const settings = JSON.stringify({
          folder,
          log: `${folder}.log`,
          mode: 'hold',
          rounds: 1,
          slowMs: 0,
          deadly: 0,
        });
        const script = `(echo go; sleep 600) | "$0" "$1" "$2" & exec sleep 600`;
        const args = ['-c', script, process.execPath, join(scratch, 'child.mjs'), settings];
        const parent = spawn('sh', args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
        try {
          for await (const bytes of parent.stdout) if (String(bytes).includes('held')) break;
          const { holder } = await refusal(take(folder));
          process.kill(holder.pid, 'SIGKILL');
          while (!/\) Z /.test(readFileSync(`/proc/${holder.pid}/stat`, 'latin1'))) {
            await new Promise((resolve) => setTimeout(resolve, 1));
          }
          await (await take(folder)).release();
        } finally {
          process.kill(-Number(parent.pid), 'SIGKILL');
        }
      });
    },
  );

  it.each([
    ['its number is another process’s now', { started: 'now' }],
    ['the machine was started anew since', { started: 'another-boot 1', space: 'another' }],
  ])('is broken if %s', async (_why, changes) => {
    await withLocks(async (folder) => {
      const here = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      await fake(folder, { ...changes, started: changes.started === 'now' ? `${here} 1` : changes.started });
      await (await take(folder)).release();
    });
  });

  it.each(['', '{"pid":1', '{}', 'null', '{"pid":-1,"host":"a","run":"b","since":"c","token":"d"}'])(
    'is broken if it says "%s": a lock is never seen half written',
    async (text) => {
      await withLocks(async (folder) => {
        await fake(folder, {});
        writeFileSync(fileOf(folder), text);
        await (await take(folder)).release();
        expect(readdirSync(folder)).toEqual([]);
      });
    },
  );

  it.each([
    ['of another machine', { host: 'elsewhere', pid: 2 ** 22 - 1 }],
    ['of another container', { space: 'pid:[1]', pid: 2 ** 22 - 1 }],
  ])('is not judged if it is %s: it is said which file to delete', async (_what, changes) => {
    await withLocks(async (folder) => {
      await fake(folder, changes);
      expect((await refusal(take(folder))).hint).toBe(`if that run is over, delete ${fileOf(folder)}`);
    });
  });

  it('can’t be told from a folder, and so it is said', async () => {
    await withLocks(async (folder) => {
      await fake(folder, {});
      const path = fileOf(folder);
      rmSync(path);
      mkdirSync(path);
      await expect(take(folder, { waitMs: FOR_EVER_MS })).rejects.toThrow(
        `the lock ${path} can't be taken: is a directory`,
      );
    });
  });
});

describe('many processes', () => {
  it('have it one after the other, over a lock that was left behind', async () => {
    await withLocks(async (folder) => {
      await leaveBehind(folder);
      const all = await children(folder, 20, {});
      for (const child of all) child.go();
      expect(await Promise.all(all.map(({ ended }) => ended))).toEqual(all.map(() => 0));
      expect(turnsIn(`${folder}.log`)).toBe(20);
      expect(readdirSync(folder)).toEqual([]);
    });
  }, 120_000);

  it('have it one after the other, over what two killed breakers left behind', async () => {
    await withLocks(async (folder) => {
      await leaveBehind(folder);
      for (let count = 0; count < 2; count++) {
        const [breaker] = await children(folder, 1, { mode: 'die-breaking' });
        breaker?.go();
        expect(await breaker?.ended).toBe('SIGKILL');
      }
      expect(readdirSync(folder).length).toBeGreaterThan(1);
      const all = await children(folder, 8, { slowMs: 3 });
      for (const child of all) child.go();
      expect(await Promise.all(all.map(({ ended }) => ended))).toEqual(all.map(() => 0));
      expect(turnsIn(`${folder}.log`)).toBe(8);
      expect(readdirSync(folder)).toEqual([]);
    });
  }, 120_000);

  it('have it one after the other, whenever they are killed', async () => {
    await withLocks(async (folder) => {
      await leaveBehind(folder);
      const all = await children(folder, 12, { rounds: 6, slowMs: 4, deadly: 0.02 });
      for (const child of all) child.go();
      const ends = await Promise.all(all.map(({ ended }) => ended));
      expect(ends.every((end) => end === 0 || end === 'SIGKILL')).toBe(true);
      expect(turnsIn(`${folder}.log`)).toBeGreaterThan(0);
      await (await take(folder, { waitMs: FOR_EVER_MS })).release();
    });
  }, 120_000);
});
