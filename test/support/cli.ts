import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { cleanEnv, ensureBuilt, RUN } from './built.js';

/** How a process of phonectl ended, and what it wrote. */
export interface CliResult {
  /** Null if a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  /** What is piped in; nothing by default, and the pipe is closed. `open` leaves it open. */
  readonly stdin?: string | Uint8Array | 'open';
  /** On top of a clean one; what is undefined is not there. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** After so long it is ended as one that hangs, milliseconds. @default 25,000 */
  readonly longestMs?: number;
}

/** A process that hangs is ended after so long; its test fails then, as its exit code is null. */
const LONGEST_RUN_MS = 25_000;

/** A process of phonectl that is running. */
export class RunningCli {
  readonly process: ChildProcessWithoutNullStreams;
  readonly ended: Promise<CliResult>;
  stdout = '';
  stderr = '';

  constructor(args: readonly string[], { stdin = '', env = {}, cwd, longestMs = LONGEST_RUN_MS }: CliOptions) {
    this.process = spawn(process.execPath, [RUN, ...args], {
      env: cleanEnv(env),
      timeout: longestMs,
      killSignal: 'SIGKILL',
      ...(cwd !== undefined && { cwd }),
    });
    this.process.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
    });
    this.process.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    // It may end before it has read everything, or anything.
    this.process.stdin.on('error', () => {});
    if (stdin !== 'open') this.process.stdin.end(stdin);
    this.ended = new Promise((resolve, reject) => {
      this.process.once('error', reject).once('close', (code, signal) => {
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  /** Waits until its stdout fits; throws if it ends without. */
  says(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#until(pattern, () => this.stdout);
  }

  /** Waits until its stderr fits; throws if it ends without. */
  explains(pattern: RegExp): Promise<RegExpExecArray> {
    return this.#until(pattern, () => this.stderr);
  }

  async #until(pattern: RegExp, text: () => string): Promise<RegExpExecArray> {
    let over = false;
    void this.ended.then(() => {
      over = true;
    });
    for (;;) {
      const match = pattern.exec(text());
      if (match) return match;
      if (over) throw new Error(`it ended without saying ${pattern}:\n${this.stdout}${this.stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** Starts the built `bin/run.js` with a clean environment. */
export async function startCli(args: readonly string[], options: CliOptions = {}): Promise<RunningCli> {
  await ensureBuilt();
  return new RunningCli(args, options);
}

/** Runs the built `bin/run.js` with a clean environment to its end. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  return (await startCli(args, options)).ended;
}

/** A JSON document of phonectl. Throws if it is none, or of another schema. */
export function jsonOf<T extends object = Record<string, unknown>>({ stdout }: Pick<CliResult, 'stdout'>): T {
  const document: unknown = JSON.parse(stdout);
  if (typeof document !== 'object' || document === null || !('schema' in document) || document.schema !== 1) {
    throw new Error(`not a document of schema 1: ${stdout.slice(0, 200)}`);
  }
  return document as T;
}

/** The lines of a text, without the last line end. */
export function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n');
}
