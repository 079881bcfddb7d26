import { expect } from 'vitest';
import type { Outcome } from '../../../src/run/outcome.js';
import { jsonOf, linesOf, runCli } from '../../support/cli.js';
import { csv } from '../csv.js';
import { outcomeLines, outcomeWords } from '../outcomes.js';
import type { Scenario, Scene } from '../scenario.js';
import { titles } from '../seen.js';
import type { PhoneWish, WorldPhone } from '../world.js';

const SNOM = 'snomD785/10.1.54.13';
const YEALINK = 'Yealink SIP-T46U 108.86.0.20';
const RESYNC = 'NOTIFY check-sync;reboot=false';
/** Where a phone stays away. */
const SOON = ['--evidence-timeout', '3s'];

/** Runs in steps, what ends them before their end, and what is left of them. */
export function rolloutScenarios(scenario: Scenario): void {
  scenario('batches go out one after the other, and say so', async (scene) => {
    const { phones, inventory } = await snoms(scene, [{}, {}, {}, {}]);
    const run = await scene.phonectl(['resync', '-i', inventory, '--batch', '1,2', '--pause', '1s', '--json']);
    expect(run.code, run.stderr).toBe(0);
    expect(run.stderr.match(/^batch .*$/gm)).toEqual([
      'batch 1: 1 phone, 3 to follow',
      'batch 2: 2 phones, 1 to follow',
      'batch 3: 1 phone, 0 to follow',
    ]);
    expect(outcomeWords(run)).toEqual(phones.map(() => 'accepted'));
    expect(await titles(phones, 1)).toEqual(phones.map(() => [RESYNC]));
  });

  scenario('the others are spared if the canary stays away', async (scene) => {
    const back = { returns: { afterMs: 300 } };
    const { phones, inventory } = await snoms(scene, [{}, back, back]);
    const run = await scene.phonectl(['resync', '-i', inventory, '--canary', ...SOON, '--json']);
    expect(run.code, run.stderr).toBe(6);
    expect(run.stderr).toContain('stop rule: the canary fell short; 2 phones not told');
    const spared = ['not-sent', expect.stringMatching(/^stop rule: the canary fell short/)];
    expect(outcomeLines(run)).toEqual([
      ['no-answer', 'answered 200, but not registered again within 3s'],
      spared,
      spared,
    ]);
    expect(await titles(phones, 0)).toEqual([[RESYNC], [], []]);
    expect(await scene.world.isTraced()).toBe(false);
  });

  scenario('all follow the canary if it comes back', async (scene) => {
    const back = { returns: { afterMs: 300 } };
    const { inventory } = await snoms(scene, [back, back, back]);
    const run = await scene.phonectl(['resync', '-i', inventory, '--canary', '--json']);
    expect(run.code, run.stderr).toBe(0);
    expect(outcomeWords(run)).toEqual(['returned', 'returned', 'returned']);
    expect(await scene.world.isTraced()).toBe(false);
  });

  scenario('more that fall short than may end the run', async (scene) => {
    const { phones, inventory } = await snoms(scene, [{}, { answer: 489 }, { answer: 489 }, {}]);
    const rule = ['--batch', '1', '--max-failures', '1', '--evidence', 'answered'];
    const run = await scene.phonectl(['resync', '-i', inventory, ...rule, '--json']);
    expect(run.code, run.stderr).toBe(6);
    expect(outcomeLines(run)).toEqual([
      ['answered', null],
      ['refused', expect.stringContaining('489')],
      ['refused', expect.stringContaining('489')],
      ['not-sent', expect.stringContaining('2 fell short, and --max-failures is 1')],
    ]);
    expect(await titles(phones, 0)).toEqual([[RESYNC], [RESYNC], [RESYNC], []]);
  });

  scenario('a run can be read again afterwards, each device of an extension by itself', async (scene) => {
    const { world, file, phonectl } = scene;
    const user = world.user(0);
    await world.phone({ user, userAgent: SNOM });
    await world.phone({ user, userAgent: YEALINK });
    const away = `${world.user(1)}@${world.domain}`;
    const inventory = await file('phones.csv', csv([['aor'], [`${user}@${world.domain}`], [away]]));
    const run = await phonectl(['resync', '-i', inventory, '--json']);
    expect(run.code, run.stderr).toBe(5);
    expect(outcomeWords(run).toSorted()).toEqual(['accepted', 'accepted', 'skipped']);
    const { run: id } = jsonOf<{ run: { run: string } }>(run).run;
    const report = await runCli(['run', 'report', id, '--output', 'jsonl']);
    expect(report.code, report.stderr).toBe(0);
    const told = linesOf(report.stdout).map((line): Partial<Outcome> => JSON.parse(line));
    const rows = told.flatMap(({ row, outcome }) => (row === undefined ? [] : [`${row} ${outcome}`]));
    expect(rows.toSorted()).toEqual(['2 accepted', '2 accepted', '3 skipped']);
  });
}

/** As many phones as wishes, and their inventory. */
async function snoms(
  { world, file }: Scene,
  wishes: readonly Partial<PhoneWish>[],
): Promise<{ phones: WorldPhone[]; inventory: string }> {
  const phones = await Promise.all(
    wishes.map((wish, index) => world.phone({ userAgent: SNOM, ...wish, user: world.user(index) })),
  );
  const rows = phones.map(({ aor }) => [aor, 'snom']);
  return { phones, inventory: await file('phones.csv', csv([['aor', 'vendor'], ...rows])) };
}
