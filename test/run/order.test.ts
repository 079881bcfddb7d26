import { describe, expect, it } from 'vitest';
import { DEFAULT_RATE, isRebootWord, MWI_RATE } from '../../src/run/order.js';
import { fellShort, OUTCOMES, type Outcome } from '../../src/run/outcome.js';
import { settled } from '../../src/run/plan.js';
import { templateOrder } from '../../src/run/template-order.js';
import { phone } from './support.js';

describe('an order of one template', () => {
  it('is the same for every phone', () => {
    const order = templateOrder({
      verb: 'notify',
      template: 'notify',
      values: { event: 'x' },
    });
    expect(order).toMatchObject({ verb: 'notify', reboots: undefined, rate: DEFAULT_RATE });
    for (const columns of [{}, { vendor: 'Nobody knows it' }, { vendor: 'Cisco' }]) {
      expect(order.choose(phone('1000', columns))).toEqual({
        kind: 'template',
        template: 'notify',
        values: { event: 'x' },
        vendor: undefined,
      });
    }
  });

  it('knows the vendor where the row tells it', () => {
    const order = templateOrder({ verb: 'notify', template: 'notify', rate: MWI_RATE });
    expect(order).toMatchObject({ rate: MWI_RATE });
    expect(order.choose(phone('1000', { vendor: 'Linksys' }))).toMatchObject({ vendor: 'cisco-spa' });
    expect(order.choose(phone('1000', { user_agent: 'snomD785/10.1.169.16' }))).toMatchObject({ vendor: 'snom' });
  });
});

describe('the words that make phones restart', () => {
  it.each(['reboot', 'reboot_now', 'restart_now', 'check-sync;reboot=true', 'service-control', 'Reboot'])(
    '%s',
    (word) => {
      expect(isRebootWord(word)).toBe(true);
    },
  );

  it.each(['check-sync', 'check-sync;reboot=false', 'resync', 'xml', 'message-summary'])('not %s', (word) => {
    expect(isRebootWord(word)).toBe(false);
  });
});

describe('whether a phone fell short', () => {
  const target = { aor: '', server: '', profile: '', vendor: null, event: null, row: null };

  function outcome(word: Outcome['outcome'], reason: string | null = 'why'): Outcome {
    return settled(target, word, reason).outcome;
  }

  it.each(['accepted', 'answered', 'returned'] as const)(
    'if %s is wanted, is so for all else but planned',
    (wanted) => {
      const enough = OUTCOMES.filter((word) => !fellShort(outcome(word), wanted));
      expect(new Set(enough)).toEqual(new Set(['planned', wanted]));
    },
  );

  it('is a matter of FreeSWITCH alone if nothing more was wanted', () => {
    for (const word of OUTCOMES) expect(fellShort(outcome(word))).toBe(fellShort(outcome(word), 'accepted'));
  });

  it('is not so for the second row of a phone, which was told by the first', () => {
    const duplicate = outcome('skipped', 'duplicate: an earlier row is the same phone');
    expect([fellShort(duplicate), fellShort(duplicate, 'returned')]).toEqual([false, false]);
  });
});
