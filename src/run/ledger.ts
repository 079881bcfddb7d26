import type { Attempt } from './attempt.js';
import type { Outcome, Target, Traits } from './outcome.js';

/** What a run writes down as it goes: what it is about to do, and what came of it. */
export interface Ledger {
  /**
   * An order is about to be written, and is not before this resolves: by then the intent outlives the process.
   * @throws what keeps the intent from being written down; then the order isn't sent
   */
  intent(target: Target, traits: Traits): Promise<void>;
  /** The order was accepted, and its evidence is still out. */
  accepted(target: Target, traits: Traits, attempt: Attempt): void;
  /** What became of a phone. */
  outcome(outcome: Outcome, traits: Traits): void;
}
