import type { EvidenceWanted, Outcome, Target, Traits } from '../outcome.js';

/** The version of the journal's format. A journal of another version is not gone on with. */
export const JOURNAL_SCHEMA = 1;

/** A file that a run depends on, and what was in it. */
export interface Fingerprint {
  /** `inventory`, `template snom-text`, `text`, `settings: vendors.acme`. */
  readonly what: string;
  /** The path as the user gave it; null for what came by a pipe, or from the server. */
  readonly path: string | null;
  /** SHA-256 of its bytes, hexadecimal. */
  readonly sha256: string;
}

/** The first line of a journal: what the run is, and what is needed to go on with it. */
export interface RunRecord {
  readonly kind: 'run';
  readonly schema: typeof JOURNAL_SCHEMA;
  readonly run: string;
  /** The command without its arguments: `resync`, `mwi on`. */
  readonly command: string;
  /** Its arguments as they were typed. No secret can be among them: there is no flag that takes one. */
  readonly args: readonly string[];
  /** The folder that paths among the arguments start from. */
  readonly cwd: string;
  /** Of phonectl. */
  readonly version: string;
  /** When it began, ISO 8601. */
  readonly started: string;
  readonly servers: readonly string[];
  readonly evidence: EvidenceWanted;
  /**
   * Where its phones came from. Of what can't be read again there is a copy beside the journal. `calls`: its phones have dialled
   * a code each, and rows are the numbers of their calls.
   */
  readonly source: 'file' | 'pipe' | 'registrations' | 'arguments' | 'run' | 'calls';
  /** How many phones were selected; 0 where they come one by one. */
  readonly phones: number;
  readonly fingerprints: readonly Fingerprint[];
  /** The queue that it was handed to, if it was: never gone on with from here, as others carry it out. */
  readonly via?: string;
}

/** Who a record is about: what an outcome says of a phone before anything is sent, and what reports group by. */
export interface Subject extends Target, Traits, Partial<Dialled> {}

/** The call that an order came of. */
export interface Dialled {
  /** The number that was dialled. */
  readonly code: string;
  /** The call's UUID. */
  readonly call: string;
}

/** An order is about to be written. On disk before its first byte is on the wire. */
export interface IntentRecord extends Subject {
  readonly kind: 'intent';
  /** When, milliseconds since 1970. */
  readonly at: number;
}

/** FreeSWITCH took an order whose evidence is still awaited. */
export interface AcceptedRecord extends Subject {
  readonly kind: 'accepted';
  readonly at: number;
  readonly eventUuid: string | null;
  readonly ms: number | null;
}

/** What became of a phone. Of several records of one phone the last one counts. */
export interface OutcomeRecord extends Subject, Pick<Outcome, 'outcome' | 'reason' | 'sipStatus' | 'eventUuid' | 'ms'> {
  readonly kind: 'outcome';
  readonly at: number;
}

/** The run goes on in another process. */
export interface ResumedRecord {
  readonly kind: 'resumed';
  readonly at: number;
  /** Whether the rows of the inventory are those that they were. */
  readonly byRow: boolean;
  /** What the run is made of from here on. */
  readonly fingerprints: readonly Fingerprint[];
}

/** The run is over, or was interrupted in an orderly way. */
export interface EndRecord {
  readonly kind: 'end';
  readonly at: number;
  readonly exitCode: number;
  /** How long this part of it took, as its summary says, milliseconds. */
  readonly ms?: number | undefined;
}

export type JournalRecord = RunRecord | IntentRecord | AcceptedRecord | OutcomeRecord | ResumedRecord | EndRecord;
