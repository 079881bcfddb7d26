import { expect } from 'vitest';
import { outcomeWords } from '../outcomes.js';
import type { Scenario } from '../scenario.js';
import { expectWhole, onlyRequest, titleOf } from '../seen.js';
import type { SipRequest } from '../sip-message.js';
import type { WorldPhone } from '../world.js';

/** Features of phones that subscribed to as-feature-event. */
export function featureScenarios(scenario: Scenario): void {
  scenario('feature dnd shows do-not-disturb as on and as off', async ({ world, phonectl }) => {
    const phone = await world.phone({ user: world.user(0), subscriptions: ['as-feature-event'] });
    for (const [index, state] of ['on', 'off'].entries()) {
      const run = await phonectl(['feature', 'dnd', state, phone.aor, '--json']);
      expect(run.code, run.stderr).toBe(0);
      expect(outcomeWords(run)).toEqual(['accepted']);
      const request = await newest(phone, index + 1);
      expect(request.headers.get('content-type')).toBe('application/x-as-feature-event+xml');
      expect(elementsOf(request.body)).toEqual({ device: phone.user, doNotDisturbOn: state });
      expect(request.body).toContain(
        '<DoNotDisturbEvent xmlns="http://www.ecma-international.org/standards/ecma-323/csta/ed3">',
      );
    }
  });

  scenario('feature forward shows each kind of forwarding, and its end', async ({ world, phonectl }) => {
    const phone = await world.phone({ user: world.user(0), subscriptions: ['as-feature-event'] });
    const device = phone.user;
    const orders: [args: string[], elements: Record<string, string>][] = [
      [['always', '2000'], { device, forwardingType: 'forwardImmediate', forwardStatus: 'true', forwardTo: '2000' }],
      [['busy', '2001'], { device, forwardingType: 'forwardBusy', forwardStatus: 'true', forwardTo: '2001' }],
      [
        ['no-answer', '2002', '--rings', '4'],
        { device, forwardingType: 'forwardNoAns', forwardStatus: 'true', forwardTo: '2002', ringCount: '4' },
      ],
      [['always', 'off'], { device, forwardingType: 'forwardImmediate', forwardStatus: 'false', forwardTo: 'off' }],
    ];
    for (const [index, [args, elements]] of orders.entries()) {
      const run = await phonectl(['feature', 'forward', ...args, phone.aor, '--json']);
      expect(run.code, run.stderr).toBe(0);
      expect(elementsOf((await newest(phone, index + 1)).body)).toEqual(elements);
    }
  });

  scenario('feature-init shows all of it in one', async ({ world, phonectl }) => {
    const phone = await world.phone({ user: world.user(0), subscriptions: ['as-feature-event'] });
    const values = ['dnd=off', 'forward_busy=2001', 'forward_busy_enabled=true'].flatMap((value) => ['--set', value]);
    const run = await phonectl(['send', 'feature-init', phone.aor, ...values, '--json']);
    expect(run.code, run.stderr).toBe(0);
    const { headers, body } = await onlyRequest(phone);
    const boundary = /^multipart\/mixed;\s*boundary="?([^"]+)"?$/.exec(headers.get('content-type') ?? '')?.[1];
    const parts = body.split(`--${boundary}`).slice(1, -1);
    expect(parts.map(elementsOf)).toEqual([
      { device: phone.user, forwardingType: 'forwardBusy', forwardStatus: 'true', forwardTo: '2001' },
      { device: phone.user, doNotDisturbOn: 'off' },
    ]);
  });

  scenario('a phone without the subscription hears nothing of features', async ({ world, phonectl }) => {
    const phone = await world.phone({ user: world.user(0), subscriptions: ['message-summary'] });
    const run = await phonectl(['feature', 'dnd', 'on', phone.aor, '--json']);
    expect(outcomeWords(run)).toEqual(['accepted']);
    expect(await phone.requests(0)).toEqual([]);
  });
}

/** The last of so many requests, sound and within the subscription. */
async function newest(phone: WorldPhone, count: number): Promise<SipRequest> {
  const requests = await phone.requests(count);
  expect(requests.map(titleOf)).toEqual(Array.from({ length: count }, () => 'NOTIFY as-feature-event'));
  const request = requests.at(-1);
  if (!request) throw new Error('no request');
  expectWhole(request);
  expect(request.headers.get('subscription-state')).toMatch(/^active/);
  return request;
}

/** The innermost elements of an XML document, with their texts. */
function elementsOf(xml: string): Record<string, string> {
  return Object.fromEntries([...xml.matchAll(/<(\w+)>([^<]*)<\/\1>/g)].map(([, name = '', text = '']) => [name, text]));
}
