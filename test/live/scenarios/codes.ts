import { expect } from 'vitest';
import { linesOf, type RunningCli, startCli } from '../../support/cli.js';
import type { Scenario, Scene } from '../scenario.js';
import { titles } from '../seen.js';
import type { WorldPhone } from '../world.js';

const SNOM = 'snomD785/10.1.54.13';
const YEALINK = 'Yealink SIP-T46S 66.85.0.5';

/** Phones that dial a feature code. */
export function codeScenarios(scenario: Scenario): void {
  scenario('a phone that dials a code is resynced, and no other', async (scene) => {
    const { world } = scene;
    const phone = await world.phone({ user: world.user(0), userAgent: SNOM });
    const other = await world.phone({ user: world.user(1), userAgent: SNOM });
    const entries = await dialling(scene, 'resync', [phone]);
    expect(entries).toMatchObject([{ aor: phone.aor, code: world.parkedAt, outcome: 'accepted', vendor: 'snom' }]);
    expect(await titles([phone], 1)).toEqual([['NOTIFY check-sync;reboot=false']]);
    expect(await titles([other], 0)).toEqual([[]]);
  });

  scenario('of two devices of one extension the one that dials is rebooted, after the call', async (scene) => {
    const { world } = scene;
    const user = world.user(0);
    const [one, two] = [await world.phone({ user, userAgent: SNOM }), await world.phone({ user, userAgent: YEALINK })];
    const entries = await dialling(scene, 'reboot', [two]);
    expect(entries).toMatchObject([{ aor: two.aor, outcome: 'accepted', vendor: 'yealink' }]);
    expect(await titles([two], 1)).toEqual([['NOTIFY check-sync;reboot=true']]);
    expect(await titles([one], 0)).toEqual([[]]);
  });

  scenario('do-not-disturb is toggled, and the lamp is lit', async (scene) => {
    const { world } = scene;
    const phone = await world.phone({ user: world.user(0), userAgent: SNOM, subscriptions: ['as-feature-event'] });
    const entries = await dialling(scene, 'dnd toggle', [phone, phone]);
    expect(entries).toMatchObject([{ outcome: 'accepted' }, { outcome: 'accepted' }]);
    const bodies = (await phone.requests(2)).map(({ body }) => /<doNotDisturbOn>(\w+)</.exec(body)?.[1]);
    expect(bodies).toEqual(['on', 'off']);
    const lit = await dialling(scene, 'mwi on', [phone]);
    expect(lit).toMatchObject([{ outcome: 'accepted', event: 'MESSAGE_WAITING' }]);
    expect((await phone.requests(3))[2]?.body).toContain('Messages-Waiting: yes');
  });

  scenario('a phone that is not registered, or dials too often, is sent nothing', async (scene) => {
    const { world } = scene;
    const phone = await world.phone({ user: world.user(0), userAgent: SNOM });
    const entries = await dialling(scene, 'resync', [phone, phone, phone], 'limit: 2/1h\n');
    expect(entries.map(({ outcome, reason }) => [outcome, reason])).toEqual([
      ['accepted', null],
      ['accepted', null],
      ['skipped', 'too many calls'],
    ]);
    expect(await titles([phone], 2)).toEqual([['NOTIFY check-sync;reboot=false', 'NOTIFY check-sync;reboot=false']]);
  });
}

/** What became of each call, when phones dial one after the other and the dialplan hands their calls to phonectl. */
async function dialling(scene: Scene, action: string, phones: readonly WorldPhone[], more = '') {
  const { world, file, socket } = scene;
  const silent = 'confirm: silence_stream://20\ndeny: silence_stream://20\n';
  const text = `codes:\n  "${world.parkedAt}": ${action}\nidentity: ${world.identity}\n${silent}${more}`;
  const codes = await file(`codes-${action.replace(' ', '-')}.yaml`, text);
  const listening = await startCli(['listen', '--codes', codes, '--port', '0', '--output', 'jsonl']);
  const [, port] = await listening.explains(/listening on 127\.0\.0\.1:(\d+)/);
  const own = await socket();
  for (const [index, phone] of phones.entries()) {
    const uuid = await phone.dial();
    await own.execute({ application: 'socket', argument: `127.0.0.1:${port} async full` }, uuid);
    await entriesOf(listening, index + 1);
  }
  listening.process.kill('SIGINT');
  const { code, stderr } = await listening.ended;
  expect(code, stderr).toBe(0);
  return entriesOf(listening, phones.length);
}

async function entriesOf(listening: RunningCli, count: number): Promise<Record<string, unknown>[]> {
  await expect.poll(() => linesOf(listening.stdout).length, { timeout: 15_000 }).toBeGreaterThanOrEqual(count);
  return linesOf(listening.stdout).map((line) => JSON.parse(line));
}
