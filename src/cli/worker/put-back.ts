import type { Outcome } from '../../run/outcome.js';

/** How the reason begins of a phone that a worker did not get to, as it was told to end. */
const STOPPING = 'the worker is ending';

/** Ends what a worker has in hand in an orderly way: what it did not get to stays due. */
export function stopping(controller: AbortController): void {
  controller.abort(STOPPING);
}

/** Whether an outcome is none yet, as the slice of its phone will be gone on with. */
export function isPutBack({ outcome, reason }: Pick<Outcome, 'outcome' | 'reason'>): boolean {
  return outcome === 'not-sent' && (reason?.startsWith(STOPPING) ?? false);
}
