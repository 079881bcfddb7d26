import { spawn } from 'node:child_process';
import { type Bench, inTurn } from '../bench.js';
import { resync } from '../contenders.js';
import { CLEAN_ENV, PHONECTL } from '../places.js';

const PHONES = 10_000;
const SMALL_PHONES = 100;
const IN_FLIGHT = 16;
const PASSWORD = 'ClueCon';

/** Each by itself, and together as a run has them if nobody says otherwise. */
const WAYS = [
  { contender: 'bare', flags: ['--no-check', '--no-journal'] },
  { contender: 'check', flags: ['--no-journal'] },
  { contender: 'journal', flags: ['--no-check'] },
  { contender: 'check and journal', flags: [] },
];

/** To what a server. */
export const SERVERS = [
  { name: 'no delay', settings: {} },
  { name: 'FreeSWITCH', settings: { rate: 3000 } },
];

/** What a run costs that looks before, writes a journal, or watches what becomes of its orders: ratios to one that doesn't. */
export async function costs(bench: Bench): Promise<void> {
  const { figures, fleets, sink, rounds, small, say } = bench;
  const phones = small ? SMALL_PHONES : PHONES;
  const fleet = await fleets.of(phones);
  for (const { name, settings } of small ? SERVERS.slice(0, 1) : SERVERS) {
    say(`costs: ${name}`);
    await inTurn(rounds, WAYS, async ({ contender, flags }) => {
      await sink.set({ ...settings, registrations: phones });
      const { wallMs, cpuMs } = await resync(
        { host: '127.0.0.1', port: sink.port, password: PASSWORD },
        fleet,
        IN_FLIGHT,
        flags,
      );
      const { orderMs } = await sink.take();
      const place = { part: 'costs', case: name, contender };
      figures.add({ ...place, measure: 'wall ms' }, wallMs);
      figures.add({ ...place, measure: 'under way ms' }, orderMs);
      figures.add({ ...place, measure: 'CPU ms' }, cpuMs);
    });
  }
  await evidence(bench);
}

/** Evidence needs phones, so these are runs against the sandbox, whose own cost is in them. */
async function evidence({ figures, fleets, rounds, small, say }: Bench): Promise<void> {
  const fleet = await fleets.of(small ? SMALL_PHONES : PHONES);
  const sandbox = await startSandbox(fleet.csv);
  say('costs: evidence');
  try {
    await inTurn(rounds, ['accepted', 'answered', 'returned'], async (contender) => {
      const server = { host: '127.0.0.1', port: sandbox.port, password: PASSWORD };
      const { wallMs, cpuMs } = await resync(server, fleet, IN_FLIGHT, ['--evidence', contender]);
      const place = { part: 'costs', case: 'evidence, sandbox', contender };
      figures.add({ ...place, measure: 'wall ms' }, wallMs);
      figures.add({ ...place, measure: 'CPU ms' }, cpuMs);
    });
  } finally {
    await sandbox.stop();
  }
}

async function startSandbox(csv: string): Promise<{ port: number; stop(): Promise<void> }> {
  const phones = ['-i', csv, '--reregister-after', '1ms', '--log', '/dev/null'];
  const child = spawn(process.execPath, [PHONECTL, 'sandbox', '--port', '0', ...phones], {
    env: { ...CLEAN_ENV, PHONECTL_PASSWORD: PASSWORD },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    let said = '';
    void ended.then(() => reject(new Error('the sandbox did not start')));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (said.length < 4096) said += text;
      const found = /127\.0\.0\.1:(\d+)/.exec(said)?.[1];
      if (found !== undefined) resolve(Number(found));
    });
  });
  return {
    port,
    stop: () => {
      child.kill('SIGINT');
      return ended;
    },
  };
}
