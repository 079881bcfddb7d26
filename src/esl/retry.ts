import { EslAclError, EslAuthError, EslRefusedError, EslUnsafeError } from './errors.js';

/** Twice as long each time, milliseconds. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

/**
 * How long to wait before a server that was lost is tried again, milliseconds; `tries` is how often it was tried since. Partly
 * random: many clients that lost the same server should not come back in the same moment.
 */
export function pauseBeforeTry(tries: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** tries, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);
}

/** Whether a server does not want us, so that another try would only be a nuisance. */
export function isTurnedAway(error: unknown): boolean {
  return [EslAuthError, EslAclError, EslRefusedError, EslUnsafeError].some((Kind) => error instanceof Kind);
}
