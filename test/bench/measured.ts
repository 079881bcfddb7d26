import { type ChildProcess, spawn } from 'node:child_process';
import { CLEAN_ENV, PROBE } from './places.js';

/** Those under way: none goes on when the bench is broken off. */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** What one process took, from its start to its end. */
export interface Measured {
  readonly wallMs: number;
  readonly cpuMs: number;
  /** The most memory that it held at a time, MiB. */
  readonly rssMb: number;
}

/**
 * Runs a program of Node to its end. Its output is thrown away.
 * @throws Error if it fails
 */
export async function measureNode(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Measured> {
  const { wallMs, told } = await measure(process.execPath, ['-r', PROBE, ...args], env);
  const usage = JSON.parse(told) as { cpuMs: number; rssMb: number };
  return { wallMs, ...usage };
}

/**
 * Runs any program to its end; resolves with the milliseconds that it took, and what it said on descriptor 3.
 * @throws Error if it fails
 */
export async function measure(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ wallMs: number; told: string }> {
  const from = performance.now();
  const child = spawn(command, args, {
    env: { ...CLEAN_ENV, ...env },
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
  let wallMs = 0;
  running.add(child);
  child.once('exit', () => {
    wallMs = performance.now() - from;
    running.delete(child);
  });
  const [stderr, told] = [gather(child.stdio[2]), gather(child.stdio[3])];
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${stderr()}`);
  return { wallMs, told: told() };
}

function gather(stream: unknown): () => string {
  let text = '';
  (stream as NodeJS.ReadableStream).setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  return () => text;
}
