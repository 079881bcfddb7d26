import { describe, expect, it } from 'vitest';
import { type CliResult, runCli } from '../support/cli.js';
import { snoms } from '../support/lab.js';
import { hasRedis } from '../support/redis.js';
import { withBerlin } from '../support/workers.js';

/** The last of them is registered nowhere. */
const CSV = [
  'user,domain,vendor',
  '1000,phones.test,snom',
  '1001,phones.test,snom',
  '1002,phones.test,snom',
  '1003,phones.test,snom',
  '1004,phones.test,snom',
  '',
].join('\n');

/** What is another one in each run: ids, times, and where the pace of the machine shows. */
function same({ code, stdout }: CliResult): { code: number | null; stdout: string } {
  return {
    code,
    stdout: stdout
      .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UUID')
      .replace(/\d{8}-\d{6}-[0-9a-f]{4}/g, 'RUN')
      .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?: ?UTC|Z)?/g, 'TIME')
      .replace(/"ms": ?[\d.]+/g, '"ms":0')
      .replace(/ in [\d.:]+ (?:ms|s|min) through/g, ' in 0 ms through')
      .replace(/time="[\d.]+"/g, 'time="0"')
      .replace(/,\d+(?=\r?\n)/g, ',0')
      .replace(
        /("summary": \{)(.*?)\}/g,
        (_, begin: string, counts: string) => `${begin}${counts.split(',').sort().join()}}`,
      )
      // Phones that are not told have their outcome beside those that are, and either may be the first.
      .split('\n')
      .map((line) => line.replace(/,$/, ''))
      .sort()
      .join('\n'),
  };
}

const ORDER = ['resync', '-i', 'fleet.csv', '--yes', '-o'];

describe.skipIf(!hasRedis)('a run through a queue', () => {
  it.each(['table', 'json', 'csv', 'junit'])(
    'is shown as %s, and ends, as the same run does that is sent directly',
    async (format) => {
      await withBerlin({ 'fleet.csv': CSV }, { phones: snoms(4) }, async ({ via, direct, at }) => {
        const sent = await runCli([...ORDER, format, ...direct], at);
        expect(sent.code, sent.stderr).toBe(5);
        const handed = await runCli([...ORDER, format, ...via], at);
        expect(same(handed), handed.stderr).toEqual(same(sent));
        const followed = await runCli(['run', 'follow', 'last', '-o', format, ...via], at);
        expect(same(followed), followed.stderr).toEqual(same(sent));
      });
    },
    60_000,
  );

  it('has the same reports, here and from the queue', async () => {
    await withBerlin({ 'fleet.csv': CSV }, { phones: snoms(4) }, async ({ via, direct, at }) => {
      const report = async (...more: readonly string[]) => {
        const formats = ['table', 'json', 'jsonl', 'csv', 'junit', 'html'];
        const found: object[] = [];
        for (const format of formats) {
          const { code, stdout } = same(await runCli(['run', 'report', 'last', '-o', format, ...more], at));
          // Of a page what stands in its tables: a chart is about times.
          const lines = stdout
            .split('\n')
            .filter((line) => format !== 'html' || /^<tr><td>(?!TIME)|verdict"|Exit/.test(line));
          found.push({ format, code, lines });
        }
        return found;
      };
      await runCli([...ORDER, 'json', ...direct], at);
      const ofDirect = await report();
      await runCli([...ORDER, 'json', ...via], at);
      expect(await report()).toEqual(ofDirect);
      expect(await report(...via)).toEqual(ofDirect);
    });
  }, 120_000);
});
