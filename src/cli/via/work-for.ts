import { packedName, packTemplates } from '../../payload/pack.js';
import { type Listing, WORK_SCHEMA, type Work, type WorkSizes } from '../../queue/work.js';
import { JOURNAL_SCHEMA, type RunRecord } from '../../run/journal/record.js';
import { type OrderSpec, renameTemplates } from '../../run/order-spec.js';
import { parseRate, parseSpan } from '../flag-values.js';
import { pinned } from '../keeping.js';
import { rolloutNumbers } from '../rollout.js';
import { currentFolder } from '../settings.js';
import type { Undertaking } from '../task.js';
import { howOf } from '../worker/how.js';

/** So long a slice should take at the pace of the run, seconds. */
const SLICE_SECONDS = 2;
/** Phones of a slice, at the least. */
const SHORTEST = 50;
/**
 * And at the most: what FreeSWITCH takes from one connection in that time. So long is one of a run without a pace, and of one that waits
 * for evidence, as the next one begins when its last phone is back.
 */
const LONGEST = 6000;

export interface WorkFacts {
  /** Its name; none if it has that only when it is due. */
  readonly run?: string;
  /** Where the phones came from, as sentences about a row of them begin. */
  readonly name?: string;
  readonly servers: readonly string[];
  readonly source: RunRecord['source'];
  /** How many phones there are; 0 where only the servers know. */
  readonly phones: number;
  /** The queue, as errors name it. */
  readonly via: string;
  /** Of a run whose phones are listed beside the servers. */
  readonly listing?: Listing;
  readonly sizes?: WorkSizes;
}

/** What is handed over of a run, besides its phones. @throws TemplateError, PackError */
export async function workFor(task: Undertaking, facts: WorkFacts): Promise<Work> {
  const { order, flags, catalog, began } = task;
  const { run = '', name, servers, source, phones, via, listing, sizes } = facts;
  const { maxFailures, pauseMs } = rolloutNumbers(flags);
  const head: RunRecord = {
    kind: 'run',
    schema: JOURNAL_SCHEMA,
    run,
    command: task.command,
    args: await pinned(task.argv),
    cwd: currentFolder(),
    version: task.version,
    started: began.toISOString(),
    servers,
    evidence: flags.evidence ?? 'accepted',
    source,
    phones,
    fingerprints: [],
    via,
  };
  return {
    schema: WORK_SCHEMA,
    head,
    ...(name !== undefined && { phones: name }),
    order: renameTemplates(order.spec, packedName),
    templates: await packTemplates(catalog, templatesOf(order.spec)),
    how: howOf(flags),
    rule: { maxFailures, isCanary: flags.canary ?? false },
    pauseMs,
    ...(flags['expire-after'] !== undefined && { expireMs: parseSpan('expire-after', flags['expire-after']) }),
    ...(listing && { listing }),
    ...(sizes && { sizes }),
  };
}

/** How the run is cut where its phones are listed. */
export function listingOf(task: Undertaking): Listing {
  const { where = [], limit = null } = task.flags;
  return { where, limit, perSlice: sliceSize(task), batches: rolloutNumbers(task.flags).batches };
}

/** How many phones a slice has at most. */
export function sliceSize({ order, flags }: Undertaking): number {
  const isWaiting = flags.evidence !== undefined && flags.evidence !== 'accepted';
  const rate = flags.rate === undefined ? order.rate : parseRate(flags.rate);
  if (isWaiting || rate === 0) return LONGEST;
  return Math.min(LONGEST, Math.max(SHORTEST, Math.round(rate * SLICE_SECONDS)));
}

function templatesOf(spec: OrderSpec): string[] {
  if (spec.kind !== 'template') return [];
  return [spec.template, ...(spec.reporting ? templatesOf(spec.reporting) : [])];
}
