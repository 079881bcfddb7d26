import { expect } from 'vitest';
import { outcomeWords } from '../outcomes.js';
import type { Scenario } from '../scenario.js';
import { expectWhole, onlyRequest, titleOf } from '../seen.js';
import type { SipRequest } from '../sip-message.js';

/** It ignores a lamp in state terminated, and so gets one of its own. */
const YEALINK = 'Yealink SIP-T46U 108.86.0.20';
const SNOM = 'snomD785/10.1.54.13';

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

  scenario('a lamp that ignores a terminated NOTIFY gets an active one, and only that', async ({ world, phonectl }) => {
    const plain = await world.phone({ user: world.user(0), userAgent: YEALINK });
    const subscribed = await world.phone({
      user: world.user(1),
      userAgent: YEALINK,
      subscriptions: ['message-summary'],
    });
    for (const phone of [plain, subscribed]) {
      const on = await phonectl(['mwi', 'on', phone.aor, '--new', '2', '--json']);
      expect(on.code, on.stderr).toBe(0);
      expect(outcomeWords(on)).toEqual(['accepted']);
      const request = await onlyRequest(phone);
      expectWhole(request);
      expect(titleOf(request)).toBe('NOTIFY message-summary');
      expect(request.headers.get('subscription-state')).toBe('active;expires=60');
      expect(request.headers.get('to')).toBe(`<sip:${phone.aor}>`);
      expect(request.body).toBe(counted('yes', phone.aor, '2/0 (0/0)'));
    }
  });

  scenario('the lamps of two devices of one user are each lit once, in their own way', async ({ world, phonectl }) => {
    const snom = await world.phone({ user: world.user(0), userAgent: SNOM });
    const yealink = await world.phone({ user: world.user(0), userAgent: YEALINK });
    const on = await phonectl(['mwi', 'on', snom.aor, '--json']);
    expect(on.code, on.stderr).toBe(0);
    expect(outcomeWords(on)).toEqual(['accepted', 'accepted']);
    expect(stateOf(await onlyRequest(snom))).toBe('terminated');
    expect(stateOf(await onlyRequest(yealink))).toBe('active');
  });

  scenario('mwi resend sets lamps to what the voicemail or the file says', async ({ world, phonectl, file }) => {
    const phones = [
      await world.phone({ user: world.user(0), userAgent: SNOM }),
      await world.phone({ user: world.user(1), userAgent: YEALINK }),
    ] as const;
    const [snom, yealink] = phones;
    const empty = await phonectl(['mwi', 'resend', snom.aor, yealink.aor, '--json']);
    expect(empty.code, empty.stderr).toBe(0);
    const rows = await file('boxes.csv', `aor,new,old\n${snom.aor},3,1\n${yealink.aor},4,0\n`);
    const counts = await phonectl(['mwi', 'resend', '-i', rows, '--json']);
    expect(counts.code, counts.stderr).toBe(0);
    expect((await snom.requests(2)).map(({ body }) => body)).toEqual([
      summary('no', snom.aor, '0/0 (0/0)'),
      summary('yes', snom.aor, '3/1 (0/0)'),
    ]);
    expect((await yealink.requests(2)).map(({ body }) => body)).toEqual([
      counted('no', yealink.aor, '0/0 (0/0)'),
      counted('yes', yealink.aor, '4/0 (0/0)'),
    ]);
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

/** As FreeSWITCH writes it. */
function summary(waiting: 'yes' | 'no', aor: string, counts: string): string {
  return `Messages-Waiting: ${waiting}\r\nMessage-Account: sip:${aor}\r\nVoice-Message: ${counts}\r\n\r\n`;
}

/** As a template writes it: without the empty line that FreeSWITCH puts behind its own. */
function counted(waiting: 'yes' | 'no', aor: string, counts: string): string {
  return `Messages-Waiting: ${waiting}\r\nMessage-Account: sip:${aor}\r\nVoice-Message: ${counts}\r\n`;
}

function stateOf({ headers }: SipRequest): string | undefined {
  return headers.get('subscription-state')?.split(';', 1)[0];
}
