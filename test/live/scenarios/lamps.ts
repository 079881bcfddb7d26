import { expect } from 'vitest';
import { outcomeWords } from '../outcomes.js';
import type { Scenario } from '../scenario.js';
import { expectWhole, onlyRequest, titleOf } from '../seen.js';
import type { SipRequest } from '../sip-message.js';

/** Message lamps. */
export function lampScenarios(scenario: Scenario): void {
  scenario('mwi on and off light and clear the lamp of a registered phone', async ({ world, phonectl }) => {
    const phone = await world.phone({ user: world.user(0) });
    const on = await phonectl(['mwi', 'on', phone.aor, '--json']);
    expect(on.code, on.stderr).toBe(0);
    expect(outcomeWords(on)).toEqual(['accepted']);
    await phone.requests(1);
    const off = await phonectl(['mwi', 'off', phone.aor, '--old', '3', '--json']);
    expect(off.code, off.stderr).toBe(0);
    const requests = await phone.requests(2);
    expect(requests.map(({ body }) => body)).toEqual([
      summary('yes', phone.aor, '1/0 (0/0)'),
      summary('no', phone.aor, '0/3 (0/0)'),
    ]);
    for (const request of requests) {
      expectWhole(request);
      expect(titleOf(request)).toBe('NOTIFY message-summary');
      expect(request.headers.get('content-type')).toBe('application/simple-message-summary');
      expect(request.headers.get('subscription-state')).toBe('terminated;reason=noresource');
    }
  });

  scenario('a phone that subscribed to its mailbox hears of it both ways', async ({ world, phonectl }) => {
    const phone = await world.phone({ user: world.user(0), subscriptions: ['message-summary'] });
    const counts = ['--new', '2', '--old', '1', '--urgent-new', '1', '--urgent-old', '4'];
    const on = await phonectl(['mwi', 'on', phone.aor, ...counts, '--json']);
    expect(on.code, on.stderr).toBe(0);
    const requests = await phone.requests(2);
    expect(requests.map(({ body }) => body)).toEqual(
      Array.from({ length: 2 }, () => summary('yes', phone.aor, '2/1 (1/4)')),
    );
    expect(requests.map(stateOf).sort()).toEqual(['active', 'terminated']);
    const within = requests.find((request) => stateOf(request) === 'active');
    expect(within?.headers.get('subscription-state')).toMatch(/^active;expires=\d+$/);
    expect(within?.headers.get('to')).toMatch(/;tag=/);
  });

  scenario('the template message-summary reaches the registration, past all subscriptions', async (scene) => {
    const { world, phonectl } = scene;
    const phone = await world.phone({ user: world.user(0), subscriptions: ['message-summary'] });
    const values = ['--set', 'waiting=yes', '--set', 'new=7', '--set', 'old=1'];
    const run = await phonectl(['send', 'message-summary', phone.aor, ...values, '--json']);
    expect(run.code, run.stderr).toBe(0);
    const request = await onlyRequest(phone);
    expect([titleOf(request), stateOf(request)]).toEqual(['NOTIFY message-summary', 'terminated']);
    expect(request.body).toBe(
      `Messages-Waiting: yes\r\nMessage-Account: sip:${phone.aor}\r\nVoice-Message: 7/1 (0/0)\r\n`,
    );
  });

  scenario('a lamp finds its SIP profile by name, too, and no other is lit', async ({ world, phonectl }) => {
    const phone = await world.phone({ user: world.user(0) });
    const other = await world.phone({ user: world.user(1) });
    const named = await phonectl(['mwi', 'on', phone.aor, '--sip-profile', world.profile, '--json']);
    expect(named.code, named.stderr).toBe(0);
    expect((await onlyRequest(phone)).body).toBe(summary('yes', phone.aor, '1/0 (0/0)'));
    expect(await other.requests(0)).toEqual([]);
  });
}

function summary(waiting: 'yes' | 'no', aor: string, counts: string): string {
  return `Messages-Waiting: ${waiting}\r\nMessage-Account: sip:${aor}\r\nVoice-Message: ${counts}\r\n\r\n`;
}

function stateOf({ headers }: SipRequest): string | undefined {
  return headers.get('subscription-state')?.split(';', 1)[0];
}
