import { expect } from 'vitest';
import type { CliResult } from '../../support/cli.js';
import { outcomes, outcomeWords } from '../outcomes.js';
import type { Scenario, Scene } from '../scenario.js';
import { titles } from '../seen.js';
import type { WorldPhone } from '../world.js';

const SNOM = 'snomD785/10.1.54.13';
const SPA = 'Cisco/SPA504G-7.6.2f';
const ANSWERED = ['--evidence', 'answered', '--json'];
/** Where a phone is silent. */
const SOON = ['--evidence-timeout', '2s'];

/** What phones answer: `--evidence answered`, by the SIP trace, which is off afterwards. */
export function evidenceScenarios(scenario: Scenario): void {
  const traced = (name: string, play: (scene: Scene) => Promise<void>): void => {
    scenario(name, async (scene) => {
      await play(scene);
      expect(await scene.world.isTraced()).toBe(false);
    });
  };

  traced('a NOTIFY is answered, refused, or not', async ({ world, phonectl }) => {
    const phones = await Promise.all(
      [200, 489, 481, null].map((answer, index) => world.phone({ user: world.user(index), userAgent: SNOM, answer })),
    );
    const run = await phonectl(['resync', ...aorsOf(phones), ...ANSWERED, ...SOON]);
    expect(run.code, run.stderr).toBe(5);
    expect(run.stderr).toContain(`FreeSWITCH traces SIP on ${world.profile}`);
    expect(verdicts(run, phones)).toEqual([
      ['answered', 200],
      ['refused', 489],
      ['refused', 481],
      ['no-answer', null],
    ]);
    expect(outcomes(run)[phones[3]?.aor ?? '']?.reason).toBe('no answer within 2s');
    expect((await titles(phones, 1)).map((got) => new Set(got))).toEqual(
      phones.map(() => new Set(['NOTIFY check-sync;reboot=false'])),
    );
  });

  traced('an INFO is answered', async ({ world, phonectl }) => {
    const phones = await Promise.all(
      [200, 415].map((answer, index) => world.phone({ user: world.user(index), answer })),
    );
    const run = await phonectl([
      'info',
      ...aorsOf(phones),
      '--body',
      'Signal=1',
      '--content-type',
      'text/x',
      ...ANSWERED,
    ]);
    expect(run.code, run.stderr).toBe(5);
    expect(verdicts(run, phones)).toEqual([
      ['answered', 200],
      ['refused', 415],
    ]);
    expect(await titles(phones, 1)).toEqual([['INFO'], ['INFO']]);
  });

  traced('a lamp is answered by registration and by subscription', async ({ world, phonectl }) => {
    const phones = [
      await world.phone({ user: world.user(0), userAgent: SNOM }),
      await world.phone({ user: world.user(1), userAgent: SNOM, subscriptions: ['message-summary'] }),
      await world.phone({ user: world.user(2), userAgent: SNOM, answer: 489 }),
    ];
    const run = await phonectl(['mwi', 'on', ...aorsOf(phones), ...ANSWERED]);
    expect(run.code, run.stderr).toBe(5);
    expect(verdicts(run, phones)).toEqual([
      ['answered', 200],
      ['answered', 200],
      ['refused', 489],
    ]);
  });

  traced('a feature is answered by those who subscribed to it', async ({ world, phonectl }) => {
    const phone = await world.phone({ user: world.user(0), subscriptions: ['as-feature-event'] });
    const other = await world.phone({ user: world.user(1) });
    const run = await phonectl(['feature', 'dnd', 'on', phone.aor, other.aor, ...ANSWERED, ...SOON]);
    expect(run.code, run.stderr).toBe(5);
    expect(verdicts(run, [phone, other])).toEqual([
      ['answered', 200],
      ['no-answer', null],
    ]);
    expect(outcomes(run)[other.aor]?.reason).toBe('FreeSWITCH was not seen to send it within 2s');
  });

  traced('a text is reported by mod_sms, without a trace', async ({ world, phonectl }) => {
    const phones = await Promise.all(
      [200, 489].map((answer, index) => world.phone({ user: world.user(index), answer })),
    );
    const run = await phonectl(['message', 'Lunch ☎', ...aorsOf(phones), ...ANSWERED]);
    expect(run.code, run.stderr).toBe(5);
    expect(run.stderr).not.toContain('traces SIP');
    expect(verdicts(run, phones)).toEqual([
      ['answered', 200],
      ['refused', 489],
    ]);
    expect(await titles(phones, 1)).toEqual([['MESSAGE'], ['MESSAGE']]);
  });

  traced('of a text to two devices each answer counts', async ({ world, phonectl }) => {
    const user = world.user(0);
    const devices = [await world.phone({ user }), await world.phone({ user, answer: 489 })];
    const run = await phonectl(['message', 'Lunch', `${user}@${world.domain}`, ...ANSWERED]);
    expect(run.code, run.stderr).toBe(5);
    const reason = expect.stringContaining(`1 of its 2 devices: ${devices[1]?.url.replace('sip:', '')}`);
    expect(Object.values(outcomes(run))).toMatchObject([{ outcome: 'refused', sipStatus: 489, reason }]);
    expect(await titles(devices, 1)).toEqual([['MESSAGE'], ['MESSAGE']]);
  });

  traced('a text with a subject is seen in the trace', async ({ world, phonectl }) => {
    const phones = await Promise.all(
      [200, 489].map((answer, index) => world.phone({ user: world.user(index), answer })),
    );
    const run = await phonectl(['message', 'Lunch', '--subject', 'Noon', ...aorsOf(phones), ...ANSWERED]);
    expect(run.code, run.stderr).toBe(5);
    expect(run.stderr).toContain('traces SIP');
    expect(verdicts(run, phones)).toEqual([
      ['answered', 200],
      ['refused', 489],
    ]);
  });

  traced('a challenge is no refusal if the directory has the credentials', async ({ world, phonectl }) => {
    const wish = { userAgent: SPA, challenge: true };
    const known = await world.phone({ ...wish, user: world.user(0) });
    const unknown = await world.phone({ ...wish, user: world.userWithoutReverseAuth });
    const outdated = await world.phone({ ...wish, user: world.userWithOldReverseAuth });
    const run = await phonectl(['resync', known.aor, unknown.aor, outdated.aor, ...ANSWERED]);
    expect(run.code, run.stderr).toBe(5);
    expect(run.stderr).toMatch(/warning: .*1 of the 3 phones .*reverse-auth/);
    expect(verdicts(run, [known, unknown, outdated])).toEqual([
      ['answered', 200],
      ['refused', 401],
      ['refused', 401],
    ]);
    expect(outcomes(run)[unknown.aor]?.reason).toContain('reverse-auth-user');
    expect(await titles([known], 2)).toEqual([['NOTIFY resync', 'NOTIFY resync']]);
    expect(await titles([unknown], 1)).toEqual([['NOTIFY resync']]);
    expect(await titles([outdated], 2)).toEqual([['NOTIFY resync', 'NOTIFY resync']]);
  });

  traced('of two devices one refuses, and the outcome says which', async ({ world, phonectl }) => {
    const user = world.user(0);
    const willing = await world.phone({ user, userAgent: SNOM });
    const refusing = await world.phone({ user, userAgent: SNOM, answer: 489 });
    const aor = `${user}@${world.domain}`;
    const each = await phonectl(['resync', aor, ...ANSWERED]);
    expect(each.code, each.stderr).toBe(5);
    expect(outcomeWords(each).toSorted()).toEqual(['answered', 'refused']);

    const both = await phonectl(['notify', 'x-test', aor, ...ANSWERED]);
    expect(both.code, both.stderr).toBe(5);
    const reason = expect.stringContaining(`1 of its 2 devices: ${refusing.url.replace('sip:', '')}`);
    expect(Object.values(outcomes(both))).toMatchObject([{ outcome: 'refused', sipStatus: 489, reason }]);
    for (const device of [willing, refusing]) {
      expect(await titles([device], 2)).toEqual([['NOTIFY check-sync;reboot=false', 'NOTIFY x-test']]);
    }
  });

  for (const [signal, code] of [
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const) {
    traced(`the trace is off after ${signal}, and what came so far is told`, async ({ world, start }) => {
      const phones = [
        await world.phone({ user: world.user(0), userAgent: SNOM, answer: null }),
        await world.phone({ user: world.user(1), userAgent: SNOM }),
      ];
      const args = ['resync', ...aorsOf(phones), '--evidence', 'answered', '--output', 'jsonl'];
      const running = await start(args);
      await running.says(/"outcome":"answered"/);
      expect(await world.isTraced()).toBe(true);
      running.process.kill(signal);
      const { code: exit, stdout } = await running.ended;
      expect(exit).toBe(code);
      expect(stdout).toMatch(new RegExp(`"${phones[0]?.aor}".*"outcome":"accepted","reason":"interrupted`));
      expect(stdout).toMatch(new RegExp(`"${phones[1]?.aor}".*"outcome":"answered"`));
    });
  }

  scenario('a trace that runs already goes on', async ({ world, connect, phonectl }) => {
    const phone = await world.phone({ user: world.user(0), userAgent: SNOM });
    const connection = await connect();
    const trace = (state: 'on' | 'off') =>
      connection.send({ line: `api sofia profile ${world.profile} siptrace ${state}` });
    await trace('on');
    try {
      const run = await phonectl(['resync', phone.aor, ...ANSWERED]);
      expect(run.code, run.stderr).toBe(0);
      expect(outcomeWords(run)).toEqual(['answered']);
      expect(await world.isTraced()).toBe(true);
    } finally {
      await trace('off');
    }
    expect(await world.isTraced()).toBe(false);
  });
}

/** What phones answer to texts where mod_sms can't report it. */
export function textEvidenceScenarios(scenario: Scenario): void {
  scenario('without mod_sms the answer to a text is seen in the trace', async ({ world, phonectl }) => {
    const phones = await Promise.all(
      [200, 489].map((answer, index) => world.phone({ user: world.user(index), answer })),
    );
    const run = await phonectl(['message', 'Lunch', ...aorsOf(phones), ...ANSWERED]);
    expect(run.code, run.stderr).toBe(5);
    expect(run.stderr).toContain('traces SIP');
    expect(verdicts(run, phones)).toEqual([
      ['answered', 200],
      ['refused', 489],
    ]);
    expect(await titles(phones, 1)).toEqual([['MESSAGE'], ['MESSAGE']]);
    expect(await world.isTraced()).toBe(false);
  });
}

function aorsOf(phones: readonly WorldPhone[]): string[] {
  return phones.map(({ aor }) => aor);
}

/** Outcome and SIP status of each of these phones. */
function verdicts(run: CliResult, phones: readonly WorldPhone[]): [outcome: string | undefined, status: unknown][] {
  const found = outcomes(run);
  return phones.map(({ aor }) => [found[aor]?.outcome, found[aor]?.sipStatus]);
}
