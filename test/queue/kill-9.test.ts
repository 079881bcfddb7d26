import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { linesOf, startCli } from '../support/cli.js';
import { snoms } from '../support/lab.js';
import { hasRedis } from '../support/redis.js';
import { type Sites, withSites } from '../support/sites.js';

/** `PHONECTL_ROUNDS=50` for the long version. */
const ROUNDS = Number(process.env.PHONECTL_ROUNDS ?? 1);
const PER_SITE = 400;
const SERVERS = ['berlin', 'paris'];

/** A run that nobody disturbs takes about so long, milliseconds. */
const LIFE_MS = 3000;

interface Told {
  readonly aor: string;
  readonly outcome: string;
}

const FLEET = SERVERS.flatMap((server, index) =>
  Array.from({ length: PER_SITE }, (_, phone) => `${1000 + index * PER_SITE + phone},phones.test,snom,${server}\n`),
);

describe.skipIf(!hasRedis)('a run through a queue, where everything is killed at random moments', () => {
  it(`tells nobody twice and leaves nobody out, ${ROUNDS} times`, async () => {
    const phones = snoms(PER_SITE * SERVERS.length);
    const halves = [phones.slice(0, PER_SITE), phones.slice(PER_SITE)];
    const servers = Object.fromEntries(SERVERS.map((name, index) => [name, { phones: halves[index] ?? [] }]));
    const files = { 'fleet.csv': `user,domain,vendor,server\n${FLEET.join('')}` };
    await withSites({ servers, files }, async (lab) => {
      const sums = { workers: 0, queues: 0, followers: 0, unknown: 0, unknownTold: 0 };
      for (let round = 0; round < ROUNDS; round++) {
        const before = lab.sites.map((site) => site.lab.requests.length);
        const outcomes = await disturbed(lab, sums);
        const orders = new Map<string, number>();
        for (const [index, site] of lab.sites.entries()) {
          for (const { aor } of site.lab.requests.slice(before[index])) orders.set(aor, (orders.get(aor) ?? 0) + 1);
        }
        expect([...orders].filter(([, count]) => count > 1)).toEqual([]);
        expect(outcomes).toHaveLength(FLEET.length);
        expect(new Set(outcomes.map(({ aor }) => aor)).size).toBe(FLEET.length);
        const unknown = outcomes.filter(({ outcome }) => outcome === 'unknown');
        const others = outcomes.filter(({ outcome }) => outcome !== 'unknown');
        expect(others.filter(({ aor, outcome }) => outcome !== 'accepted' || !orders.has(aor))).toEqual([]);
        expect(unknown.length).toBeLessThan(FLEET.length / 2);
        sums.unknown += unknown.length;
        sums.unknownTold += unknown.filter(({ aor }) => orders.has(aor)).length;
      }
      if (process.env.PHONECTL_ROUNDS) console.log(JSON.stringify({ rounds: ROUNDS, phones: FLEET.length, ...sums }));
    });
  }, 3_600_000);
});

/** One run in which a worker, the queue and whoever follows are killed; what came of it. */
async function disturbed({ folder, redis, sites }: Sites, sums: Record<string, number>): Promise<Told[]> {
  const via = ['--via', redis.url];
  const order = ['resync', '-i', 'fleet.csv', '--rate', '200', '--yes', '-o', 'jsonl', ...via];
  const sender = await startCli(order, { cwd: folder });
  const [, run = ''] = await sender.explains(/run (\S+) is handed over/);
  const moment = () => wait(Math.random() * LIFE_MS);
  const killSender = async () => {
    await moment();
    sender.process.kill('SIGKILL');
    if ((await sender.ended).signal === 'SIGKILL') sums.followers = (sums.followers ?? 0) + 1;
  };
  const killWorker = async ({ worker }: Sites['sites'][number]) => {
    await moment();
    await worker.end('SIGKILL');
    sums.workers = (sums.workers ?? 0) + 1;
    // Another incarnation may come without the disk of the one before.
    if (Math.random() < 0.5) worker.forget();
    // Like systemd: it may come back before the queue does.
    while (
      !(await worker.start().then(
        () => true,
        () => false,
      ))
    )
      await wait(200);
  };
  const killQueue = async () => {
    await moment();
    await redis.kill9();
    sums.queues = (sums.queues ?? 0) + 1;
    await wait(Math.random() * 500);
    await redis.restart();
  };
  const site = sites[Math.floor(Math.random() * sites.length)];
  if (!site) throw new Error('there is no site');
  await Promise.all([killSender(), killWorker(site), killQueue()]);
  const follower = await startCli(['run', 'follow', run, ...via, '-o', 'jsonl'], { cwd: folder, longestMs: 120_000 });
  const { code, stdout, stderr } = await follower.ended;
  expect([0, 5], stderr).toContain(code);
  return linesOf(stdout).flatMap((line) => {
    const told = JSON.parse(line) as Partial<Told>;
    return told.aor !== undefined && told.outcome !== undefined ? [told as Told] : [];
  });
}
