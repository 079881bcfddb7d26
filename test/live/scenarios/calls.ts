import { expect } from 'vitest';
import { outcomeLines, outcomes } from '../outcomes.js';
import type { Scenario } from '../scenario.js';
import { titles } from '../seen.js';

const SNOM = 'snomD785/10.1.54.13';
const RESYNC = 'NOTIFY check-sync;reboot=false';
const REBOOT = 'NOTIFY check-sync;reboot=true';

/** Phones that are in a call. */
export function callScenarios(scenario: Scenario): void {
  for (const [how, presenceId] of [
    ['of which the channel says whose it is', true],
    ['of which only the address tells whose it is', false],
  ] as const) {
    scenario(`a reboot leaves a phone alone that is in a call ${how}`, async ({ world, phonectl }) => {
      const busy = await world.phone({ user: world.user(0), userAgent: SNOM });
      const free = await world.phone({ user: world.user(1), userAgent: SNOM });
      await busy.call({ presenceId });
      const run = await phonectl(['reboot', busy.aor, free.aor, '--yes', '--json']);
      expect(run.code, run.stderr).toBe(5);
      expect(outcomeLines(run)).toEqual([
        ['skipped', 'in a call'],
        ['accepted', null],
      ]);
      expect(await titles([busy, free], 0)).toEqual([[], [REBOOT]]);
    });
  }

  scenario('after the call the phone is rebooted like any other', async ({ world, phonectl }) => {
    const phone = await world.phone({ user: world.user(0), userAgent: SNOM });
    await phone.call();
    await phone.hangUp();
    const run = await phonectl(['reboot', phone.aor, '--yes', '--json']);
    expect(run.code, run.stderr).toBe(0);
    expect(await titles([phone], 1)).toEqual([[REBOOT]]);
  });

  scenario('a resync does not mind a call, and a reboot with --busy send does not either', async (scene) => {
    const { world, phonectl } = scene;
    const phone = await world.phone({ user: world.user(0), userAgent: SNOM });
    await phone.call();
    for (const args of [['resync'], ['reboot', '--yes', '--busy', 'send']]) {
      const run = await phonectl([...args, phone.aor, '--json']);
      expect(run.code, run.stderr).toBe(0);
    }
    expect(await titles([phone], 2)).toEqual([[RESYNC, REBOOT]]);
  });

  scenario('--busy wait tells a phone once its call has ended', async ({ world, start }) => {
    const busy = await world.phone({ user: world.user(0), userAgent: SNOM });
    const free = await world.phone({ user: world.user(1), userAgent: SNOM });
    await busy.call();
    const args = ['reboot', busy.aor, free.aor, '--yes', '--busy', 'wait', '--output', 'jsonl'];
    const running = await start(args);
    // They are looked at in their order, so the first one is waited for by now.
    await running.says(new RegExp(`"${free.aor}".*"accepted"`));
    expect(await titles([busy, free], 0)).toEqual([[], [REBOOT]]);
    await busy.hangUp();
    const { code, stdout, stderr } = await running.ended;
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(new RegExp(`"${busy.aor}".*"accepted"`));
    expect(await titles([busy, free], 1)).toEqual([[REBOOT], [REBOOT]]);
  });

  scenario('--busy wait gives up with a call that goes on', async ({ world, phonectl }) => {
    const phone = await world.phone({ user: world.user(0), userAgent: SNOM });
    await phone.call();
    const wait = ['--busy', 'wait', '--evidence-timeout', '1s'];
    const run = await phonectl(['reboot', phone.aor, '--yes', ...wait, '--json']);
    expect(run.code, run.stderr).toBe(5);
    expect(outcomes(run)[phone.aor]).toMatchObject({ outcome: 'skipped', reason: 'in a call, for more than 1s' });
    expect(await titles([phone], 0)).toEqual([[]]);
  });
}
