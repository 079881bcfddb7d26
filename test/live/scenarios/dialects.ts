import { Buffer } from 'node:buffer';
import { expect } from 'vitest';
import { csv } from '../csv.js';
import { digestFields, isAuthorized } from '../digest.js';
import { outcomes, outcomeWords } from '../outcomes.js';
import type { Scenario, Scene } from '../scenario.js';
import { onlyRequest, titleOf, titles } from '../seen.js';
import type { WorldPhone } from '../world.js';

/** Eight makes of phones, some named by the inventory, some known by their User-Agent, and their words. */
const FLEET = [
  { vendor: 'Snom', agent: 'snomD785/10.1.54.13', resync: 'check-sync;reboot=false', reboot: 'check-sync;reboot=true' },
  {
    vendor: '',
    agent: 'Yealink SIP-T46U 108.86.0.20',
    resync: 'check-sync;reboot=false',
    reboot: 'check-sync;reboot=true',
  },
  { vendor: 'Linksys', agent: 'Linksys/SPA942-6.1.5(a)', resync: 'resync', reboot: 'reboot_now' },
  { vendor: 'polycom', agent: '', resync: 'check-sync', reboot: 'check-sync' },
  { vendor: '', agent: 'Grandstream GXP2170 1.0.11.57', resync: 'resync', reboot: 'check-sync;reboot=true' },
  { vendor: 'MITEL', agent: 'Mitel 6930/6.4.0.132', resync: 'check-sync', reboot: 'check-sync' },
  { vendor: '', agent: 'Fanvil X4U 2.12.7.6', resync: 'check-sync', reboot: 'check-sync;reboot=true' },
  { vendor: 'Cisco', agent: 'Cisco-CP-8851-3PCC/11.3.7', resync: 'resync', reboot: 'check-sync' },
] as const;

/** Orders in the dialects of phones. */
export function dialectScenarios(scenario: Scenario): void {
  scenario('resync tells every make of a fleet in its own words, as the dry run said', async (scene) => {
    const { world, phonectl } = scene;
    const { phones, inventory } = await fleet(scene);
    const dry = await phonectl(['resync', '-i', inventory, '--dry-run']);
    expect(dry.code, dry.stderr).toBe(0);
    expect(await titles(phones, 0)).toEqual(FLEET.map(() => []));

    const run = await phonectl(['resync', '-i', inventory, '--json']);
    expect(run.code, run.stderr).toBe(0);
    expect(outcomeWords(run)).toEqual(FLEET.map(() => 'accepted'));
    expect(await titles(phones, 1)).toEqual(FLEET.map(({ resync }) => [`NOTIFY ${resync}`]));

    const commands = world.commands();
    if (commands) expect(ordersIn(commands)).toBe(dry.stdout);
  });

  scenario('reboot tells every make of a fleet in its own words, once this is confirmed', async (scene) => {
    const { phones, inventory } = await fleet(scene);
    const unasked = await scene.phonectl(['reboot', '-i', inventory]);
    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    expect(await titles(phones, 0)).toEqual(FLEET.map(() => []));

    const run = await scene.phonectl(['reboot', '-i', inventory, '--yes', '--json']);
    expect(run.code, run.stderr).toBe(0);
    expect(outcomeWords(run)).toEqual(FLEET.map(() => 'accepted'));
    expect(await titles(phones, 1)).toEqual(FLEET.map(({ reboot }) => [`NOTIFY ${reboot}`]));
  });

  scenario('resync leaves out phones that know no such order, and says so', async ({ world, file, phonectl }) => {
    const phones = [await world.phone({ user: world.user(0) }), await world.phone({ user: world.user(1) })];
    const rows = phones.map(({ aor }, index) => [aor, index === 0 ? 'obihai' : 'snom']);
    const inventory = await file('phones.csv', csv([['aor', 'vendor'], ...rows]));
    const run = await phonectl(['resync', '-i', inventory, '--json']);
    expect(run.code, run.stderr).toBe(5);
    expect(outcomeWords(run)).toEqual(['skipped', 'accepted']);
    expect(await titles(phones, 0)).toEqual([[], ['NOTIFY check-sync;reboot=false']]);
  });

  scenario(
    'reboot of a Cisco enterprise phone names the Call-ID of its registration',
    async ({ world, file, phonectl }) => {
      const phone = await world.phone({ user: world.user(0), userAgent: 'Cisco-CP8851/12.1.1' });
      const columns = ['aor', 'user_agent', 'contact', 'call_id'];
      const inventory = await file('phones.csv', csv([columns, [phone.aor, phone.userAgent, phone.url, phone.callId]]));
      const run = await phonectl(['reboot', '-i', inventory, '--yes', '--json']);
      expect(run.code, run.stderr).toBe(0);
      const { uri, headers, body } = await onlyRequest(phone);
      expect(uri).toBe(phone.url);
      expect(headers.get('event')).toBe('service-control');
      expect(headers.get('subscription-state')).toBe('active;expires=60');
      expect(headers.get('from')).toMatch(new RegExp(`^<sip:${world.domain}>;tag=`));
      expect(headers.get('to')).toBe(`<sip:${phone.aor}>`);
      expect(body.split('\n').slice(0, 2)).toEqual(['action=reset', `RegisterCallId={${phone.callId}}`]);
    },
  );

  scenario('two devices of one extension both hear it', async ({ world, phonectl }) => {
    const user = world.user(0);
    const agents = ['snomD785/10.1.54.13', 'snomD717/10.1.169.16'];
    const devices = await Promise.all(agents.map((userAgent) => world.phone({ user, userAgent })));
    const run = await phonectl(['resync', `${user}@${world.domain}`, '--default-vendor', 'snom', '--json']);
    expect(run.code, run.stderr).toBe(0);
    expect(outcomeWords(run)).toEqual(['accepted', 'accepted']);
    for (const device of devices) {
      const request = await onlyRequest(device);
      expect([titleOf(request), request.uri]).toEqual(['NOTIFY check-sync;reboot=false', device.url]);
    }
  });

  scenario('a phone that wants to know who asks is told with the credentials of the directory', async (scene) => {
    const { world, phonectl } = scene;
    const phone = await world.phone({ user: world.user(0), userAgent: 'Cisco/SPA504G-7.6.2f', challenge: true });
    const run = await phonectl(['resync', phone.aor, '--default-vendor', 'cisco-spa', '--json']);
    expect(run.code, run.stderr).toBe(0);
    const requests = await phone.requests(2);
    expect(requests.map(titleOf)).toEqual(['NOTIFY resync', 'NOTIFY resync']);
    const [bare, proven] = requests;
    if (!bare || !proven) throw new Error('two requests are expected');
    expect(bare.headers.has('authorization')).toBe(false);
    const proof = proven.headers.get('authorization');
    const credentials = world.reverseAuth(phone.user);
    expect(digestFields(proof ?? '').username).toBe(credentials.user);
    expect(isAuthorized(proof, credentials, proven)).toBe(true);
    expect(proven.headers.get('call-id')).toBe(bare.headers.get('call-id'));
    expect(sequenceOf(proven.headers.get('cseq'))).toBe(sequenceOf(bare.headers.get('cseq')) + 1);
  });

  scenario('a phone that refuses and one that is silent are accepted like any other', async ({ world, phonectl }) => {
    const phones = [
      await world.phone({ user: world.user(0), answer: 489 }),
      await world.phone({ user: world.user(1), answer: null }),
    ];
    const aors = phones.map(({ aor }) => aor);
    const run = await phonectl(['resync', ...aors, '--default-vendor', 'fanvil', '--json']);
    expect(run.code, run.stderr).toBe(0);
    expect(Object.values(outcomes(run)).map(({ outcome, sipStatus }) => [outcome, sipStatus])).toEqual([
      ['accepted', null],
      ['accepted', null],
    ]);
    expect(await titles(phones, 1)).toEqual([['NOTIFY check-sync'], ['NOTIFY check-sync']]);
  });
}

/** The fleet, registered, and its inventory. */
async function fleet({ world, file }: Scene): Promise<{ phones: WorldPhone[]; inventory: string }> {
  const phones = await Promise.all(
    FLEET.map(({ agent }, index) => world.phone({ user: world.user(index), userAgent: agent || 'unknown' })),
  );
  const rows = FLEET.map(({ vendor, agent }, index) => [world.user(index), world.domain, vendor, agent]);
  const inventory = await file('fleet.csv', csv([['user', 'domain', 'vendor', 'user_agent'], ...rows]));
  return { phones, inventory };
}

/** The orders among the commands that a server read, as it read them. */
function ordersIn(commands: readonly Buffer[]): string {
  return Buffer.concat(commands.filter((command) => command.toString().startsWith('sendevent '))).toString();
}

function sequenceOf(cseq = ''): number {
  return Number(cseq.split(' ', 1)[0]);
}
