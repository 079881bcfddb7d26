import { execFileSync } from 'node:child_process';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** Where this was measured. */
export interface Machine {
  readonly node: string;
  readonly system: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryMb: number;
  /** Processes that wanted to run, in the last minute before. */
  readonly load: number;
  readonly commit: string;
  readonly date: string;
}

export function thisMachine(): Machine {
  const [first] = cpus();
  return {
    node: process.version,
    system: `${platform()} ${release()} ${arch()}`,
    processor: first?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryMb: Math.round(totalmem() / 1024 ** 2),
    load: loadavg()[0] ?? 0,
    commit: commit(),
    date: new Date().toISOString(),
  };
}

function commit(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

export function headingOf(machine: Machine): string {
  const { node, system, processor, cores, memoryMb, load, commit: which, date } = machine;
  return (
    `phonectl ${which}, Node ${node}, ${date}\n` +
    `${system}, ${cores} × ${processor}, ${memoryMb} MiB, load ${load.toFixed(2)} before\n`
  );
}
