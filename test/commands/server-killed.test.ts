import { describe, expect, it } from 'vitest';
import { jsonOf, linesOf, startCli } from '../support/cli.js';
import { csvOf, withFolder } from '../support/lab.js';

describe('a server that is killed in the middle', () => {
  it('leaves some phones unknown at most, and nobody is told twice', async () => {
    await withFolder({ 'fleet.csv': csvOf(500) }, async (cwd) => {
      const sandbox = await startCli(['sandbox', '--port', '0', '-i', 'fleet.csv', '--log', 'log'], { cwd });
      const [, port = ''] = await sandbox.says(/127\.0\.0\.1:(\d+)/);
      const args = ['mwi', 'on', '-i', 'fleet.csv', '--yes', '--rate', '100', '--json', '--retry-for', '0', '-P', port];
      const running = await startCli(args, { cwd });
      await running.says(/1009@phones\.test/);
      sandbox.process.kill('SIGKILL');
      const result = await running.ended;
      expect(result).toMatchObject({ code: 5, signal: null });
      const { summary, phones } = jsonOf<{ summary: Record<string, number>; phones: { outcome: string }[] }>(result);
      const { accepted = 0, unknown = 0, 'not-sent': notSent = 0, ...others } = summary;
      expect(others).toEqual({});
      expect(accepted).toBeGreaterThanOrEqual(10);
      expect(unknown).toBeLessThanOrEqual(16);
      expect(accepted + unknown + notSent).toBe(500);
      expect(phones).toHaveLength(500);
      expect(linesOf(result.stderr)).toHaveLength(notSent > 0 && unknown > 0 ? 3 : 2);
      expect(result.stderr).toMatch(/\n {2}go on: phonectl run resume \S+\n/);
      expect(result.stderr).toMatch(
        /^phonectl: 127\.0\.0\.1:\d+: the (?:server closed the connection|connection broke)/,
      );
      await sandbox.ended;
    });
  });
});
