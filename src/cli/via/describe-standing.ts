import type { RunState } from '../../queue/store.js';
import { plural } from '../plural.js';

/** Where a run stands that others carry out. */
export interface Standing extends Pick<RunState, 'state' | 'stopped' | 'slices'> {
  /** How it is reached: `redis://host:port/0`. */
  readonly via: string;
  /** How many of its slices are done. */
  readonly done: number;
  /** Of a run that begins with who is registered: the servers that are still to say so. */
  readonly unlisted: readonly string[];
  /** The servers that it waits for, as their workers do not answer. */
  readonly silent: readonly string[];
}

/** `under way: 3 of 8 slices are done; the worker of berlin does not answer`; of a run that is over nothing. */
export function describeStanding({ state, stopped, slices, done, unlisted, silent }: Standing): string {
  if (state === 'over') return '';
  if (state === 'filling') return NOT_WHOLE;
  const waits = silent.length === 1 ? 'the worker of' : 'the workers of';
  return [
    state === 'listing'
      ? describeListing(unlisted)
      : `under way: ${done} of ${plural(slices, 'slice')} ${slices === 1 && done === 1 ? 'is' : 'are'} done`,
    ...(stopped === undefined ? [] : [`${stopped}; what is on its way is awaited`]),
    ...(silent.length > 0 ? [`${waits} ${silent.join(', ')} ${silent.length === 1 ? 'does' : 'do'} not answer`] : []),
  ].join('; ');
}

function describeListing(unlisted: readonly string[]): string {
  if (unlisted.length === 0) return 'not begun: who is registered is known, and is cut into slices';
  return `not begun: still to be listed, who is registered at ${unlisted.join(', ')}`;
}

/** What is said of a run that nobody may begin with yet. */
export const NOT_WHOLE = 'not begun: whoever hands it over is at it still, or ended before it was whole';
