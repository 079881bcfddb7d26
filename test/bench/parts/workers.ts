import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Bench, inTurn } from '../bench.js';
import { DOMAIN, userOf } from '../fleet.js';
import { measureNode } from '../measured.js';
import { FOLDER, PHONECTL } from '../places.js';
import { Sink } from '../sink/sink.js';
import { startProgram, startRedis } from './redis.js';

/** Phones of each server. */
const PHONES = 10_000;
const SMALL_PHONES = 200;
/**
 * Orders a second that each server takes: what FreeSWITCH takes from one connection, and what leaves all processes of five sites together
 * enough of two cores, to tell what the queue holds up from what the machine does.
 */
const PACES = { FreeSWITCH: 3000, 'a fifth of it': 600 };
const SITES = ['one', 'two', 'three', 'four', 'five'];

/** What workers beside their servers come to together, through one queue. */
export async function workers({ figures, rounds, small, say }: Bench): Promise<void> {
  const redis = await startRedis();
  if (!redis) return say('workers: left out, as there is no redis-server');
  const phones = small ? SMALL_PHONES : PHONES;
  const queue = `redis://127.0.0.1:${redis.port}`;
  const sinks = await Promise.all(SITES.map(() => Sink.start()));
  const beside: ChildProcess[] = [redis.child];
  try {
    for (const [index, sink] of sinks.entries()) {
      const env = { XDG_STATE_HOME: join(FOLDER, `state-${index}`) };
      const args = ['worker', '--server', `${SITES[index]}=127.0.0.1:${sink.port}`, '--queue', queue];
      beside.push(await startProgram(process.execPath, [PHONECTL, ...args], 'takes orders', env));
    }
    const contenders = Object.entries(PACES).flatMap(([name, rate]) => [
      { name, rate, contender: 'one worker', sites: 1 },
      { name, rate, contender: 'five workers', sites: SITES.length },
    ]);
    await inTurn(rounds, contenders, async ({ name, rate, contender, sites }) => {
      say(`workers: ${name}, ${contender}`);
      const csv = fleetOf(phones, sites);
      for (const sink of sinks) await sink.set({ rate, registrations: phones });
      const args = [
        'resync',
        '-i',
        csv,
        '--via',
        queue,
        '--rate',
        '0',
        '--sip-profile',
        'internal',
        '--yes',
        '--quiet',
      ];
      const { wallMs } = await measureNode([PHONECTL, ...args]);
      const seen = await Promise.all(sinks.slice(0, sites).map((sink) => sink.take()));
      const from = Math.min(...seen.map(({ orderFrom }) => orderFrom));
      const to = Math.max(...seen.map(({ orderFrom, orderMs }) => orderFrom + orderMs));
      const orders = seen.reduce((sum, one) => sum + one.orders, 0);
      if (orders !== phones * sites) throw new Error(`${orders} orders for ${phones * sites} phones`);
      const place = { part: 'workers', case: name, contender };
      figures.add({ ...place, measure: 'orders/s under way' }, (orders / (to - from)) * 1000);
      figures.add({ ...place, measure: 'wall ms' }, wallMs);
    });
  } finally {
    for (const sink of sinks) sink.stop();
    for (const child of beside.reverse()) child.kill('SIGKILL');
  }
}

function fleetOf(phones: number, sites: number): string {
  const path = join(FOLDER, `sites-${sites}.csv`);
  // As an inventory has them, one site after the other.
  const rows = SITES.slice(0, sites).flatMap((site) =>
    Array.from({ length: phones }, (_, index) => `${userOf(index)},${DOMAIN},snom,${site}\n`),
  );
  writeFileSync(path, `user,domain,vendor,server\n${rows.join('')}`);
  return path;
}
