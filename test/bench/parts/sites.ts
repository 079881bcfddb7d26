import { Redis } from 'ioredis';
import type { Entry } from '../../../src/inventory/phone.js';
import { cut } from '../../../src/queue/cut.js';
import { RunQueues } from '../../../src/queue/jobs.js';
import { RunStore } from '../../../src/queue/store.js';
import type { Slice, Work } from '../../../src/queue/work.js';
import { JOURNAL_SCHEMA } from '../../../src/run/journal/record.js';
import { outcomeOf } from '../../../src/run/outcome.js';
import type { Bench } from '../bench.js';
import { DOMAIN, PROFILE, userOf } from '../fleet.js';
import { startRedis } from './redis.js';

const SITES = 500;
const PHONES_A_SITE = 2000;
const SMALL_SITES = 5;
/** As a run at the usual pace of 100 orders a second has them. */
const PER_SLICE = 200;
/** Orders that one write of a worker tells of at that pace: they leave 5 ms apart at least (slice-log.ts). */
const PER_WRITE = 1;
/** Servers at work at a time; the figures are those of Redis, whose work does not depend on it. */
const AT_ONCE = 100;

/**
 * What a run over many sites asks of Redis. The keeping of the run is the real one, in a real Redis; what is left out is the telling of
 * the phones: each slice is claimed, its intents and outcomes are written as a worker at the usual pace writes them, and it is finished.
 */
export async function sites({ figures, small, say }: Bench): Promise<void> {
  const server = await startRedis();
  if (!server) return say('sites: left out, as there is no redis-server');
  const redis = new Redis(server.port);
  const count = small ? SMALL_SITES : SITES;
  const phones = count * PHONES_A_SITE;
  const place = { part: 'sites', case: `${phones.toLocaleString('en')} phones at ${count} sites`, contender: 'Redis' };
  const add = (measure: string, value: number) => figures.add({ ...place, measure }, value);
  try {
    const store = new RunStore(redis, 'bench');
    const queues = new RunQueues(store);
    const before = await usage(redis);
    say('sites: handing over');
    const started = performance.now();
    const run = await handOver(store, queues, count);
    add('hand over s', (performance.now() - started) / 1000);
    const filled = await usage(redis);
    add('MiB before the first order', filled.mib - before.mib);
    say('sites: carrying out');
    await carryOut(store, run);
    const done = await usage(redis);
    add('MiB after the last order', done.mib - before.mib);
    add('commands a phone', (done.commands - filled.commands) / phones);
    add('bytes in a phone', (done.bytesIn - filled.bytesIn) / phones);
    add('µs of CPU a phone', ((done.cpuSeconds - filled.cpuSeconds) / phones) * 1e6);
    add('s of CPU', done.cpuSeconds - before.cpuSeconds);
    await queues.close();
  } finally {
    redis.disconnect();
    server.child.kill('SIGKILL');
  }
}

async function handOver(store: RunStore, queues: RunQueues, count: number): Promise<string> {
  const run = '20261127-120000-0000';
  const started = new Date().toISOString();
  const head = {
    kind: 'run',
    schema: JOURNAL_SCHEMA,
    run,
    command: 'resync',
    args: [],
    cwd: '/',
    version: '0',
    started,
  } as const;
  const rest = {
    servers: [],
    evidence: 'accepted',
    source: 'file',
    phones: count * PHONES_A_SITE,
    fingerprints: [],
  } as const;
  const rule = { maxFailures: undefined, isCanary: false };
  const work: Work = { schema: 1, head: { ...head, ...rest }, order: {}, templates: {}, how: {}, rule, pauseMs: 0 };
  await store.begin(work);
  const entries = async function* (): AsyncGenerator<Entry, void, undefined> {
    for (let index = 0; index < count * PHONES_A_SITE; index++) {
      const columns = { user: userOf(index), domain: DOMAIN, vendor: 'snom', server: siteOf(index) };
      yield {
        kind: 'phone',
        phone: {
          aor: { user: userOf(index), host: DOMAIN },
          vendor: 'snom',
          server: siteOf(index),
          columns,
          row: index + 2,
        },
      };
    }
  };
  const serverOf = (entry: Entry): string => (entry.kind === 'phone' ? (entry.phone.server ?? '') : '');
  const options = { perSlice: PER_SLICE, batches: [], total: count * PHONES_A_SITE, serverOf };
  const batches = await cut(entries(), options, {
    add: (number, server, rows) => store.addRows({ run, number, server }, rows),
  });
  await store.open(run, batches);
  await queues.release(run);
  return run;
}

function siteOf(index: number): string {
  return `site-${Math.floor(index / PHONES_A_SITE)}`;
}

async function carryOut(store: RunStore, run: string): Promise<void> {
  const next = (await store.due(run)).servers.values();
  const worker = async (): Promise<void> => {
    for (const server of next) for (const slice of await store.dueAt(run, server, 0)) await tell(store, slice);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await store.advance(run);
}

async function tell(store: RunStore, slice: Slice): Promise<void> {
  const token = `${slice.number}`;
  const claimed = await store.claim(slice, token);
  if (!claimed) return;
  let seq = 0;
  let outcomes: string[] = [];
  for (let at = 0; at < claimed.entries.length; at += PER_WRITE) {
    const group = claimed.entries.slice(at, at + PER_WRITE);
    const lines = group.map((entry) => recordsOf(entry, slice.server));
    const intents = lines.map(({ intent }) => intent);
    await store.append(slice, token, ++seq, { intents, outcomes, orders: group.length, failures: 0 });
    outcomes = lines.map(({ outcome }) => outcome);
  }
  await store.append(slice, token, ++seq, { intents: [], outcomes, orders: 0, failures: 0 });
  await store.finish(slice, token);
}

function recordsOf(entry: Entry, server: string): { readonly intent: string; readonly outcome: string } {
  if (entry.kind !== 'phone') throw new Error('no phone');
  const { aor, row = null } = entry.phone;
  const event = 'NOTIFY check-sync;reboot=false';
  const target = { aor: `${aor.user}@${aor.host}`, server, profile: PROFILE, vendor: 'snom', event, row };
  const traits = { device: null, model: null, firmware: null };
  const at = Date.now();
  const eventUuid = '5b1d5d1e-8f0a-4f7e-9a55-1c2d3e4f5a6b';
  const outcome = outcomeOf(target, { outcome: 'accepted', reason: null, eventUuid, ms: 1.25 });
  return {
    intent: JSON.stringify({ kind: 'intent', at, ...target, ...traits }),
    outcome: JSON.stringify({ kind: 'outcome', at, ...outcome, ...traits }),
  };
}

/** What Redis says of itself. */
async function usage(redis: Redis): Promise<Record<'mib' | 'commands' | 'bytesIn' | 'cpuSeconds', number>> {
  const info = await redis.info();
  const of = (name: string): number => Number(new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info)?.[1] ?? Number.NaN);
  return {
    mib: of('used_memory') / 2 ** 20,
    commands: of('total_commands_processed'),
    bytesIn: of('total_net_input_bytes'),
    cpuSeconds: of('used_cpu_user') + of('used_cpu_sys'),
  };
}
