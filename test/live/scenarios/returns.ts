import { expect } from 'vitest';
import { outcomeLines, outcomes, outcomesByVendor, outcomeWords } from '../outcomes.js';
import type { Scenario } from '../scenario.js';
import { titles } from '../seen.js';
import type { PhoneWish, WorldPhone } from '../world.js';

const SNOM = 'snomD785/10.1.54.13';
/** Where a phone stays away. */
const SOON = ['--evidence-timeout', '3s'];

/** Who registers again: `--evidence returned`. */
export function returnScenarios(scenario: Scenario): void {
  const returned = (
    name: string,
    wish: Partial<PhoneWish>,
    expected: { outcome: string; reason: string | RegExp },
    flags: readonly string[] = [],
  ): void => {
    scenario(name, async ({ world, phonectl }) => {
      const phone = await world.phone({ user: world.user(0), userAgent: SNOM, ...wish });
      const run = await phonectl(['resync', phone.aor, '--evidence', 'returned', '--json', ...flags]);
      expect(run.code, run.stderr).toBe(expected.outcome === 'returned' ? 0 : 5);
      const reason = typeof expected.reason === 'string' ? expected.reason : expect.stringMatching(expected.reason);
      expect(outcomes(run)[phone.aor]).toMatchObject({ outcome: expected.outcome, reason });
      expect(new Set(await ordersTo(phone))).toEqual(new Set(['NOTIFY check-sync;reboot=false']));
      expect(await world.isTraced()).toBe(false);
    });
  };

  returned(
    'a phone has come back with a new Call-ID',
    { returns: { afterMs: 300 } },
    { outcome: 'returned', reason: 'new Call-ID' },
  );
  returned(
    'a phone has come back with another contact',
    { returns: { afterMs: 300, sameCallId: true, newContact: true } },
    { outcome: 'returned', reason: 'its contact changed' },
  );
  returned(
    'a phone has come back with new firmware',
    { returns: { afterMs: 300, userAgent: 'snomD785/10.1.169.16' } },
    { outcome: 'returned', reason: 'new Call-ID, firmware 10.1.54.13 → 10.1.169.16' },
  );
  returned(
    'a phone has come back after it had taken its registration back',
    { returns: { afterMs: 300, unregistersFirst: true } },
    { outcome: 'returned', reason: 'it had unregistered' },
  );
  returned(
    'a phone has come back long before its registration was due',
    { returns: { afterMs: 300, sameCallId: true } },
    { outcome: 'returned', reason: 'long before it was due' },
  );
  returned(
    'a phone that only refreshes its registration has not come back',
    { dueForRefresh: true, returns: { afterMs: 300, sameCallId: true } },
    { outcome: 'no-answer', reason: /^answered 200, but not registered again within 3s; it only refreshed/ },
    SOON,
  );
  returned(
    'a phone that answers and stays away has not come back',
    {},
    { outcome: 'no-answer', reason: 'answered 200, but not registered again within 3s' },
    SOON,
  );
  returned(
    'a phone that is silent and stays away has not come back',
    { answer: null },
    { outcome: 'no-answer', reason: 'no answer, and not registered again within 3s' },
    SOON,
  );
  returned('a phone that refuses is not waited for', { answer: 489 }, { outcome: 'refused', reason: /^489/ });

  scenario('without the trace a return still shows', async ({ world, phonectl }) => {
    const phone = await world.phone({ user: world.user(0), userAgent: SNOM, returns: { afterMs: 300 } });
    const run = await phonectl(['reboot', phone.aor, '--yes', '--evidence', 'returned', '--no-trace', '--json']);
    expect(run.code, run.stderr).toBe(0);
    expect(run.stderr).not.toContain('traces SIP');
    expect(outcomeLines(run)).toEqual([['returned', 'new Call-ID']]);
  });

  scenario('of two devices the outcome says which has not come back', async ({ world, phonectl }) => {
    const user = world.user(0);
    await world.phone({ user, userAgent: SNOM, returns: { afterMs: 300 } });
    const away = await world.phone({ user, userAgent: SNOM });
    const aor = `${user}@${world.domain}`;
    const run = await phonectl([
      'notify',
      'check-sync;reboot=true',
      aor,
      '--yes',
      '--evidence',
      'returned',
      ...SOON,
      '--json',
    ]);
    expect(run.code, run.stderr).toBe(5);
    const [, reason] = outcomeLines(run)[0] ?? [];
    expect(outcomeWords(run)).toEqual(['no-answer']);
    expect(reason).toContain(`1 of its 2 devices: ${away.url.replace('sip:', '')}`);
  });

  scenario('another device that comes meanwhile is no return', async ({ world, start }) => {
    const user = world.user(0);
    const phone = await world.phone({ user, userAgent: SNOM });
    const running = await start(['resync', phone.aor, '--evidence', 'returned', '--evidence-timeout', '6s', '--json']);
    expect(await phone.requests(1)).toHaveLength(1);
    await world.phone({ user, userAgent: 'Yealink SIP-T46U 108.86.0.20' });
    const run = await running.ended;
    expect(run.code, run.stderr).toBe(5);
    expect(outcomeWords(run)).toEqual(['no-answer']);
  });

  scenario('each of two devices is told and waited for by itself', async ({ world, phonectl }) => {
    const user = world.user(0);
    await world.phone({ user, userAgent: SNOM, returns: { afterMs: 300 } });
    await world.phone({ user, userAgent: 'Fanvil X4U 2.12.7.6' });
    const run = await phonectl(['resync', `${user}@${world.domain}`, '--evidence', 'returned', ...SOON, '--json']);
    expect(run.code, run.stderr).toBe(5);
    expect(outcomesByVendor(run)).toEqual({ snom: 'returned', fanvil: 'no-answer' });
  });
}

/** What a phone was told to do: mod_voicemail tells phones their mailbox of its own accord when they register. */
async function ordersTo(phone: WorldPhone): Promise<string[]> {
  const [all = []] = await titles([phone], 1);
  return all.filter((title) => title !== 'NOTIFY message-summary');
}
