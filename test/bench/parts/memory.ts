import { type Bench, inTurn } from '../bench.js';
import { resync } from '../contenders.js';

const SIZES = [10_000, 100_000];
const SMALL_SIZES = [1000];
const MILLION = 1_000_000;
/** So many take long, and one run tells all there is to know. */
const ONCE_FROM = 100_000;
const IN_FLIGHT = 16;

/** With the look at who is registered, and without. */
export const WAYS = [
  { contender: 'phonectl', flags: [] },
  { contender: 'phonectl --no-check', flags: ['--no-check'] },
] as const;

/** The most memory that a run over so many phones takes. */
export async function memory(bench: Bench): Promise<void> {
  for (const phones of bench.small ? SMALL_SIZES : SIZES) await measureMemory(bench, phones);
}

/** The same for a million, which takes minutes, so it is measured only where it is asked for. */
export function million(bench: Bench): Promise<void> {
  return measureMemory(bench, bench.small ? MILLION / 1000 : MILLION);
}

async function measureMemory({ figures, fleets, sink, rounds, say }: Bench, phones: number): Promise<void> {
  const server = { host: '127.0.0.1', port: sink.port, password: 'ClueCon' };
  const fleet = await fleets.of(phones);
  say(`memory: ${phones} phones`);
  await inTurn(phones >= ONCE_FROM ? 1 : rounds, WAYS, async ({ contender, flags }) => {
    await sink.set({ registrations: phones });
    const { rssMb, wallMs } = await resync(server, fleet, IN_FLIGHT, flags);
    const place = { part: 'memory', case: `${phones.toLocaleString('en-US')} phones`, contender };
    figures.add({ ...place, measure: 'peak RSS MiB' }, rssMb);
    figures.add({ ...place, measure: 'orders/s whole process' }, (phones / wallMs) * 1000);
  });
}
