import { usageError } from '../failure.js';
import { parseSpan } from '../flag-values.js';

/** A worker that is there takes what is due at once; what it needs for that is not late, milliseconds. */
const LEAST_MS = 1000;

/** How late something may be sent, milliseconds. @throws Failure */
export function parseGrace(text: string): number {
  const ms = parseSpan('grace', text);
  if (ms < LEAST_MS) throw usageError(`--grace ${text}: nobody is that quick`, '1s at least, for example 10m or 2h');
  return ms;
}
