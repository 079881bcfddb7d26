import { describe, expect, it } from 'vitest';
import type { RegisterEvent } from '../../../src/freeswitch/register-events.js';
import { type Before, signOfReturn } from '../../../src/run/evidence/returns.js';

const NOW = 1_800_000_000_000;

const BEFORE: Before = {
  callId: 'old',
  contact: 'sip:1000@192.0.2.7:5060',
  userAgent: 'snomD785/10.1.54.13',
  networkIp: '192.0.2.7',
  // Half of an hour is left.
  expiresAt: NOW + 1_800_000,
  fromEvent: true,
};

function event(fields: Partial<RegisterEvent>): RegisterEvent {
  return {
    kind: 'registered',
    aor: '1000@phones.test',
    profile: 'internal',
    callId: 'old',
    contact: BEFORE.contact,
    userAgent: BEFORE.userAgent,
    networkIp: BEFORE.networkIp,
    networkPort: 5060,
    expiresInSeconds: 3600,
    knownContact: true,
    at: NOW,
    ...fields,
  };
}

function sign(fields: Partial<RegisterEvent>, before: Partial<Before> = {}, wasGone = false): string | undefined {
  return signOfReturn(event(fields), { ...BEFORE, ...before }, wasGone, NOW);
}

describe('a registration after an order', () => {
  it('that was due anyway shows nothing', () => {
    expect(sign({})).toBeUndefined();
    expect(sign({}, { expiresAt: NOW + 60_000 })).toBeUndefined();
    expect(sign({}, { expiresAt: undefined })).toBeUndefined();
    expect(sign({ expiresInSeconds: undefined })).toBeUndefined();
  });

  it('shows a restart by its Call-ID, its contact, or an unregister before it', () => {
    expect(sign({ callId: 'new' })).toBe('new Call-ID');
    expect(sign({ contact: 'sip:1000@192.0.2.7:5062' })).toBe('its contact changed');
    expect(sign({}, {}, true)).toBe('it had unregistered');
    // What an event does not say has not changed.
    expect(sign({ contact: undefined, userAgent: undefined })).toBeUndefined();
  });

  it('shows it by coming in the first part of its time, and not from the middle on', () => {
    expect(sign({}, { expiresAt: NOW + 3_590_000 })).toBe('long before it was due');
    expect(sign({}, { expiresAt: NOW + 2_200_000 })).toBe('long before it was due');
    expect(sign({}, { expiresAt: NOW + 2_100_000 })).toBeUndefined();
    // A phone behind NAT that registers every minute.
    expect(sign({ expiresInSeconds: 60 }, { expiresAt: NOW + 30_000 })).toBeUndefined();
    expect(sign({ expiresInSeconds: 60 }, { expiresAt: NOW + 55_000 })).toBe('long before it was due');
  });

  it('shows new firmware, by its version where the User-Agent tells one', () => {
    expect(sign({ userAgent: 'snomD785/10.1.60.2' })).toBe('firmware 10.1.54.13 → 10.1.60.2');
    expect(sign({ callId: 'new', userAgent: 'snomD785/10.1.60.2' })).toBe(
      'new Call-ID, firmware 10.1.54.13 → 10.1.60.2',
    );
    expect(sign({ userAgent: 'Acme 2' }, { userAgent: 'Acme 1' })).toBe('firmware Acme 1 → Acme 2');
    expect(sign({ userAgent: 'Acme 2' }, { userAgent: '' })).toBeUndefined();
  });

  it('shows nothing by a User-Agent that differs from the list, which may be old', () => {
    expect(sign({ userAgent: 'snomD785/10.1.60.2' }, { fromEvent: false })).toBeUndefined();
    expect(sign({ callId: 'new', userAgent: 'snomD785/10.1.60.2' }, { fromEvent: false })).toBe(
      'new Call-ID, firmware 10.1.54.13 → 10.1.60.2',
    );
  });
});
