import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cleanEnv, ensureBuilt, RUN } from './built.js';
import { type Lab, withFolder, withSandbox } from './lab.js';
import { type RedisOptions, type RedisServer, withRedis } from './redis.js';

/** A worker as a process of its own, beside a sandbox. */
export class WorkerProcess {
  readonly server: string;
  readonly #port: number;
  readonly #queue: string;
  readonly #state: string;
  #process: ChildProcessWithoutNullStreams | undefined;
  stdout = '';
  stderr = '';

  constructor(server: string, port: number, queue: string, folder: string) {
    this.server = server;
    this.#port = port;
    this.#queue = queue;
    this.#state = join(folder, `state of ${server}`);
  }

  /** Resolves once it takes orders. */
  async start(more: readonly string[] = []): Promise<void> {
    await mkdir(this.#state, { recursive: true, mode: 0o700 });
    const args = ['worker', '--server', `${this.server}=127.0.0.1:${this.#port}`, '--queue', this.#queue, ...more];
    const child = spawn(process.execPath, [RUN, ...args], { env: cleanEnv({ XDG_STATE_HOME: this.#state }) });
    this.#process = child;
    child.stdin.end();
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    await new Promise<void>((resolve, reject) => {
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        this.stdout += text;
        if (text.includes('takes orders')) resolve();
      });
      child.once('error', reject);
      child.once('close', () => reject(new Error(`the worker ended: ${this.stderr}`)));
    });
  }

  /** Ends it; its exit code, null if a signal ended it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const closed = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
    child.kill(signal);
    return closed;
  }

  /** Its disk is a new one. */
  forget(): void {
    rmSync(this.#state, { recursive: true, force: true });
  }
}

/** Servers with a worker each, and the queue between them. */
export interface Sites {
  readonly folder: string;
  readonly redis: RedisServer;
  readonly sites: readonly { readonly lab: Lab; readonly worker: WorkerProcess }[];
}

export interface SitesOptions {
  /** Their names, and the sandbox of each. */
  readonly servers: Readonly<Record<string, Parameters<typeof withSandbox>[0]>>;
  readonly redis?: RedisOptions;
  /** Files of the folder that commands are run in. */
  readonly files?: Readonly<Record<string, string>>;
}

/** Runs a function with a queue, and sandboxes with a worker beside each; all are gone after it. */
export async function withSites<T>(
  { servers, redis = {}, files = {} }: SitesOptions,
  use: (sites: Sites) => Promise<T>,
): Promise<T> {
  await ensureBuilt();
  return withRedis(redis, (queue) =>
    withFolder(files, (folder) => {
      const open = async (
        names: readonly [string, Parameters<typeof withSandbox>[0]][],
        sites: Sites['sites'],
      ): Promise<T> => {
        const [first, ...others] = names;
        if (!first) return use({ folder, redis: queue, sites });
        const [name, options] = first;
        return withSandbox(options, async (lab) => {
          const worker = new WorkerProcess(name, lab.port, queue.url, folder);
          await worker.start();
          try {
            return await open(others, [...sites, { lab, worker }]);
          } finally {
            await worker.end('SIGKILL');
          }
        });
      };
      return open(Object.entries(servers), []);
    }),
  );
}
