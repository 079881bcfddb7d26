import { type Bench, inTurn } from '../bench.js';
import { DOMAIN, userOf } from '../fleet.js';
import { measure, measureNode } from '../measured.js';
import { PHONECTL } from '../places.js';

/** A short process differs a lot from one time to the next. */
const TURNS_A_ROUND = 7;

/** What one lamp costs, as a script switches it all day long: the whole process. */
export async function startup(bench: Bench): Promise<void> {
  const { sink, rounds, small, live } = bench;
  await sink.set({ registrations: 100 });
  await compare(bench, 'one lamp', sink.port, small ? 1 : rounds * TURNS_A_ROUND);
  if (live) await compare(bench, 'one lamp, live', live.port, small ? 1 : rounds * TURNS_A_ROUND);
}

async function compare(bench: Bench, where: string, port: number, turns: number): Promise<void> {
  const { figures, live, say } = bench;
  const isLive = where.endsWith('live');
  const [host, password] = isLive && live ? [live.host, live.password] : ['127.0.0.1', 'ClueCon'];
  const lamp = ['mwi', 'on', `${userOf(7)}@${DOMAIN}`, '-H', host, '-P', String(port), '--sip-profile', 'internal'];
  const env = { PHONECTL_PASSWORD: password };
  // Nobody of that name is registered at a server that is live.
  const check = isLive ? ['--no-check'] : [];
  const contenders: readonly (readonly [string, () => Promise<{ wallMs: number; cpuMs?: number }>])[] = [
    ['node -e 0', () => measureNode(['-e', '0'])],
    ['phonectl', () => measureNode([PHONECTL, ...lamp, ...check], env)],
    ['phonectl --no-check', () => measureNode([PHONECTL, ...lamp, '--no-check'], env)],
    ['phonectl --version', () => measureNode([PHONECTL, '--version'])],
    ...(await fsCli(host, port, password)),
  ];
  say(`startup: ${where}`);
  await inTurn(turns, contenders, async ([contender, run]) => {
    const { wallMs, cpuMs } = await run();
    const place = { part: 'startup', case: where, contender };
    figures.add({ ...place, measure: 'wall ms' }, wallMs);
    if (cpuMs !== undefined) figures.add({ ...place, measure: 'CPU ms' }, cpuMs);
  });
}

/** fs_cli, if there is one, asking the cheapest question: it has no way to send an event. */
async function fsCli(host: string, port: number, password: string) {
  const run = () => measure('fs_cli', ['-H', host, '-P', String(port), '-p', password, '-x', 'sofia xmlstatus']);
  try {
    await run();
  } catch {
    return [];
  }
  return [['fs_cli -x', run] as const];
}
