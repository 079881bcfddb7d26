import type { SliceBatch, Work } from './work.js';

/** How long a run can be looked at after its end, milliseconds: 30 days. */
export const KEEP_MS = 30 * 86_400_000;

/** What a run has written of it from its beginning, however its phones come. */
export function firstFields(work: Work): Record<string, string | number> {
  const { head, rule, pauseMs, expireMs } = work;
  return {
    work: JSON.stringify(work),
    canary: rule.isCanary ? 1 : 0,
    pauseMs,
    keepMs: KEEP_MS,
    ...(expireMs !== undefined && { expiresAt: Date.parse(head.started) + expireMs }),
  };
}

/** What a run has written of it once it is cut into slices. */
export function openFields(batches: readonly SliceBatch[]): Record<string, string | number> {
  const fields: Record<string, string | number> = { state: 'open', batch: 0, batches: batches.length, nextAt: 0 };
  let before = 0;
  for (const [index, { first, end, phones }] of batches.entries()) {
    fields[`batch:${index}`] = `${first} ${end} ${before} ${phones}`;
    before += phones;
  }
  const [batch] = batches;
  fields.left = batch ? batch.end - batch.first : 0;
  fields.slices = batches.at(-1)?.end ?? 0;
  fields.phones = before;
  return fields;
}

/** The news that its first batch is under way. */
export function firstBatch({ phones }: SliceBatch): string {
  return `1 ${phones} 0`;
}
