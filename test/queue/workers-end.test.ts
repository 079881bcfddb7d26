import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/index.js';
import { linesOf, startCli } from '../support/cli.js';
import { csvOf, snoms } from '../support/lab.js';
import { hasRedis } from '../support/redis.js';
import { type Sites, withSites } from '../support/sites.js';

interface Told {
  readonly aor: string;
  readonly outcome: string;
  readonly reason: string | null;
}

function toldIn(stdout: string): Told[] {
  return linesOf(stdout).flatMap((line) => {
    const told = JSON.parse(line) as Partial<Told>;
    return told.aor !== undefined && told.outcome !== undefined ? [told as Told] : [];
  });
}

/** Resyncs all phones through the queue. */
function resync({ folder, redis }: Sites, more: readonly string[]) {
  const args = ['resync', '-i', 'fleet.csv', '--yes', '-o', 'jsonl', '--via', redis.url, ...more];
  return startCli(args, { cwd: folder, longestMs: 60_000 });
}

async function until(isTrue: () => boolean): Promise<void> {
  await expect.poll(isTrue, { interval: 20 }).toBe(true);
}

describe.skipIf(!hasRedis).concurrent('a worker that is told to end', () => {
  it('leaves to the next what it has not sent, also where the intents were written', async () => {
    const servers = { berlin: { phones: snoms(60), faults: { delayMs: 60 } } };
    await withSites({ servers, files: { 'fleet.csv': csvOf(60) } }, async (lab) => {
      const [{ lab: sandbox, worker }] = lab.sites as [Sites['sites'][number]];
      await worker.end('SIGTERM');
      await worker.start(['--concurrency', '1']);
      const sender = await resync(lab, ['--rate', '0']);
      await until(() => sandbox.requests.length >= 5);
      expect(await worker.end('SIGTERM')).toBe(0);
      expect(sandbox.requests.length).toBeLessThan(60);
      await worker.start();
      const { code, stdout, stderr } = await sender.ended;
      expect(code, stderr).toBe(0);
      expect(new Set(sandbox.requests.map(({ aor }) => aor)).size).toBe(60);
      expect(sandbox.requests).toHaveLength(60);
      expect(toldIn(stdout).map(({ outcome }) => outcome)).toEqual(Array.from({ length: 60 }, () => 'accepted'));
    });
  }, 60_000);

  it('says of a phone whose evidence it did not await that it was told, and no stop rule counts that', async () => {
    const phones = snoms(6).map((phone, index) => (index === 0 ? { ...phone, answer: null } : phone));
    await withSites({ servers: { berlin: { phones } }, files: { 'fleet.csv': csvOf(6) } }, async (lab) => {
      const [{ lab: sandbox, worker }] = lab.sites as [Sites['sites'][number]];
      const sender = await resync(lab, ['--rate', '2', '--evidence', 'answered', '--max-failures', '0']);
      await until(() => sandbox.requests.some(({ aor }) => aor === '1001@phones.test'));
      expect(await worker.end('SIGTERM')).toBe(0);
      await worker.start();
      const { code, stdout, stderr } = await sender.ended;
      expect(code, stderr).toBe(5);
      const [first, ...others] = toldIn(stdout).toSorted((one, other) => one.aor.localeCompare(other.aor));
      expect(first).toMatchObject({ outcome: 'accepted', reason: 'interrupted before its evidence came' });
      expect(others).toHaveLength(5);
      expect(others.filter(({ outcome }) => !['answered', 'accepted'].includes(outcome))).toEqual([]);
    });
  }, 60_000);
});

describe.skipIf(!hasRedis)('a server that is away when a slice begins', () => {
  for (const check of ['--check', '--no-check']) {
    it(`is tried again as one that is lost in the middle of a run, ${check}`, async () => {
      await withSites({ servers: { berlin: { phones: snoms(4) } }, files: { 'fleet.csv': csvOf(4) } }, async (lab) => {
        const [{ lab: first }] = lab.sites as [Sites['sites'][number]];
        const flags = ['--batch', '2', '--pause', '1s', '--retry-for', '30s', check];
        const sender = await resync(lab, flags);
        await until(() => first.requests.length === 2);
        await first.sandbox.close();
        await sender.explains(/trying again/);
        const requests: string[] = [];
        const second = await startSandbox({
          port: first.port,
          phones: snoms(4),
          onRequest: ({ aor }) => requests.push(aor),
        });
        try {
          const { code, stdout, stderr } = await sender.ended;
          expect(code, stderr).toBe(0);
          expect(stderr).toContain('is back');
          expect(toldIn(stdout).map(({ outcome }) => outcome)).toEqual([
            'accepted',
            'accepted',
            'accepted',
            'accepted',
          ]);
          expect(requests).toEqual(['1002@phones.test', '1003@phones.test']);
        } finally {
          await second.close();
        }
      });
    }, 60_000);
  }
});
