import type { OutcomeRecord } from '../run/journal/record.js';
import { type Outcome, outcomeOf } from '../run/outcome.js';

/** A record of a journal as what every output has of a phone, in the same order, and nothing more. */
export function toOutcome(record: OutcomeRecord): Outcome {
  return outcomeOf(record, record);
}
