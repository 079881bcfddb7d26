import type { Outcome } from './outcome.js';

/** So many phones, or a share of them, 0 to 1. */
export type Amount = { readonly count: number } | { readonly share: number };

/** When a run ends before its end. */
export interface StopRule {
  /** How many phones may fall short: in the whole run, or of a batch. More end the run. */
  readonly maxFailures: Amount | undefined;
  /** Whether the run ends if any phone of the first batch falls short. */
  readonly isCanary: boolean;
}

/** Where a run stands. */
export interface Standing {
  /** The batch that is under way, counted from 1. */
  readonly batch: number;
  /** How many orders it has. */
  readonly size: number;
  /** Phones that fell short, in all. */
  readonly failures: number;
  /** Those of them that are of this batch. */
  readonly batchFailures: number;
}

/** How the reason of a phone begins that was spared. */
export const STOP_RULE = 'stop rule';

/** Whether it was not told because others had fallen short. */
export function wasSpared({ reason }: Pick<Outcome, 'reason'>): boolean {
  return reason?.startsWith(STOP_RULE) ?? false;
}

/** Why a run that stands there ends, now that one more phone has fallen short; undefined if it goes on. */
export function verdictOf(
  { maxFailures, isCanary }: StopRule,
  { batch, size, failures, batchFailures }: Standing,
): string | undefined {
  if (failures === 0) return undefined;
  if (isCanary && batch === 1) return `${STOP_RULE}: the canary fell short`;
  if (maxFailures === undefined) return undefined;
  if ('count' in maxFailures) {
    if (failures <= maxFailures.count) return undefined;
    return `${STOP_RULE}: ${failures} fell short, and --max-failures is ${maxFailures.count}`;
  }
  if (batchFailures <= maxFailures.share * size) return undefined;
  const percent = `${Number((maxFailures.share * 100).toFixed(2))}%`;
  return `${STOP_RULE}: ${batchFailures} of a batch of ${size} fell short, and --max-failures is ${percent}`;
}

/** How many phones an amount is, one at least. */
export function sizeOf(amount: Amount, total: number): number {
  return 'count' in amount ? amount.count : Math.max(1, Math.ceil(amount.share * total));
}
