import type { Figures } from './figures.js';
import { SERVERS } from './parts/costs.js';
import { WAYS } from './parts/memory.js';
import { CASES, nameOf } from './parts/orders.js';
import { align, short } from './table.js';

/** What a figure should be. */
export interface Goal {
  readonly part: string;
  readonly what: string;
  readonly value: number;
  readonly least?: number;
  readonly most?: number;
  readonly met: boolean;
}

/** Those goals whose figures there are. */
export function goals(figures: Figures): readonly Goal[] {
  return [
    ...orderGoals(figures),
    ...startupGoals(figures),
    ...memoryGoals(figures),
    ...costGoals(figures),
    ...workerGoals(figures),
  ];
}

export function goalTable(found: readonly Goal[]): string {
  const rows = found.map(({ part, what, value, least, most, met }) => [
    `${part}: ${what}`,
    least === undefined ? `≤ ${short(most ?? 0)}` : `≥ ${short(least)}`,
    short(value),
    met ? 'met' : 'missed',
  ]);
  return align([['', 'goal', 'is', ''], ...rows]);
}

function atLeast(part: string, what: string, value: number | undefined, least: number): readonly Goal[] {
  return value === undefined ? [] : [{ part, what, value, least, met: value >= least }];
}

function atMost(part: string, what: string, value: number | undefined, most: number): readonly Goal[] {
  return value === undefined ? [] : [{ part, what, value, most, met: value <= most }];
}

function orderGoals(figures: Figures): readonly Goal[] {
  const part = 'orders';
  return CASES.flatMap((one) => {
    const { delayMs, rate } = one;
    const name = nameOf(one, one.phones);
    const place = { part, case: name, measure: 'orders/s under way' };
    const of = (contender: string) => figures.median({ ...place, contender });
    const ours = of('phonectl');
    const peers = [
      ...new Set(figures.all.filter((one) => one.part === part && one.case === name).map((one) => one.contender)),
    ].filter((contender) => contender !== 'phonectl' && contender !== 'floor');
    const best = peers.map((peer) => of(peer) ?? 0).reduce((most, one) => Math.max(most, one), 0);
    const isFast = delayMs === 0 && rate === 0;
    return [
      ...atLeast(part, `${name}, of the floor`, ratio(ours, of('floor')), 0.9),
      ...(best > 0 && (delayMs === 20 || isFast)
        ? atLeast(part, `${name}, of the best peer`, ratio(ours, best), isFast ? 1.5 : 3)
        : []),
      ...(isFast ? atLeast(part, `${name}, orders/s`, ours, 25_000) : []),
    ];
  });
}

function startupGoals(figures: Figures): readonly Goal[] {
  return ['wall ms', 'CPU ms'].flatMap((measure) => {
    const of = (contender: string) => figures.median({ part: 'startup', case: 'one lamp', contender, measure });
    const node = of('node -e 0');
    return [
      ...atMost('startup', `a lamp, of node -e 0, ${measure}`, ratio(of('phonectl'), node), 4),
      ...atMost('startup', `a lamp, of node -e 0, ${measure}, aim`, ratio(of('phonectl'), node), 2.5),
      ...atMost('startup', `--version, of node -e 0, ${measure}`, ratio(of('phonectl --version'), node), 1.3),
    ];
  });
}

function memoryGoals(figures: Figures): readonly Goal[] {
  return WAYS.flatMap(({ contender }) => {
    const of = (where: string) => figures.median({ part: 'memory', case: where, contender, measure: 'peak RSS MiB' });
    const million = of('1,000,000 phones');
    return [
      ...atMost('memory', `${contender}, a million of ten thousand`, ratio(million, of('10,000 phones')), 1.2),
      ...atMost('memory', `${contender}, a million, MiB`, million, 120),
    ];
  });
}

function costGoals(figures: Figures): readonly Goal[] {
  return SERVERS.flatMap(({ name }) =>
    ['wall ms', 'under way ms'].flatMap((measure) => {
      const of = (contender: string) => figures.median({ part: 'costs', case: name, contender, measure });
      const what = `check and journal, of bare, ${name}, ${measure}`;
      return atMost('costs', what, ratio(of('check and journal'), of('bare')), 1.25);
    }),
  );
}

function workerGoals(figures: Figures): readonly Goal[] {
  return ['FreeSWITCH', 'a fifth of it'].flatMap((pace) => {
    const of = (contender: string) =>
      figures.median({ part: 'workers', case: pace, contender, measure: 'orders/s under way' });
    return atLeast('workers', `five of one, ${pace}`, ratio(of('five workers'), of('one worker')), 4.5);
  });
}

function ratio(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? undefined : one / other;
}
