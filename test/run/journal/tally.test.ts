import { describe, expect, it } from 'vitest';
import {
  type GROUPINGS,
  MAX_BUCKETS,
  MAX_GROUPS,
  MAX_SHORT,
  MAX_TEXT,
  OTHERS,
  Tally,
} from '../../../src/run/journal/tally.js';
import { DUPLICATE, type EvidenceWanted } from '../../../src/run/outcome.js';
import { outcome } from './support.js';

type Phone = Parameters<typeof outcome>[1];

function tallyOf(phones: readonly Phone[], wanted: EvidenceWanted = 'accepted'): Tally {
  const tally = new Tally(wanted);
  for (const [index, phone] of phones.entries()) tally.add(outcome(index + 2, phone));
  return tally;
}

/** Phones that come at these times. */
function timesOf(times: readonly number[]) {
  const { timeline } = tallyOf(times.map((at) => ({ at })));
  return timeline && { ...timeline, buckets: timeline.buckets.map((counts) => counts.accepted ?? 0) };
}

const NOON = Date.parse('2026-11-25T12:00:00Z');

describe('a tally', () => {
  it('counts outcomes, and who fell short of what was wanted', () => {
    const phones: Phone[] = [
      { outcome: 'accepted' },
      { outcome: 'returned' },
      { outcome: 'returned' },
      { outcome: 'skipped', reason: 'not registered' },
      { outcome: 'skipped', reason: DUPLICATE },
    ];
    const returned = tallyOf(phones, 'returned');
    expect(returned.counts).toEqual({ accepted: 1, returned: 2, skipped: 2 });
    expect([returned.phones, returned.short]).toEqual([5, 2]);
    expect(returned.shortPhones.map(({ outcome }) => outcome)).toEqual(['accepted', 'skipped']);
    expect(tallyOf(phones, 'accepted').shortPhones.map(({ outcome }) => outcome)).toEqual([
      'returned',
      'returned',
      'skipped',
    ]);
  });

  it('groups by vendor, model, firmware and server, those with the most that fell short first', () => {
    const tally = tallyOf([
      { vendor: 'snom', model: '300', firmware: '8', server: 'a:8021' },
      { vendor: 'snom', model: '300', firmware: '8', server: 'a:8021' },
      { vendor: 'fanvil', model: '300', firmware: '8', server: 'b:8021', outcome: 'refused' },
      { vendor: null, model: null, firmware: null, server: 'b:8021', outcome: 'refused' },
      { vendor: null, model: null, firmware: null, server: 'b:8021', outcome: 'unknown' },
    ]);
    const seen = (grouping: (typeof GROUPINGS)[number]) =>
      tally.groups(grouping).map(({ vendor, name, phones, short }) => [vendor, name, phones, short]);
    expect(seen('vendor')).toEqual([
      [null, null, 2, 2],
      [null, 'fanvil', 1, 1],
      [null, 'snom', 2, 0],
    ]);
    // The same words of two vendors are two models.
    expect(seen('model')).toEqual([
      [null, null, 2, 2],
      ['fanvil', '300', 1, 1],
      ['snom', '300', 2, 0],
    ]);
    expect(seen('firmware')).toHaveLength(3);
    expect(seen('server')).toEqual([
      [null, 'b:8021', 3, 3],
      [null, 'a:8021', 2, 0],
    ]);
    expect(tally.groups('vendor')[0]?.counts).toEqual({ refused: 1, unknown: 1 });
  });

  it('tells a phone without a model from one whose model is empty', () => {
    expect(tallyOf([{ model: null }, { model: '' }]).groups('model')).toHaveLength(2);
  });

  it('takes words that JavaScript knows for the names they are', () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const tally = tallyOf(names.map((model) => ({ model })));
    expect(tally.groups('model').map(({ name }) => name)).toEqual(names);
  });

  it('keeps no more groups than it may, and loses no phone of the others', () => {
    const tally = new Tally('accepted');
    const count = MAX_GROUPS + 500;
    for (let row = 0; row < count; row++) {
      tally.add(outcome(row, { firmware: `f${row}`, ...(row > MAX_GROUPS && { outcome: 'refused' }) }));
    }
    const groups = tally.groups('firmware');
    expect(groups).toHaveLength(MAX_GROUPS + 1);
    expect(groups.at(-1)).toMatchObject({ name: OTHERS, phones: 500, short: 499 });
    expect(groups.reduce((sum, { phones }) => sum + phones, 0)).toBe(count);
  });

  it('keeps the first phones that fell short, and counts all', () => {
    const tally = new Tally('accepted');
    for (let row = 0; row < MAX_SHORT + 3; row++) tally.add(outcome(row, { outcome: 'no-answer', reason: 'silent' }));
    expect(tally.shortPhones).toHaveLength(MAX_SHORT);
    expect(tally.short).toBe(MAX_SHORT + 3);
    expect(tally.shortPhones[0]).toEqual({
      aor: '1000@phones.test',
      server: 'fs:8021',
      profile: 'internal',
      vendor: 'snom',
      model: null,
      firmware: null,
      outcome: 'no-answer',
      reason: 'silent',
      sipStatus: null,
      row: 0,
    });
  });

  it('cuts texts that are too long', () => {
    const long = 'x'.repeat(MAX_TEXT + 1);
    const tally = tallyOf([{ outcome: 'refused', reason: long, model: long }]);
    for (const text of [tally.shortPhones[0]?.reason, tally.groups('model')[0]?.name]) {
      expect(text).toHaveLength(MAX_TEXT);
      expect(text?.endsWith('x…')).toBe(true);
    }
  });
});

describe('the timeline of a tally', () => {
  it('is not there without a phone', () => {
    expect(new Tally('accepted').timeline).toBeUndefined();
  });

  it('begins with narrow buckets, and has no gap', () => {
    expect(timesOf([NOON, NOON + 5, NOON + 350])).toEqual({ from: NOON, width: 100, buckets: [2, 0, 0, 1] });
  });

  it('counts each outcome', () => {
    expect(tallyOf([{ at: NOON }, { at: NOON, outcome: 'refused' }]).timeline?.buckets).toEqual([
      { accepted: 1, refused: 1 },
    ]);
  });

  it('widens its buckets as the run goes on, and loses nothing', () => {
    const timeline = timesOf(Array.from({ length: 7200 }, (_, second) => NOON + second * 1000));
    expect(timeline).toEqual({ from: NOON, width: 300_000, buckets: Array(24).fill(300) });
  });

  it('is the same in whatever order the phones come', () => {
    const times = Array.from({ length: 2000 }, (_, index) => NOON + ((index * 7919) % 2000) * 377);
    const sorted = timesOf(times.toSorted((a, b) => a - b));
    expect(timesOf(times)).toEqual(sorted);
    expect(timesOf(times.toReversed())).toEqual(sorted);
    expect(sorted?.buckets.reduce((sum, count) => sum + count, 0)).toBe(2000);
  });

  it.each([1, 60, 3600, 86_400, 30 * 86_400, 365 * 86_400])('has a fair number of buckets after %d s', (seconds) => {
    const length = timesOf([NOON, NOON + seconds * 1000])?.buckets.length ?? 0;
    expect(length).toBeLessThanOrEqual(MAX_BUCKETS);
    expect(length).toBeGreaterThan(MAX_BUCKETS / 10);
  });

  it('spans a clock that was wrong, and passes over what is no time', () => {
    const timeline = timesOf([NOON, 0, Number.NaN, Number.POSITIVE_INFINITY, -1, 9e15]);
    expect(timeline?.buckets.length).toBeLessThanOrEqual(MAX_BUCKETS);
    expect(timeline?.buckets.reduce((sum, count) => sum + count, 0)).toBe(2);
  });
});
