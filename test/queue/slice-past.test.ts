import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { phonesIn, slicePast } from '../../src/cli/worker/slice-past.js';
import type { Claimed } from '../../src/queue/work.js';
import type { AcceptedRecord, IntentRecord, OutcomeRecord, RunRecord } from '../../src/run/journal/record.js';
import { DUPLICATE } from '../../src/run/outcome.js';

const SUBJECT = {
  at: 1,
  aor: '1000@x',
  server: 'berlin',
  profile: 'internal',
  vendor: 'snom',
  event: 'NOTIFY check-sync',
  row: 2,
  device: null,
  model: null,
  firmware: null,
} as const;

const HEAD: RunRecord = {
  kind: 'run',
  schema: 1,
  run: '20261127-073201-3f9a',
  command: 'resync',
  args: [],
  cwd: '/',
  version: '0',
  started: '2026-11-27T07:32:01Z',
  servers: ['berlin'],
  evidence: 'accepted',
  source: 'file',
  phones: 0,
  fingerprints: [],
};

type Record = IntentRecord | AcceptedRecord | OutcomeRecord;

function intent(more: Partial<IntentRecord> = {}): IntentRecord {
  return { ...SUBJECT, kind: 'intent', ...more };
}

function outcome(word: OutcomeRecord['outcome'], more: Partial<OutcomeRecord> = {}): OutcomeRecord {
  return {
    ...SUBJECT,
    kind: 'outcome',
    outcome: word,
    reason: null,
    sipStatus: null,
    eventUuid: null,
    ms: null,
    ...more,
  };
}

/** What is known of a slice of which Redis and the disk have this. */
async function pastOf(shared: readonly Record[], own: readonly Record[] = [], head: object = HEAD) {
  const folder = await mkdtemp(join(tmpdir(), 'phonectl-past-'));
  try {
    const journalPath = join(folder, 'run.jsonl');
    await writeFile(journalPath, [head, ...own].map((record) => `${JSON.stringify(record)}\n`).join(''));
    const tally = { stopped: undefined, batch: 1, size: 1, failures: 0, batchFailures: 0 };
    const log = shared.map((record) => JSON.stringify(record));
    const entry = { kind: 'phone', phone: { aor: { user: '1000', host: 'x' }, columns: {}, row: 2 } } as const;
    const claimed: Claimed = { entries: [entry], log, seq: log.length, tally };
    const past = await slicePast(claimed, { isCopy: false, own: await phonesIn(journalPath) });
    if (!past) throw new Error('a slice that was begun has a past');
    return past;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const standing = async (shared: readonly Record[], own: readonly Record[] = []) =>
  (await pastOf(shared, own)).past.of(SUBJECT);

describe('what earlier claims of a slice have done', () => {
  it('takes the word of the disk for what Redis has forgotten, as in a power cut: nobody is told twice', async () => {
    expect(await standing([], [intent()])).toBe('unknown');
    const { past, untold } = await pastOf([], [intent(), outcome('accepted')]);
    expect(past.of(SUBJECT)).toBe('over');
    expect(untold).toMatchObject([{ outcome: 'accepted' }]);
    expect(await standing([], [intent(), outcome('not-sent')])).toBe('due');
  });

  it('does not take what the disk has of other slices for phones of this one', async () => {
    const { untold } = await pastOf(
      [],
      [intent({ row: 3, aor: '1001@x' }), outcome('accepted', { row: 3, aor: '1001@x' })],
    );
    expect(untold).toEqual([]);
  });

  it('takes the word of the disk that a phone was told, where Redis has the intent alone', async () => {
    const { past, untold } = await pastOf([intent()], [intent(), outcome('accepted')]);
    expect(past.of(SUBJECT)).toBe('over');
    expect(untold).toMatchObject([{ outcome: 'accepted' }]);
  });

  it('knows what Redis knows where the journal on the disk can’t be read', async () => {
    const { untold } = await pastOf([intent()], [outcome('accepted')], { kind: 'resumed' });
    expect(untold).toMatchObject([{ outcome: 'unknown' }]);
  });

  it('does not take its word that a phone was not told: another worker may have told it since', async () => {
    const { past, untold } = await pastOf(
      [intent()],
      [intent(), outcome('not-sent', { reason: 'the slice was lost' })],
    );
    expect(past.of(SUBJECT)).toBe('unknown');
    expect(untold).toMatchObject([{ outcome: 'unknown' }]);
  });

  it('has a phone due that was put back, also after its intent, and tells nobody', async () => {
    const back = outcome('not-sent', { reason: 'the worker is ending' });
    const { past, untold } = await pastOf([intent(), back], [intent()]);
    expect(past.of(SUBJECT)).toBe('due');
    expect(untold).toEqual([]);
    expect(await standing([intent(), back, intent()])).toBe('unknown');
  });

  it('has a phone over that was told as not sent', async () => {
    const { past, untold, left } = await pastOf([outcome('not-sent', { reason: 'no connection' })]);
    expect(past.of(SUBJECT)).toBe('over');
    expect(untold).toEqual([]);
    expect(left(outcome('not-sent', { profile: '' }))).toEqual([]);
  });

  it('knows those devices of a row that are left', async () => {
    const devices = ['one', 'two', 'three'];
    const { left } = await pastOf([
      intent({ device: 'one', devices }),
      outcome('accepted', { device: 'one', devices }),
      intent({ device: 'two', devices }),
    ]);
    const row = outcome('not-sent', { reason: 'no connection' });
    expect(left(row)).toMatchObject([{ device: 'three', outcome: 'not-sent', reason: 'no connection' }]);
    expect(left({ ...row, row: 3 })).toMatchObject([{ device: null, row: 3 }]);
  });

  it('knows a row that was settled as one, whatever SIP profile its phone turns out to have', async () => {
    const settled = outcome('not-sent', { row: null, profile: '', event: null, vendor: null, reason: 'cancelled' });
    const { isSettled } = await pastOf([settled]);
    expect(isSettled({ row: null, aor: '1000@x' })).toBe(true);
    expect(isSettled({ row: null, aor: '1001@x' })).toBe(false);
  });

  it('does not take an AOR that was typed twice for the phone itself, and tells of it once', async () => {
    const twice = outcome('skipped', { row: null, event: null, reason: DUPLICATE });
    const { past, untold, isToldTwice } = await pastOf([intent({ row: null }), twice]);
    expect(past.of({ ...SUBJECT, row: null })).toBe('unknown');
    expect(untold).toMatchObject([{ outcome: 'unknown' }]);
    expect([isToldTwice(twice), isToldTwice(twice)]).toEqual([true, false]);
  });

  it('counts each time that an AOR was found to be a duplicate once, said again or not', async () => {
    const told = outcome('accepted', { row: null });
    const again = outcome('skipped', { row: null, reason: DUPLICATE });
    const { begun, isToldTwice } = await pastOf([intent({ row: null }), told, again, again]);
    expect(begun()).toHaveLength(3);
    expect([isToldTwice(again), begun().length]).toEqual([true, 2]);
  });
});
