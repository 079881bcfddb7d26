import { OUTCOMES } from '../outcome.js';
import { JOURNAL_SCHEMA, type JournalRecord } from './record.js';

type Test = (value: unknown) => boolean;

const text: Test = (value) => typeof value === 'string';
const count: Test = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const number: Test = (value) => typeof value === 'number' && Number.isFinite(value);
const flag: Test = (value) => typeof value === 'boolean';
const orNull =
  (test: Test): Test =>
  (value) =>
    value === null || test(value);
const oneOf =
  (...words: readonly unknown[]): Test =>
  (value) =>
    words.includes(value);
const listOf =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(test);
const optional =
  (test: Test): Test =>
  (value) =>
    value === undefined || test(value);
const fields =
  (tests: Readonly<Record<string, Test>>): Test =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(tests).every(([name, test]) => test((value as Record<string, unknown>)[name]));

const subject = {
  at: number,
  aor: text,
  server: text,
  profile: text,
  vendor: orNull(text),
  event: orNull(text),
  row: orNull(count),
  device: orNull(text),
  devices: optional((value) => listOf(text)(value)),
  model: orNull(text),
  firmware: orNull(text),
  code: optional(text),
  call: optional(text),
};
const fingerprints = listOf(fields({ what: text, path: orNull(text), sha256: text }));

/** What each kind of record must have. A journal is a file that anybody who owns it can edit. */
const KINDS: Readonly<Record<JournalRecord['kind'], Test>> = {
  run: fields({
    schema: number,
    run: text,
    command: text,
    args: listOf(text),
    cwd: text,
    version: text,
    started: (value) => text(value) && !Number.isNaN(Date.parse(value as string)),
    servers: listOf(text),
    evidence: oneOf('accepted', 'answered', 'returned'),
    source: oneOf('file', 'pipe', 'registrations', 'arguments', 'run', 'calls'),
    phones: count,
    fingerprints,
  }),
  intent: fields(subject),
  accepted: fields({ ...subject, eventUuid: orNull(text), ms: orNull(number) }),
  outcome: fields({
    ...subject,
    outcome: oneOf(...OUTCOMES),
    reason: orNull(text),
    sipStatus: orNull(count),
    eventUuid: orNull(text),
    ms: orNull(number),
  }),
  resumed: fields({ at: number, byRow: flag, fingerprints }),
  end: fields({ at: number, exitCode: count, ms: optional(count) }),
};

/** Whether a value is a whole record. One of another version is told by its first line, and not looked at any closer. */
export function isRecord(value: unknown): value is JournalRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, schema } = value as { kind?: unknown; schema?: unknown };
  if (kind === 'run' && number(schema) && schema !== JOURNAL_SCHEMA) return fields({ version: text })(value);
  return typeof kind === 'string' && Object.hasOwn(KINDS, kind) && KINDS[kind as JournalRecord['kind']](value);
}
