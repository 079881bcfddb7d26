import { describe, expect, it } from 'vitest';
import { Past } from '../../../src/run/journal/past.js';
import type { JournalRecord } from '../../../src/run/journal/record.js';
import { withFolder } from '../../support/lab.js';
import { head, intent, outcome, subject } from './support.js';

/** How the phones of one row stand, and which devices they are in the journal. */
function left(past: Past, phones: readonly ReturnType<typeof subject>[], named?: string): string[] {
  return past.ofRow(phones, { named, retryUnknown: false }).map(({ standing, device }) => `${standing} ${device}`);
}

async function pastOf(records: readonly JournalRecord[], byRow = true, first = head()) {
  return withFolder({ j: [first, ...records].map((one) => `${JSON.stringify(one)}\n`).join('') }, async (folder) => {
    const past = await Past.read(`${folder}/j`, byRow);
    return { past, outcomes: await wordsOf(past) };
  });
}

async function wordsOf(past: Past): Promise<string[]> {
  const words: string[] = [];
  for await (const { aor, outcome: word, reason } of past.outcomes()) {
    words.push([aor.split('@')[0], word, reason].filter(Boolean).join(' '));
  }
  return words;
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

  it('doubts a device that registered anew since another of its extension was told, if one is left', async () => {
    const devices = ['a', 'b'];
    const [a, b] = devices.map((device) => subject(1, { device, devices }));
    const [c, d] = ['c', 'd'].map((device) => subject(1, { device, devices: ['c', 'd'] }));
    if (!a || !b || !c || !d) throw new Error('no phones');
    const half = [intent(1, a), outcome(1, a)];
    const { past } = await pastOf(half);
    expect(left(past, [a, b])).toEqual(['over a', 'due b']);
    expect(left(past, [c, d])).toEqual(['doubtful b', 'over d']);
    expect(left(past, [c, b])).toEqual(['over c', 'due b']);
    expect(left(past, [subject(1)])).toEqual(['doubtful b']);
    const untold = await pastOf([outcome(1, { ...a, outcome: 'not-sent' })]);
    expect(left(untold.past, [c, d])).toEqual(['due a', 'due b']);
    const both = await pastOf([...half, outcome(1, b)]);
    expect(left(both.past, [c, d])).toEqual(['over c', 'over d']);
    const gone = await pastOf([...half, outcome(1, { ...c, device: 'b', outcome: 'skipped' })]);
    expect([left(gone.past, [c, d]), gone.past.isComplete(2, true)]).toEqual([['over c', 'over d'], true]);
  });

  it('has nothing left for the devices of a row that was told as one, or that names its device', async () => {
    const now = [subject(1, { device: 'c' })];
    expect(left((await pastOf([intent(1), outcome(1)])).past, now)).toEqual(['over c']);
    const named = await pastOf([intent(1, { device: 'a' }), outcome(1, { device: 'a' })]);
    expect(left(named.past, now, 'x')).toEqual(['over c']);
    expect(left(named.past, now)).toEqual(['doubtful c']);
  });

  it('knows registrations by the Call-ID in the copy of them', async () => {
    const [a, b] = ['a', 'b'].map((device) => subject(null, { device, aor: '1000@phones.test' }));
    if (!a || !b) throw new Error('no phones');
    const { past } = await pastOf([intent(null, a), outcome(null, a)], true, head({ source: 'registrations' }));
    expect(left(past, [{ ...a, row: 2, device: 'new' }], 'a')).toEqual(['over a']);
    expect(left(past, [{ ...b, row: 3 }], 'b')).toEqual(['due b']);
    expect(left(past, [{ ...b, row: 3, device: 'new' }], 'b')).toEqual(['doubtful b']);
  });

  it('does not tell a listed device again that was alone when its extension was told, and is one of several by now', async () => {
    const alone = subject(null, { aor: '1000@phones.test' });
    const { past } = await pastOf([intent(null, alone)], true, head({ source: 'registrations' }));
    expect(left(past, [{ ...alone, row: 2, device: 'a' }], 'a')).toEqual(['over a']);
  });

  it('is complete if nobody is left', async () => {
    const devices = ['a', 'b'];
    const first = [outcome(1, { device: 'a', devices }), intent(2)];
    expect((await pastOf(first)).past.isComplete(2, false)).toBe(false);
    const { past } = await pastOf([...first, outcome(1, { device: 'b', devices })]);
    expect([past.isComplete(3, false), past.isComplete(4, false), past.isComplete(3, true)]).toEqual([
      true,
      false,
      false,
    ]);
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

  it('is the same of records that are in no file', async () => {
    const devices = ['a', 'b'];
    const records: JournalRecord[] = [
      intent(1),
      intent(2),
      outcome(1, { outcome: 'not-sent', reason: 'interrupted' }),
      outcome(2),
      { ...intent(3), kind: 'accepted', eventUuid: 'uuid', ms: 3 },
      outcome(4, { device: 'a', devices }),
      intent(1),
    ];
    const fromFile = await pastOf(records);
    const past = Past.of(records.values(), { byRow: true });
    expect(await wordsOf(past)).toEqual(fromFile.outcomes);
    expect(await wordsOf(past)).toHaveLength(4);
    expect([1, 2, 3, 9].map((row) => past.of(subject(row)))).toEqual(['unknown', 'over', 'over', 'due']);
    expect(left(past, [subject(4, { device: 'b', devices })])).toEqual(['due b']);
    expect([past.unknown, past.isComplete(5, false)]).toEqual([1, false]);
    const moved = subject(9, { aor: '1002@phones.test' });
    expect([past.of(moved), Past.of(records, { byRow: false }).of(moved)]).toEqual(['due', 'over']);
  });

  it('knows registrations by the Call-ID where records are in no file as well', () => {
    const a = subject(null, { device: 'a', aor: '1000@phones.test' });
    const past = Past.of([intent(null, a), outcome(null, a)], { byRow: true, isCopy: true });
    expect(left(past, [{ ...a, row: 2, device: 'new' }], 'a')).toEqual(['over a']);
  });

  it('keeps apart what two servers did', async () => {
    const { past } = await pastOf([intent(1), outcome(1)]);
    expect(past.of(subject(1, { server: 'other' }))).toBe('due');
  });
});
