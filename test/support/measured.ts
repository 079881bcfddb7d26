import { spawn } from 'node:child_process';
import { cleanEnv, ensureBuilt, RUN } from './built.js';

/** What a process of phonectl printed and needed. */
export interface Measured {
  readonly code: number | null;
  readonly bytes: number;
  /** The most memory that it had at a time. */
  readonly megabytes: number;
}

const TELL_MEMORY = "process.on('exit',()=>process.stderr.write('rss='+process.resourceUsage().maxRSS))";

/**
 * Runs the built `bin/run.js` to its end.
 * @param slowMs how long the reader of its output rests after each piece
 */
export async function measured(args: readonly string[], slowMs = 0): Promise<Measured> {
  await ensureBuilt();
  const node = ['--import', `data:text/javascript,${TELL_MEMORY}`, RUN, ...args];
  const child = spawn(process.execPath, node, { env: cleanEnv({}), stdio: ['ignore', 'pipe', 'pipe'] });
  let bytes = 0;
  let stderr = '';
  child.stdout.on('data', (piece: Buffer) => {
    bytes += piece.length;
    if (slowMs === 0) return;
    child.stdout.pause();
    setTimeout(() => child.stdout.resume(), slowMs);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, bytes, megabytes: Number(/rss=(\d+)/.exec(stderr)?.[1]) / 1024 };
}
