import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { PROJECT } from './built.js';
import { freePort } from './free-port.js';

/** Either will do: what is asked of them is the same. */
const SERVER = ['redis-server', 'valkey-server'].find((name) => spawnSync(name, ['--version']).status === 0);

/** Whether a queue can be started here; tests that need one are under `describe.skipIf(!hasRedis)`. */
export const hasRedis: boolean = SERVER !== undefined;

if (!hasRedis) {
  // Each file of tests loads this once. Its tests are listed as skipped, and why is nowhere else to be read.
  const file = relative(PROJECT, expect.getState().testPath ?? '');
  process.stderr.write(
    `${file || 'the tests of the queue'}: left out what needs a queue, as there is no redis-server here: apt-get install redis-server\n`,
  );
}

/** How a server is set up. */
export interface RedisOptions {
  /** Whether each change is written to a file, so that it outlives the process. @default true */
  readonly appendOnly?: boolean;
  /** `maxmemory-policy`. @default noeviction */
  readonly policy?: string;
  /** `requirepass`: the password of the user `default`. */
  readonly password?: string;
  /** More users, as in an ACL file: `alice on >secret ~* +@all`. */
  readonly users?: readonly string[];
  /** Whether it speaks TLS only, with a certificate that it has made itself. */
  readonly tls?: boolean;
  /** More lines of redis.conf. */
  readonly lines?: readonly string[];
}

/** What a test that failed has left. */
const left = { children: new Set<ChildProcess>(), folders: new Set<string>() };
process.once('exit', () => {
  for (const child of left.children) child.kill('SIGKILL');
  for (const folder of left.folders) rmSync(folder, { recursive: true, force: true });
});

/** How often another port is tried, should somebody take the one that was free. */
const MAX_STARTS = 5;

/** A real server on a port of the loopback, with a folder of its own. */
export class RedisServer {
  readonly port: number;
  readonly folder: string;
  /** Of the user `default`. */
  readonly password: string | undefined;
  /** `redis://127.0.0.1:PORT/0`, or `rediss:`; without a password. */
  readonly url: string;
  /** The file with its certificate, which is its own CA; only there with TLS. */
  readonly caFile: string;
  #process: ChildProcess | undefined;

  private constructor(folder: string, port: number, { password, tls = false }: RedisOptions) {
    this.folder = folder;
    this.port = port;
    this.password = password;
    this.url = `${tls ? 'rediss' : 'redis'}://127.0.0.1:${port}/0`;
    this.caFile = join(folder, CERTIFICATE);
  }

  static async start(options: RedisOptions): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), 'phonectl-redis-'));
    left.folders.add(folder);
    if (options.tls) await makeCertificate(folder);
    for (let attempt = 1; ; attempt++) {
      const server = new RedisServer(folder, await freePort(), options);
      await writeFile(join(folder, CONF), confOf(options, server.port), { mode: 0o600 });
      try {
        await server.restart();
        return server;
      } catch (error) {
        if (attempt < MAX_STARTS && /Address already in use/.test(String(error))) continue;
        await rm(folder, { recursive: true, force: true });
        throw error;
      }
    }
  }

  /** Its process id; undefined while it is down. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Its certificate as PEM, by which it is known. */
  ca(): Promise<string> {
    return readFile(this.caFile, 'utf8');
  }

  /** Starts it again on the same port and with what it had written; once it takes connections. It must be down. */
  async restart(): Promise<void> {
    if (this.#process) throw new Error('it is running');
    const child = spawn(SERVER ?? 'redis-server', [CONF], { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#process = child;
    left.children.add(child);
    child.once('close', () => {
      left.children.delete(child);
      if (this.#process === child) this.#process = undefined;
    });
    await new Promise<void>((resolve, reject) => {
      let said = '';
      const read = (piece: Uint8Array): void => {
        // What it says later is read as well, or it would wait for that.
        if (said.length < 1 << 16) said += Buffer.from(piece).toString();
        if (/Ready to accept connections/.test(said)) resolve();
      };
      child.stdout.on('data', read);
      child.stderr.on('data', read);
      child.once('error', reject);
      child.once('close', () => reject(new Error(`redis-server ended: ${said}`)));
    });
  }

  /** Ends it as a power cut would; what it has not written is lost. */
  async kill9(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Holds it up: it keeps its connections and answers nothing. */
  freeze(): void {
    this.#process?.kill('SIGSTOP');
  }

  /** Ends {@link freeze}. */
  thaw(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Ends it for good, and removes its folder. */
  async stop(): Promise<void> {
    await this.#end('SIGKILL');
    await rm(this.folder, { recursive: true, force: true });
    left.folders.delete(this.folder);
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (!child) return;
    const closed = once(child, 'close');
    child.kill(signal);
    await closed;
  }
}

/** Starts a server that takes connections from then on. Who starts it stops it. */
export function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  return RedisServer.start(options);
}

/** Runs a function with a server that is gone after it. */
export async function withRedis<T>(options: RedisOptions, use: (server: RedisServer) => Promise<T>): Promise<T> {
  const server = await startRedis(options);
  try {
    return await use(server);
  } finally {
    await server.stop();
  }
}

const CONF = 'redis.conf';
const CERTIFICATE = 'redis.crt';
const KEY = 'redis.key';

/** In a file, since passwords stand there. */
function confOf(
  { appendOnly = true, policy = 'noeviction', password, users = [], tls, lines = [] }: RedisOptions,
  port: number,
) {
  const ports = tls
    ? [
        'port 0',
        `tls-port ${port}`,
        `tls-cert-file ${CERTIFICATE}`,
        `tls-key-file ${KEY}`,
        `tls-ca-cert-file ${CERTIFICATE}`,
        'tls-auth-clients no',
      ]
    : [`port ${port}`];
  return [
    'bind 127.0.0.1',
    ...ports,
    'save ""',
    `appendonly ${appendOnly ? 'yes' : 'no'}`,
    `maxmemory-policy ${policy}`,
    ...(password === undefined ? [] : [`requirepass ${password}`]),
    ...users.map((user) => `user ${user}`),
    ...lines,
    '',
  ].join('\n');
}

async function makeCertificate(folder: string): Promise<void> {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', KEY];
  const subject = ['-subj', '/CN=phonectl test', '-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'];
  const args = ['req', '-x509', ...key, '-out', CERTIFICATE, '-days', '2', ...subject];
  await promisify(execFile)('openssl', args, { cwd: folder });
}
