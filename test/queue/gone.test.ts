import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { jsonOf, startCli } from '../support/cli.js';
import { csvOf, snoms } from '../support/lab.js';
import { hasRedis } from '../support/redis.js';
import { withSites } from '../support/sites.js';

const PHONES = 60;

describe.skipIf(!hasRedis)('a queue that is gone for a while', () => {
  it('is waited for by workers and by whoever follows, and everybody goes on: each phone is told once', async () => {
    const servers = { berlin: { phones: snoms(PHONES) } };
    await withSites({ servers, files: { 'fleet.csv': csvOf(PHONES) } }, async ({ folder, redis, sites }) => {
      const order = ['resync', '-i', 'fleet.csv', '--yes', '--rate', '20', '--json', '--via', redis.url];
      const sender = await startCli(order, { cwd: folder, longestMs: 60_000 });
      await sender.says(/1003@phones.test/);
      await redis.kill9();
      await sender.explains(/is gone/);
      await wait(1000);
      await redis.restart();
      const result = await sender.ended;
      expect(result.code, result.stderr).toBe(0);
      expect(result.stderr).toMatch(
        /^warning: redis:\/\/127\.0\.0\.1:\d+\/0 is gone: .*; waiting for it\nnote: redis:\/\/127\.0\.0\.1:\d+\/0 is back$/m,
      );
      expect(jsonOf(result).summary).toEqual({ accepted: PHONES });
      const [site] = sites;
      const told = site?.lab.requests.map(({ aor }) => aor) ?? [];
      expect(told).toHaveLength(PHONES);
      expect(new Set(told).size).toBe(PHONES);
      expect(site?.worker.stderr).toMatch(/is gone: .*; waiting for it\n[\s\S]*is back\n/);
    });
  }, 90_000);
});
