import type { IntentRecord, OutcomeRecord, RunRecord, Subject } from '../../../src/run/journal/record.js';

/** The first line of a journal, as a test wants it. */
export function head(options: Partial<RunRecord> = {}): RunRecord {
  return {
    kind: 'run',
    schema: 1,
    run: '20261125-073201-3f9a',
    command: 'resync',
    args: ['-i', 'phones.csv'],
    cwd: '/',
    version: '0.0.0',
    started: '2026-11-25T07:32:01.000Z',
    servers: ['fs:8021'],
    evidence: 'accepted',
    source: 'file',
    phones: 10,
    fingerprints: [],
    ...options,
  };
}

export function subject(row: number | null, options: Partial<Subject> = {}): Subject {
  return {
    aor: `${1000 + (row ?? 0)}@phones.test`,
    server: 'fs:8021',
    profile: 'internal',
    vendor: 'snom',
    event: 'NOTIFY check-sync;reboot=false',
    row,
    device: null,
    model: null,
    firmware: null,
    ...options,
  };
}

export function intent(row: number | null, options: Partial<Subject> = {}): IntentRecord {
  return { kind: 'intent', at: 1, ...subject(row, options) };
}

export function outcome(row: number | null, options: Partial<OutcomeRecord> = {}): OutcomeRecord {
  const nothing = { reason: null, sipStatus: null, eventUuid: null, ms: null };
  return { kind: 'outcome', at: 2, ...subject(row), outcome: 'accepted', ...nothing, ...options };
}
