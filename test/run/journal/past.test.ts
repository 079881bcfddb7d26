import { describe, expect, it } from 'vitest';
import { Past } from '../../../src/run/journal/past.js';
import type { JournalRecord } from '../../../src/run/journal/record.js';
import { withFolder } from '../../support/lab.js';
import { head, intent, outcome, subject } from './support.js';

async function pastOf(records: readonly JournalRecord[], byRow = true, first = head()) {
  return withFolder({ j: [first, ...records].map((one) => `${JSON.stringify(one)}\n`).join('') }, async (folder) => {
    const past = await Past.read(`${folder}/j`, byRow);
    const outcomes: string[] = [];
    for await (const { aor, outcome: word, reason } of past.outcomes()) {
      outcomes.push([aor.split('@')[0], word, reason].filter(Boolean).join(' '));
    }
    return { past, outcomes };
  });
}

describe('what earlier parts of a run did', () => {
  it('is over for who has an outcome, unknown for who has an intent, due for the others', async () => {
    const { past } = await pastOf([
      intent(1),
      outcome(1),
      intent(2),
      outcome(3, { outcome: 'skipped', reason: 'not registered' }),
      intent(4),
      outcome(4, { outcome: 'not-sent', reason: 'interrupted' }),
      intent(5),
      outcome(5, { outcome: 'unknown' }),
    ]);
    expect([1, 2, 3, 4, 5, 6].map((row) => past.of(subject(row)))).toEqual([
      'over',
      'unknown',
      'over',
      'due',
      'unknown',
      'due',
    ]);
  });

  it('is what the last record says', async () => {
    const { past, outcomes } = await pastOf([
      intent(1),
      outcome(1, { outcome: 'not-sent', reason: 'interrupted' }),
      { kind: 'resumed', at: 3, byRow: true, fingerprints: [] },
      intent(1),
      outcome(1),
    ]);
    expect(past.of(subject(1))).toBe('over');
    expect(outcomes).toEqual(['1001 accepted']);
  });

  it('says of an order whose reply was not written down that it may have happened', async () => {
    const { outcomes } = await pastOf([intent(1)]);
    expect(outcomes).toEqual(['1001 unknown the run ended before its reply was written down; it may have happened']);
  });

  it('says of one whose evidence did not come any more that it was accepted, and does not tell it again', async () => {
    const { past, outcomes } = await pastOf([intent(1), { ...intent(1), kind: 'accepted', eventUuid: 'uuid', ms: 3 }]);
    expect(past.of(subject(1))).toBe('over');
    expect(outcomes).toEqual(['1001 accepted the run ended before its evidence came']);
  });

  it('tells the devices of an extension apart', async () => {
    const { past } = await pastOf([
      intent(1, { device: 'a' }),
      outcome(1, { device: 'a' }),
      intent(1, { device: 'b' }),
      outcome(1, { device: 'b', outcome: 'not-sent' }),
    ]);
    expect(past.of(subject(1, { device: 'a' }))).toBe('over');
    expect(past.of(subject(1, { device: 'b' }))).toBe('due');
  });

  it('doubts a device that registered anew since another of its extension was told', async () => {
    const told = await pastOf([intent(1, { device: 'a' }), outcome(1, { device: 'a' })]);
    expect(told.past.of(subject(1, { device: 'c' }))).toBe('doubtful');
    expect(told.past.of(subject(1))).toBe('doubtful');
    const untold = await pastOf([outcome(1, { device: 'a', outcome: 'not-sent' })]);
    expect(untold.past.of(subject(1, { device: 'c' }))).toBe('due');
    const whole = await pastOf([intent(1), outcome(1)]);
    expect(whole.past.of(subject(1, { device: 'c' }))).toBe('doubtful');
  });

  it('goes by rows, and by names where rows are others by now', async () => {
    const records = [intent(1), outcome(1)];
    const moved = subject(9, { aor: '1001@phones.test' });
    expect((await pastOf(records)).past.of(moved)).toBe('due');
    expect((await pastOf(records, false)).past.of(moved)).toBe('over');
  });

  it('goes by names once a part of the run had another inventory, and where phones were registered', async () => {
    const moved = subject(9, { aor: '1001@phones.test' });
    const other = await pastOf([intent(1), outcome(1), { kind: 'resumed', at: 3, byRow: false, fingerprints: [] }]);
    expect(other.past.of(moved)).toBe('over');
    const registered = await pastOf(
      [intent(null, { aor: '1001@phones.test' })],
      true,
      head({ source: 'registrations' }),
    );
    expect(registered.past.of(moved)).toBe('unknown');
  });

  it('keeps apart what two servers did', async () => {
    const { past } = await pastOf([intent(1), outcome(1)]);
    expect(past.of(subject(1, { server: 'other' }))).toBe('due');
  });
});
