import { randomUUID } from 'node:crypto';
import type { Entry } from '../../inventory/phone.js';
import { QueueError } from '../../queue/errors.js';
import type { JobEnd } from '../../queue/jobs.js';
import { ListLostError, RunLists } from '../../queue/lists.js';
import type { RunStore } from '../../queue/store.js';
import type { Work } from '../../queue/work.js';
import type { Connector } from '../connector.js';
import { toFailure } from '../failure.js';
import { narrow } from '../phones.js';
import { registeredAt } from '../registered-at.js';
import { askSites, closeSites } from '../sites.js';
import { readHow } from './how.js';

export interface ListCarrierOptions {
  readonly connector: Connector;
  readonly store: RunStore;
  readonly say: (line: string) => void;
}

/** What went wrong beside the server, and not with the queue. */
class ListingError extends Error {
  override readonly name = 'ListingError';
}

/** Lists the phones that are registered at the server of a worker, for a run that is about to begin. */
export class ListCarrier {
  readonly #options: ListCarrierOptions;
  readonly #lists: RunLists;

  constructor(options: ListCarrierOptions) {
    this.#options = options;
    this.#lists = new RunLists(options.store);
  }

  /** @throws Error if the queue can't be written to; a server that can't be asked is one without phones */
  async carryOut(run: string): Promise<JobEnd> {
    const { connector, store, say } = this.#options;
    const { state, work } = await store.state(run);
    const token = randomUUID();
    if (state !== 'listing' || !(await this.#lists.claim(run, connector.name, token))) return 'done';
    try {
      await this.#lists.put(run, connector.name, this.#registered(work), token);
    } catch (error) {
      if (error instanceof ListLostError) return 'done';
      if (!(error instanceof ListingError)) throw error;
      say(`warning: run ${run}: who is registered can't be listed: ${error.message}`);
      await this.#lists.fail(run, connector.name, error.message, token);
    }
    return 'done';
  }

  /** Those of them that the run is for. @throws ListingError */
  async *#registered(work: Work): AsyncGenerator<Entry, void, undefined> {
    const { connector } = this.#options;
    try {
      const { 'sip-profile': sipProfile } = readHow(work.how);
      const where = readWhere(work.listing);
      const sites = await askSites([connector], sipProfile, undefined);
      try {
        for (const { offline } of sites) if (offline) throw offline;
        // Rows say which server they are of, so that a condition may ask for it.
        yield* narrow(registeredAt(sites, sipProfile, true), { where }).entries();
      } finally {
        await closeSites(sites);
      }
    } catch (error) {
      throw new ListingError(toFailure(error).message);
    }
  }
}

/** @throws QueueError */
function readWhere(listing: unknown): string[] {
  const where: unknown = typeof listing === 'object' && listing !== null && 'where' in listing ? listing.where : [];
  if (Array.isArray(where) && where.every((one) => typeof one === 'string' && one.length < 1000)) return where;
  throw new QueueError('the run does not say which phones it is for', 'the same version of phonectl on both sides');
}
