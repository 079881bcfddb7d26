import type { Counts } from '../../run/outcome.js';
import { plural } from '../plural.js';
import { formatCounts } from '../progress.js';

/** How a worker is. */
export interface Health {
  readonly server: string;
  /** Milliseconds. */
  readonly upMs: number;
  /** Why its FreeSWITCH takes no orders, if it does not. */
  readonly away: string | undefined;
  /** The state of its connection to the queue. */
  readonly queue: string;
  readonly slices: number;
  readonly counts: Counts;
}

export function formatHealth({ server, upMs, away, queue, slices, counts }: Health): string {
  const beside = away === undefined ? 'FreeSWITCH answers' : `FreeSWITCH takes no orders: ${away}`;
  const done = `${plural(slices, 'slice')}: ${formatCounts(counts) || 'no phone yet'}`;
  return `health: ${server}: up ${Math.round(upMs / 1000)} s, ${beside}, queue ${queue}, ${done}`;
}
