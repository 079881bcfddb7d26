/** The bench: `npm run bench -- [--small] [--only PART]… [--rounds N] [--json FILE]`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import type { Bench } from './bench.js';
import { Figures } from './figures.js';
import { Fleets } from './fleet.js';
import { goals, goalTable } from './goals.js';
import { headingOf, thisMachine } from './machine.js';
import { codec } from './parts/codec.js';
import { costs } from './parts/costs.js';
import { events } from './parts/events.js';
import { memory, million } from './parts/memory.js';
import { orders } from './parts/orders.js';
import { registrations } from './parts/registrations.js';
import { sites } from './parts/sites.js';
import { startup } from './parts/startup.js';
import { workers } from './parts/workers.js';
import { FOLDER } from './places.js';
import { Sink } from './sink/sink.js';
import { tables } from './table.js';

const PARTS: Readonly<Record<string, (bench: Bench) => Promise<void>>> = {
  orders,
  startup,
  memory,
  million,
  registrations,
  events,
  codec,
  costs,
  workers,
  sites,
};

/** What is measured only where it is asked for. */
const DEAR = ['million', 'sites'];

const { values: flags } = parseArgs({
  options: {
    small: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    rounds: { type: 'string' },
    json: { type: 'string', default: 'node_modules/.cache/phonectl-bench.json' },
  },
});
const { small, json } = flags;
const rounds = flags.rounds === undefined ? (small ? 1 : 3) : Number(flags.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds: a number from 1 on');
const names = flags.only ?? Object.keys(PARTS).filter((name) => !DEAR.includes(name));
const unknown = names.find((name) => !(name in PARTS));
if (unknown !== undefined) throw new Error(`--only: no part ${unknown}; there are ${Object.keys(PARTS).join(', ')}`);

const machine = thisMachine();
process.stdout.write(headingOf(machine));
const figures = new Figures();
const sink = await Sink.start();
try {
  const fleets = new Fleets(FOLDER);
  const say = (what: string): void => {
    process.stderr.write(`${what} …\n`);
  };
  const bench: Bench = { figures, fleets, sink, rounds, small, live: liveServer(), say };
  for (const name of names) {
    const before = figures.all.length;
    await PARTS[name]?.(bench);
    process.stdout.write(`\n${tables(figures.all.slice(before))}`);
    save();
  }
} finally {
  sink.stop();
}
const aims = goals(figures);
if (!small && aims.length > 0) process.stdout.write(`\ngoals\n${goalTable(aims)}`);
process.stdout.write(`\nall figures: ${json}\n`);

/** After each part, so that a run which is broken off leaves something. */
function save(): void {
  mkdirSync(dirname(json), { recursive: true });
  const all = { machine, rounds, small, figures: figures.all, goals: goals(figures) };
  writeFileSync(json, JSON.stringify(all, undefined, 2));
}

/** The FreeSWITCH that PHONECTL_LIVE names, `host:port`. */
function liveServer(): Bench['live'] {
  const { PHONECTL_LIVE: live, PHONECTL_PASSWORD: password = 'ClueCon' } = process.env;
  if (!live) return undefined;
  const colon = live.lastIndexOf(':');
  return { host: live.slice(0, colon), port: Number(live.slice(colon + 1)), password };
}
