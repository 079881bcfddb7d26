import { expect } from 'vitest';
import { jsonOf, linesOf } from '../../support/cli.js';
import { csv } from '../csv.js';
import { outcomeWords } from '../outcomes.js';
import type { Scenario } from '../scenario.js';
import { titles } from '../seen.js';
import type { World, WorldPhone } from '../world.js';

const SNOM = 'snomD785/10.1.54.13';
const YEALINK = 'Yealink SIP-T46U 108.86.0.20';
/** What a spreadsheet would take for a formula, and what CSV and XML have to quote. */
const ODD = '=HYPERLINK("http://x") <b> & "7\'\'", é';

/** A template that sends a phone its own User-Agent. */
const AGENT =
  'sendevent SEND_MESSAGE\nprofile: {{profile}}\ncontent-type: text/plain\nuser: {{user}}\nhost: {{host}}\n\n{{user_agent}}';

interface Difference {
  readonly kind: string;
  readonly aor: string;
  readonly reason: string;
}

interface CheckUp {
  readonly ok: boolean;
  readonly checks: readonly { readonly name: string; readonly state: string; readonly detail: string }[];
  readonly profiles: readonly { readonly name: string; readonly running: boolean; readonly registrations: number }[];
}

/** Registrations as an inventory, an inventory against the registrations, and the look at the server itself. */
export function inventoryScenarios(scenario: Scenario): void {
  scenario('what is exported is an inventory, in which each device is named', async ({ world, file, phonectl }) => {
    const { snom, yealink } = await twoDevices(world);
    const exported = await phonectl(['inventory', 'export', '--where', `user=${snom.user}`]);
    expect(exported.code, exported.stderr).toBe(0);
    expect(linesOf(exported.stdout)).toHaveLength(3);
    const inventory = await file('phones.csv', exported.stdout);
    const run = await phonectl(['resync', '-i', inventory, '--where', 'vendor=snom', '--json']);
    expect(run.code, run.stderr).toBe(0);
    expect(outcomeWords(run)).toEqual(['accepted']);
    expect(await titles([snom, yealink], 0)).toEqual([['NOTIFY check-sync;reboot=false'], []]);

    const text = await phonectl(['message', 'Lunch', '-i', inventory, '--where', 'firmware=108.*', '--json']);
    expect(text.code, text.stderr).toBe(0);
    expect(await yealink.requests(1)).toHaveLength(1);
  });

  scenario('an odd User-Agent is exported, and read again as what it is', async ({ world, file, phonectl }) => {
    const phone = await world.phone({ user: world.user(0), userAgent: ODD });
    const exported = await phonectl(['inventory', 'export', '--where', `user=${phone.user}`]);
    expect(exported.code, exported.stderr).toBe(0);
    const inventory = await file('phones.csv', exported.stdout);
    const template = await file('agent.hbs', AGENT);
    const run = await phonectl(['send', template, '-i', inventory, '--no-check', '--json']);
    expect(run.code, run.stderr).toBe(0);
    const [request] = await phone.requests(1);
    expect(request?.body).toBe(ODD);
  });

  scenario('a file and the registrations are compared', async ({ world, file, phonectl }) => {
    const { domain, profile } = world;
    const { snom } = await twoDevices(world);
    const other = await world.phone({ user: world.user(1), userAgent: YEALINK });
    const stranger = await world.phone({ user: world.user(4), userAgent: SNOM });
    const known = await world.phone({ user: world.user(5), userAgent: SNOM });
    const rows = [
      [snom.user, domain, '', ''],
      [other.user, domain, profile, 'snom'],
      [world.user(2), domain, profile, 'snom'],
      [world.user(3), domain, `${profile}l`, 'snom'],
      [known.user, domain, domain, 'snom'],
    ];
    const inventory = await file('phones.csv', csv([['user', 'domain', 'profile', 'vendor'], ...rows]));
    const run = await phonectl(['inventory', 'diff', inventory, '--json']);
    expect(run.code, run.stderr).toBe(5);
    const { differences } = jsonOf<{ differences: readonly Difference[] }>(run);
    const found = Object.fromEntries(differences.map(({ aor, kind, reason }) => [aor, `${kind}: ${reason}`]));
    expect(found).toMatchObject({
      [snom.aor]: expect.stringMatching(/^several-devices: 2 devices/),
      [other.aor]: expect.stringMatching(/^other-vendor: .*yealink/),
      [`${world.user(2)}@${domain}`]: `missing: not registered on ${profile}`,
      [`${world.user(3)}@${domain}`]: expect.stringContaining(`missing: no SIP profile "${profile}l"`),
      [stranger.aor]: expect.stringMatching(/^unlisted: .*snom/),
    });
    expect(found).not.toHaveProperty([known.aor]);
  });

  scenario('what is registered agrees with what was exported', async ({ world, file, phonectl }) => {
    const { snom } = await twoDevices(world);
    const only = ['--where', `user=${snom.user}`];
    const exported = await phonectl(['inventory', 'export', ...only]);
    const inventory = await file('phones.csv', exported.stdout);
    const run = await phonectl(['inventory', 'diff', inventory, ...only, '--json']);
    const { differences } = jsonOf<{ differences: readonly Difference[] }>(run);
    // Somebody else's phones may be registered there, too.
    expect(differences.filter(({ aor }) => aor === snom.aor)).toEqual([]);
  });

  scenario('doctor finds a server that can be worked with', async ({ world, phonectl }) => {
    await twoDevices(world);
    const run = await phonectl(['doctor', '--json']);
    expect(run.code, run.stderr).toBe(0);
    const { ok, checks, profiles } = jsonOf<CheckUp>(run);
    expect(ok).toBe(true);
    expect(checks.filter(({ state }) => state !== 'ok')).toEqual([]);
    const profile = profiles.find(({ name }) => name === world.profile);
    expect(profile).toMatchObject({ running: true });
    expect(profile?.registrations).toBeGreaterThanOrEqual(2);
    expect(await world.isTraced()).toBe(false);
  });

  scenario('doctor says that a password is wrong, and does not show it', async ({ world, phonectl }) => {
    const env = { PHONECTL_PASSWORD: `${world.esl.password}-not` };
    const run = await phonectl(['doctor', '--json'], { env });
    expect(run.code, run.stderr).toBe(4);
    const { ok, checks } = jsonOf<CheckUp>(run);
    expect(ok).toBe(false);
    expect(checks.find(({ state }) => state === 'failed')).toMatchObject({
      name: 'login',
      detail: expect.stringContaining('refused the login'),
    });
    expect(run.stdout + run.stderr).not.toContain(env.PHONECTL_PASSWORD);
  });
}

async function twoDevices(world: World): Promise<{ snom: WorldPhone; yealink: WorldPhone }> {
  const user = world.user(0);
  const snom = await world.phone({ user, userAgent: SNOM });
  return { snom, yealink: await world.phone({ user, userAgent: YEALINK }) };
}
