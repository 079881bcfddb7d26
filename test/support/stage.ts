import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sandboxPhones } from '../../src/cli/sandbox-phones.js';
import { type PhoneOptions, type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/index.js';
import { freePort } from './free-port.js';
import { type RedisServer, startRedis } from './redis.js';
import { ROOT } from './reference.js';
import type { Block } from './shown.js';
import { WorkerProcess } from './sites.js';

/** What no output holds. */
const NOWHERE = '\0';

/** What is special about the FreeSWITCH behind a stage. */
export interface Scene extends Omit<SandboxOptions, 'phones'> {
  /** What is special about its phones, by user. */
  readonly phones?: Readonly<Record<string, Partial<PhoneOptions>>>;
  /** There is none: nothing listens. */
  readonly closed?: boolean;
  /** It has workers of these names, and there is a queue. */
  readonly workers?: readonly string[];
}

/**
 * Where the commands of a page are run as a user would: a folder with the page's files and a `phonectl`, and a sandbox
 * with the phones of its `phones.csv` as the FreeSWITCH at 127.0.0.1:8021.
 */
export class Stage {
  readonly #folder: string;
  #sandbox: Sandbox | undefined;
  #port = 0;
  #listenPort = 0;
  #redis: RedisServer | undefined;
  #workers: WorkerProcess[] = [];

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Lays out the files and starts the sandbox. */
  static async open(files: readonly Pick<Block, 'file' | 'text'>[], scene: Scene = {}): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), 'phonectl-stage-'));
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin/phonectl'), `#!/bin/sh\nexec "${process.execPath}" "${ROOT}bin/run.js" "$@"\n`);
    chmodSync(join(folder, 'bin/phonectl'), 0o755);
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(ROOT, join(folder, 'node_modules/phonectl'));
    for (const { file, text } of files) if (file) writeFileSync(join(folder, file), text, { mode: 0o600 });
    const stage = new Stage(folder);
    await stage.play(scene);
    return stage;
  }

  /** Another FreeSWITCH takes the place of the one before; files and journals stay. */
  async play({ phones: special = {}, closed = false, workers = [], ...options }: Scene): Promise<void> {
    await this.#endQueue();
    await this.#sandbox?.close();
    const phones = await sandboxPhones({ inventory: join(this.#folder, 'phones.csv') });
    this.#listenPort = await freePort();
    this.#sandbox = await startSandbox({
      domain: 'example.com',
      phones: phones.map((phone) => ({ ...phone, ...special[phone.user] })),
      reregisterAfterMs: 200,
      dialplan: { '*71': `socket 127.0.0.1:${this.#listenPort} async full` },
      // A run is gone on with at the address that it went to.
      port: this.#port,
      ...options,
    });
    this.#port = this.#sandbox.port;
    if (closed) await this.#sandbox.close();
    if (workers.length === 0) return;
    this.#redis = await startRedis();
    this.#workers = workers.map((name) => new WorkerProcess(name, this.#port, this.#redis?.url ?? '', this.#folder));
    await Promise.all(this.#workers.map((worker) => worker.start()));
  }

  async #endQueue(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.end('SIGKILL')));
    this.#workers = [];
    await this.#redis?.stop();
    this.#redis = undefined;
  }

  async close(): Promise<void> {
    await this.#endQueue();
    await this.#sandbox?.close();
    rmSync(this.#folder, { recursive: true });
  }

  /** Runs a line as a user's shell would; what people see of it, with times, ports and ids that are always the same. */
  async run(line: string, env: Readonly<Record<string, string>> = { NO_COLOR: '1' }): Promise<string> {
    const printed = await (/^phonectl listen /.test(line) ? this.#listen(line, env) : this.#shell(line, env));
    return (
      printed
        // Notes about vendors stand where people see them, not where output goes.
        .replaceAll(/dry run, nothing was sent.*\n|^note: .*\n/gm, '')
        .replaceAll(this.#redis?.url ?? NOWHERE, 'rediss://queue.example.com:6379/0')
        .replaceAll(`:${this.#port}`, ':8021')
        .replaceAll(`:${this.#listenPort}`, ':8040')
        .replaceAll(`${this.#folder}/state`, '~/.local/state')
        .replaceAll(this.#folder, '~')
        .replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '2026-11-25T07:32:01.000Z')
        .replace(/[\d.]+ KiB$/m, '6 KiB')
        .replace(/, up \d+ s,/, ', up 9 s,')
        .replace(/^\d\d:\d\d:\d\d/m, '07:32:05')
        .replaceAll(/\b[A-Z][a-z]{2} \d{4}-\d\d-\d\d (\d\d:\d\d:\d\d) GMT[+-]\d+/g, 'Sat 2026-11-28 $1 GMT+1')
        .replaceAll(/ {2}\d+ min {2}/g, '  0 min  ')
        .replace(/in [\d.]+ m?s /, 'in 4 ms ')
        .replaceAll(/\b\d{8}-\d{6}-[0-9a-f]{4}\b/g, '20261125-073201-3f9a')
        .trimEnd()
    );
  }

  /** Waits for calls until one has been had. */
  #listen(line: string, env: Readonly<Record<string, string>>): Promise<string> {
    return this.#shell(`exec ${line} --port ${this.#listenPort}`, env, (printed, child) => {
      if (/^listening on .*\n$/.test(printed)) this.#sandbox?.dial('1000@example.com', '*71');
      else if (printed.endsWith('accepted\n')) child.kill('SIGINT');
    });
  }

  #shell(
    line: string,
    env: Readonly<Record<string, string>>,
    onPrinted?: (printed: string, child: ChildProcess) => void,
  ): Promise<string> {
    // On one pipe, so that what is on stderr stays where it was said.
    const child = spawn('sh', ['-c', `exec 2>&1\n${line}`], {
      cwd: this.#folder,
      env: {
        PATH: `${join(this.#folder, 'bin')}:${process.env.PATH}`,
        // Beside a queue, servers are those that have workers.
        ...(this.#redis ? { PHONECTL_QUEUE: this.#redis.url } : { PHONECTL_PORT: String(this.#port) }),
        XDG_STATE_HOME: join(this.#folder, 'state'),
        ...env,
      },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      onPrinted?.(printed, child);
    });
    return new Promise((resolve) => child.on('close', () => resolve(printed)));
  }
}
