import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Catalog } from '../../payload/catalog.js';
import { unpackTemplates } from '../../payload/pack.js';
import type { RunState } from '../../queue/store.js';
import { Journal } from '../../run/journal/journal.js';
import { ensureFolder } from '../../run/journal/store.js';
import type { Order } from '../../run/order.js';
import { orderOf } from '../../run/order-spec.js';
import type { Pace } from '../../run/pace.js';
import type { Connector } from '../connector.js';
import { type PartFlags, rateOf } from '../part.js';
import { readHow } from './how.js';
import { SiteAtWork } from './site-at-work.js';
import { phonesIn } from './slice-past.js';

/** A run that has been handed over, as a worker carries it out: the same for all of its slices. */
export interface RunAtWork {
  readonly state: RunState;
  readonly order: Order;
  readonly flags: PartFlags;
  readonly catalog: Catalog;
  readonly began: Date;
  readonly pace: Pace;
  readonly site: SiteAtWork;
  readonly journal: Journal;
  readonly journalPath: string;
  /** Where the templates are that came with it. */
  readonly templatesPath: string;
  /** What was in it when this worker began with the run. */
  readonly earlier: Awaited<ReturnType<typeof phonesIn>>;
  /** The slices that it has begun with since. */
  readonly begun: Set<number>;
  /** Whether its server has been reached by a slice of it. */
  readonly reached: { is: boolean };
  /** What has been told of it, where once is enough. */
  readonly said: Set<string>;
  close(): Promise<void>;
}

export interface WorkOptions {
  readonly connector: Connector;
  /** Where the shipped templates are, and where the worker may write. */
  readonly shippedDir: string;
  readonly folder: string;
  /** Orders in flight. */
  readonly concurrency: number;
  /** So many orders a second. */
  readonly paceOf: (rate: number) => Pace;
}

/**
 * Makes a run of what came through the queue, where nothing of it is believed.
 * @throws OrderSpecError, PackError, Failure, JournalError
 */
export async function workOf(state: RunState, options: WorkOptions): Promise<RunAtWork> {
  const { connector, shippedDir, folder, concurrency, paceOf } = options;
  const { work, run } = state;
  const order = orderOf(work.order);
  const flags: PartFlags = { ...readHow(work.how), concurrency };
  await ensureFolder(folder);
  const templates = await mkdtemp(join(folder, 'templates-'));
  const own = await unpackTemplates(work.templates, templates);
  const journalPath = join(folder, `${run}.${connector.name.replace(/[^\w.-]/g, '_')}.jsonl`);
  const isNew = await stat(journalPath).then(
    () => false,
    () => true,
  );
  const earlier = isNew ? [] : await phonesIn(journalPath);
  const journal = isNew
    ? await Journal.create(journalPath, { ...work.head, phones: 0 })
    : await Journal.goOn(journalPath, { byRow: true, fingerprints: [] });
  const site = new SiteAtWork(connector, flags);
  return {
    state,
    order,
    flags,
    catalog: new Catalog(shippedDir, own),
    began: new Date(work.head.started),
    pace: paceOf(rateOf(order, connector, flags)),
    site,
    journal,
    journalPath,
    templatesPath: templates,
    earlier,
    begun: new Set(),
    reached: { is: false },
    said: new Set(),
    close: async () => {
      await site.close();
      await journal.abandon();
      await rm(templates, { recursive: true, force: true });
    },
  };
}
