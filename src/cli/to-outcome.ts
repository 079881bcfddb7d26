import type { OutcomeRecord } from '../run/journal/record.js';
import type { Outcome } from '../run/outcome.js';

/** A record of a journal as what every output has of a phone, and nothing more. */
export function toOutcome(record: OutcomeRecord): Outcome {
  const { aor, server, profile, vendor, event, outcome, reason, sipStatus, eventUuid, row, ms } = record;
  return { aor, server, profile, vendor, event, outcome, reason, sipStatus, eventUuid, row, ms };
}
