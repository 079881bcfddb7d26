import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { linesOf, type RunningCli, startCli } from '../support/cli.js';
import { csvOf, withFolder } from '../support/lab.js';

const PHONES = 10_000;
const MOST_MEMORY_MIB = 150;

/** The most memory that a process had at any time so far, MiB; undefined where the system does not tell. */
function peakOf({ process }: RunningCli): number | undefined {
  const file = `/proc/${process.pid}/status`;
  if (!existsSync(file)) return undefined;
  try {
    const kib = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(file, 'utf8'))?.[1];
    return kib === undefined ? undefined : Number(kib) / 1024;
  } catch {
    // It ended just now.
    return undefined;
  }
}

describe('ten thousand phones, as fast as it goes', () => {
  it('are all accepted, in little memory', async () => {
    await withFolder({ 'fleet.csv': csvOf(PHONES) }, async (cwd) => {
      const sandbox = await startCli(['sandbox', '--port', '0', '-i', 'fleet.csv', '--log', 'log'], { cwd });
      try {
        const [, port = ''] = await sandbox.says(/127\.0\.0\.1:(\d+)/);
        const args = ['resync', '-i', 'fleet.csv', '--rate', '0', '--yes', '-o', 'jsonl', '-P', port];
        const running = await startCli(args, { cwd });
        let peak: number | undefined;
        const watch = setInterval(() => {
          peak = peakOf(running) ?? peak;
        }, 10);
        const { code, stdout, stderr } = await running.ended;
        clearInterval(watch);
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        const outcomes = linesOf(stdout).map((line) => JSON.parse(line) as { aor: string; outcome: string });
        expect(new Set(outcomes.map(({ aor }) => aor)).size).toBe(PHONES);
        expect(outcomes.every(({ outcome }) => outcome === 'accepted')).toBe(true);
        if (peak !== undefined) expect(peak).toBeLessThan(MOST_MEMORY_MIB);
        const log = linesOf(readFileSync(`${cwd}/log`, 'utf8'));
        expect(log).toHaveLength(PHONES);
        expect(new Set(log.map((line) => (JSON.parse(line) as { aor: string }).aor)).size).toBe(PHONES);
      } finally {
        sandbox.process.kill('SIGINT');
        await sandbox.ended;
      }
    });
  });
});
