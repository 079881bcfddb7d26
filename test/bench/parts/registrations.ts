import { type Bench, inTurn } from '../bench.js';
import { type Measured, measureNode } from '../measured.js';
import { BUNDLES, PHONECTL } from '../places.js';

const ROWS = 100_000;
const SMALL_ROWS = 1000;

/** How fast a listing of registrations is read, and in how much memory. */
export async function registrations({ figures, sink, rounds, small, say }: Bench): Promise<void> {
  const rows = small ? SMALL_ROWS : ROWS;
  const read = (far: string) => measureNode([`${BUNDLES}/parts/registrations-main.js`, String(rows), far]);
  const contenders: readonly (readonly [string, () => Promise<Measured>])[] = [
    ['looked through for line ends', () => read('scan')],
    ['read', () => read('read')],
    ['read and kept, as a run does', () => read('index')],
    [
      'phonectl inventory export',
      async () => {
        await sink.set({ registrations: rows });
        return measureNode([PHONECTL, 'inventory', 'export', '-P', String(sink.port)]);
      },
    ],
  ];
  say('registrations');
  await inTurn(rounds, contenders, async ([contender, run]) => {
    const { wallMs, cpuMs, rssMb } = await run();
    const place = { part: 'registrations', case: `${rows.toLocaleString('en-US')}, whole processes`, contender };
    figures.add({ ...place, measure: 'registrations/s' }, (rows / wallMs) * 1000);
    figures.add({ ...place, measure: 'CPU ms' }, cpuMs);
    figures.add({ ...place, measure: 'peak RSS MiB' }, rssMb);
  });
}
