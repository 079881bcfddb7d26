/** What can become of one phone, in the order in which summaries list it. The words are part of the output and don't change. */
export const OUTCOMES = [
  'planned',
  'returned',
  'answered',
  'accepted',
  'skipped',
  'refused',
  'no-answer',
  'unknown',
  'not-sent',
  'invalid',
] as const;

export type OutcomeWord = (typeof OUTCOMES)[number];

/** What became of one phone: one line of `--output jsonl`. Names are stable; a change of them is a new schema. */
export interface Outcome {
  readonly aor: string;
  readonly server: string;
  /** The SIP profile. */
  readonly profile: string;
  /** The key of the vendor, if it is known. */
  readonly vendor: string | null;
  /** The event and its event string: `NOTIFY check-sync;reboot=false`. Null if it never came to one. */
  readonly event: string | null;
  readonly outcome: OutcomeWord;
  /** Why, where the outcome alone does not say it. */
  readonly reason: string | null;
  /** What the phone answered, if that was looked for. */
  readonly sipStatus: number | null;
  /** FreeSWITCH's id of the event. */
  readonly eventUuid: string | null;
  /** The line of the inventory; null for an AOR from the command line. */
  readonly row: number | null;
  /** From the writing of the order to its reply, milliseconds; null if it was not written. */
  readonly ms: number | null;
}

/** What is known of a phone before anything is sent to it. */
export type Target = Pick<Outcome, 'aor' | 'server' | 'profile' | 'vendor' | 'event' | 'row'>;

/** What else a journal notes of a phone: which device it is, and what reports group by. */
export interface Traits {
  /** The Call-ID of the registration, for one device of several on an extension. */
  readonly device: string | null;
  /** The Call-IDs of all devices that its row means, where they are several and told one by one. */
  readonly devices?: readonly string[];
  readonly model: string | null;
  readonly firmware: string | null;
}

/**
 * What became of a phone. Field by field, as it is made for every phone: what is added behind a spread takes V8 (11.3, in Node 20)
 * thirty times as long.
 */
export function outcomeOf(
  { aor, server, profile, vendor, event, row }: Target,
  {
    outcome,
    reason,
    sipStatus = null,
    eventUuid = null,
    ms = null,
  }: Pick<Outcome, 'outcome' | 'reason'> & Partial<Outcome>,
): Outcome {
  return { aor, server, profile, vendor, event, row, outcome, reason, sipStatus, eventUuid, ms };
}

/** How many phones came to which outcome; words that did not occur are not in it. */
export type Counts = Partial<Record<OutcomeWord, number>>;

/** The reason of a phone that is left out because an earlier row is the same phone. */
export const DUPLICATE = 'duplicate: an earlier row is the same phone';

/** Outcomes of phones to which nothing was written. */
export const UNTOLD: ReadonlySet<OutcomeWord> = new Set(['planned', 'skipped', 'invalid', 'not-sent']);

/** What a run asks for: how far an order must be known to have come. */
export type EvidenceWanted = 'accepted' | 'answered' | 'returned';

/**
 * Whether a phone did not get what was asked for. A duplicate did, by its other row.
 */
export function fellShort({ outcome, reason }: Outcome, wanted: EvidenceWanted = 'accepted'): boolean {
  return outcome !== wanted && outcome !== 'planned' && reason !== DUPLICATE;
}
