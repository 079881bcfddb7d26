import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { linesOf, runCli, startCli } from '../support/cli.js';
import { withFolder, withSandbox } from '../support/lab.js';

const PHONES = 2000;

/** `PHONECTL_ROUNDS=200` for the long version. */
const ROUNDS = Number(process.env.PHONECTL_ROUNDS ?? 3);

/** A run that nobody kills takes about so long, milliseconds; a kill may come at any time in it. */
const LIFE_MS = 1200;
/** On a busy machine it takes longer: each time it lives longer than the time before, so that it is done some day. */
const LONGER = 1.15;

const ORDER = ['resync', '-i', 'fleet.csv', '--rate', '0', '--yes', '--no-check', '-o', 'jsonl'];

interface Told {
  readonly aor: string;
  readonly outcome: string;
}

describe('a run that is killed at a random moment and resumed until it is done', () => {
  it(`tells nobody twice and leaves nobody out, ${ROUNDS} times`, async () => {
    const rows = Array.from({ length: PHONES }, (_, index) => `${1000 + index},phones.test,snom\n`).join('');
    await withFolder({ 'fleet.csv': `user,domain,vendor\n${rows}` }, (cwd) =>
      withSandbox({ phones: PHONES }, async ({ to, requests }) => {
        const sums = { kills: 0, unknown: 0, unknownTold: 0 };
        for (let round = 0; round < ROUNDS; round++) {
          const before = requests.length;
          const journal = `./${round}.jsonl`;
          const order = [...ORDER, ...to, '--journal', journal];
          let lifeMs = LIFE_MS;
          let done = await killed(order, cwd, lifeMs, sums);
          while (!done) {
            lifeMs *= LONGER;
            // Killed before its journal began, it has not begun.
            done = await killed(hasBegun(`${cwd}/${journal}`) ? ['run', 'resume', journal] : order, cwd, lifeMs, sums);
          }
          const report = await runCli(['run', 'report', journal, '-o', 'jsonl'], { cwd });
          const outcomes = linesOf(report.stdout).map((line) => JSON.parse(line) as Told);
          const orders = new Map<string, number>();
          for (const { aor } of requests.slice(before)) orders.set(aor, (orders.get(aor) ?? 0) + 1);
          expect([...orders].filter(([, count]) => count > 1)).toEqual([]);
          expect(new Set(outcomes.map(({ aor }) => aor)).size).toBe(PHONES);
          const unknown = outcomes.filter(({ outcome }) => outcome === 'unknown');
          const others = outcomes.filter(({ outcome }) => outcome !== 'unknown');
          expect(others.filter(({ aor, outcome }) => outcome !== 'accepted' || !orders.has(aor))).toEqual([]);
          sums.unknown += unknown.length;
          sums.unknownTold += unknown.filter(({ aor }) => orders.has(aor)).length;
        }
        if (process.env.PHONECTL_ROUNDS) console.log(JSON.stringify({ rounds: ROUNDS, phones: PHONES, ...sums }));
        expect(sums.kills).toBeGreaterThan(0);
      }),
    );
  }, 3_600_000);
});

/** Runs a command, and kills it at a random moment. Whether it was done before that. */
async function killed(args: readonly string[], cwd: string, lifeMs: number, sums: { kills: number }): Promise<boolean> {
  const running = await startCli(args, { cwd });
  const timer = setTimeout(() => running.process.kill('SIGKILL'), Math.random() * lifeMs);
  const { signal, code, stderr } = await running.ended;
  clearTimeout(timer);
  if (signal === 'SIGKILL') {
    sums.kills++;
    return false;
  }
  expect([0, 5], stderr).toContain(code);
  return true;
}

function hasBegun(journal: string): boolean {
  try {
    return readFileSync(journal, 'utf8').includes('\n');
  } catch {
    return false;
  }
}
