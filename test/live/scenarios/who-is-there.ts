import { expect } from 'vitest';
import { csv } from '../csv.js';
import { outcomeLines, outcomes, outcomeWords } from '../outcomes.js';
import type { Scenario } from '../scenario.js';
import { onlyRequest, titles } from '../seen.js';
import type { World, WorldPhone } from '../world.js';

const SNOM = 'snomD785/10.1.54.13';
const YEALINK = 'Yealink SIP-T46U 108.86.0.20';
const LINKSYS = 'Linksys/SPA942-6.1.5(a)';

/** The check before: who can be reached at all, and as what. */
export function whoIsThereScenarios(scenario: Scenario): void {
  scenario('a SIP profile that does not exist is refused before anything is sent', async (scene) => {
    const { world, throughWorker, phonectl } = scene;
    const phone = await world.phone({ user: world.user(0), userAgent: SNOM });
    const run = await phonectl(['resync', phone.aor, '--sip-profile', `${world.profile}l`]);
    // Beside the server alone it is known which there are.
    expect(run.code, run.stderr).toBe(throughWorker ? 5 : 2);
    expect(run.stderr).toContain(`no SIP profile "${world.profile}l"; near it: ${world.profile}`);
    expect(await phone.requests(0)).toEqual([]);
  });

  scenario('those who can’t be reached are skipped, each with its reason, and the others are told', async (scene) => {
    const { world, file, phonectl } = scene;
    const { domain, profile } = world;
    const phones = [await world.phone({ user: world.user(0) }), await world.phone({ user: world.user(1) })];
    const [there, misplaced] = phones;
    const rows: [aor: string, profile: string, reason: string | null][] = [
      [`${misplaced?.aor}`, 'intrenal-2', 'no SIP profile "intrenal-2"'],
      [`${world.user(2)}@${domain}`, profile, `not registered on ${profile}`],
      [`${world.user(3)}@${domain}`, '', 'not registered'],
      [`nobody-of-that-name@${domain}`, '', `the directory has no user nobody-of-that-name@${domain}`],
      [`${world.user(4)}@${domain}x`, '', `a domain near it: ${domain}`],
      [`${there?.aor}`, profile, null],
    ];
    const cells = rows.map(([aor, where]) => [aor, where, 'snom']);
    const inventory = await file('phones.csv', csv([['aor', 'profile', 'vendor'], ...cells]));
    const run = await phonectl(['resync', '-i', inventory, '--json']);
    expect(run.code, run.stderr).toBe(5);
    const found = outcomes(run);
    for (const [aor, , reason] of rows) {
      expect(found[aor], aor).toMatchObject(
        reason === null
          ? { outcome: 'accepted', reason: null }
          : { outcome: 'skipped', reason: expect.stringContaining(reason) },
      );
    }
    expect(await titles(phones, 0)).toEqual([['NOTIFY check-sync;reboot=false'], []]);
  });

  scenario('an alias of a SIP profile is that profile', async ({ world, file, phonectl }) => {
    const phone = await world.phone({ user: world.user(0) });
    const columns = ['aor', 'profile', 'vendor'];
    const rows = [world.domain, world.profile].map((profile) => [phone.aor, profile, 'snom']);
    const inventory = await file('phones.csv', csv([columns, ...rows]));
    const run = await phonectl(['resync', '-i', inventory, '--json']);
    expect(run.code, run.stderr).toBe(0);
    expect(outcomeLines(run).toSorted()).toEqual([
      ['accepted', null],
      ['skipped', 'duplicate: an earlier row is the same phone'],
    ]);
    expect(await titles([phone], 1)).toEqual([['NOTIFY check-sync;reboot=false']]);
  });

  scenario('--no-check sends whoever is there, and FreeSWITCH says +OK to it all', async ({ world, phonectl }) => {
    const phone = await world.phone({ user: world.user(0) });
    const aors = [phone.aor, `${world.user(1)}@${world.domain}`, `nobody@${world.domain}x`];
    const run = await phonectl(['resync', ...aors, '--no-check', '--default-vendor', 'snom', '--json']);
    expect(run.code, run.stderr).toBe(0);
    expect(outcomeWords(run)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(await titles([phone], 1)).toEqual([['NOTIFY check-sync;reboot=false']]);
  });

  scenario('the User-Agent of its registration tells the vendor of a phone', async ({ world, file, phonectl }) => {
    const phone = await world.phone({ user: world.user(0), userAgent: LINKSYS });
    const inventory = await file('phones.csv', csv([['aor'], [phone.aor]]));
    const run = await phonectl(['resync', '-i', inventory, '--json']);
    expect(run.code, run.stderr).toBe(0);
    expect(outcomes(run)[phone.aor]).toMatchObject({ vendor: 'cisco-spa', event: 'NOTIFY resync' });
    expect(await titles([phone], 1)).toEqual([['NOTIFY resync']]);
  });

  scenario('where a row and the User-Agent disagree the row counts, with a warning', async (scene) => {
    const { world, file, phonectl } = scene;
    const phone = await world.phone({ user: world.user(0), userAgent: LINKSYS });
    const inventory = await file(
      'phones.csv',
      csv([
        ['aor', 'vendor'],
        [phone.aor, 'snom'],
      ]),
    );
    const run = await phonectl(['resync', '-i', inventory, '--json']);
    expect(run.code, run.stderr).toBe(0);
    const says = `the row says snom, its User-Agent "${LINKSYS}" says cisco-spa`;
    expect(run.stderr).toContain(`warning: ${inventory}:2: ${phone.aor}: ${says}`);
    expect(outcomes(run)[phone.aor]).toMatchObject({ vendor: 'snom' });
    expect(await titles([phone], 1)).toEqual([['NOTIFY check-sync;reboot=false']]);
  });

  scenario('of two devices on one extension only the selected one is told', async ({ world, phonectl }) => {
    const { snom, yealink } = await twoDevices(world);
    const run = await phonectl([
      'resync',
      '--registered',
      '--yes',
      '--where',
      'vendor=snom',
      '--where',
      `user=${snom.user}`,
      '-o',
      'json',
    ]);
    expect(run.code, run.stderr).toBe(0);
    expect(outcomeWords(run)).toEqual(['accepted']);
    const request = await onlyRequest(snom);
    expect([request.uri, request.headers.get('event')]).toEqual([snom.url, 'check-sync;reboot=false']);
    expect(await yealink.requests(0)).toEqual([]);
  });

  scenario('an extension with two devices hears of it in the words of each', async ({ world, phonectl }) => {
    const user = world.user(0);
    const snom = await world.phone({ user, userAgent: SNOM });
    const linksys = await world.phone({ user, userAgent: LINKSYS });
    const run = await phonectl(['resync', snom.aor, '--json']);
    expect(run.code, run.stderr).toBe(0);
    expect(outcomeWords(run)).toEqual(['accepted', 'accepted']);
    expect(await titles([snom, linksys], 1)).toEqual([['NOTIFY check-sync;reboot=false'], ['NOTIFY resync']]);
  });

  scenario('a row that names its vendor means the device of that vendor', async ({ world, file, phonectl }) => {
    const { snom, yealink } = await twoDevices(world);
    const inventory = await file(
      'phones.csv',
      csv([
        ['aor', 'vendor'],
        [snom.aor, 'snom'],
      ]),
    );
    const run = await phonectl(['resync', '-i', inventory, '--json']);
    expect(run.code, run.stderr).toBe(0);
    expect(run.stderr).not.toContain('warning');
    expect(await titles([snom, yealink], 0)).toEqual([['NOTIFY check-sync;reboot=false'], []]);
  });

  scenario('model and firmware of the registrations select phones', async ({ world, phonectl }) => {
    const { snom, yealink } = await twoDevices(world);
    const where = ['--where', 'firmware=108.*', '--where', `user=${snom.user}`];
    const run = await phonectl(['resync', '--registered', '--yes', ...where, '--json']);
    expect(run.code, run.stderr).toBe(0);
    expect(await titles([snom, yealink], 0)).toEqual([[], ['NOTIFY check-sync;reboot=false']]);
  });

  scenario('a text still reaches every device of an extension', async ({ world, phonectl }) => {
    const { snom, yealink } = await twoDevices(world);
    const run = await phonectl(['message', 'Lunch', snom.aor, '--json']);
    expect(run.code, run.stderr).toBe(0);
    expect(outcomeWords(run)).toEqual(['accepted']);
    expect(await titles([snom, yealink], 1)).toEqual([['MESSAGE'], ['MESSAGE']]);
  });
}

async function twoDevices(world: World): Promise<{ snom: WorldPhone; yealink: WorldPhone }> {
  const user = world.user(0);
  return {
    snom: await world.phone({ user, userAgent: SNOM }),
    yealink: await world.phone({ user, userAgent: YEALINK }),
  };
}
