import { randomUUID } from 'node:crypto';
import type { Entry } from '../inventory/phone.js';
import { cut } from './cut.js';
import { firstBatch, firstFields, openFields } from './fields.js';
import {
  ADD_CUT,
  ADD_TO_LIST,
  BEGIN_LISTING,
  CLAIM_CUT,
  CLAIM_LIST,
  END_LIST,
  FAIL_LIST,
  OPEN_CUT,
} from './list-scripts.js';
import type { RunStore } from './store.js';
import type { Listing, Work } from './work.js';
import { Workers } from './workers.js';

/** For so long the cutting of a run is left to whoever is at it, without a word of it, milliseconds. */
const CUT_MS = 30_000;

/** How long a run waits for the list of a server whose worker is not there, milliseconds. */
const ABSENT_MS = 60_000;

/** So many phones are written together. */
const CHUNK = 500;

/** A list, or the cutting of all lists, is somebody else's by now, or of a run that is over. */
export class ListLostError extends Error {
  override readonly name = 'ListLostError';
}

/** A server of a run whose phones are listed beside the servers. */
export interface ListState {
  readonly server: string;
  /** How many rows its list has; undefined if it is not there yet. */
  readonly phones: number | undefined;
  /** Why there is none, if nobody could be asked. */
  readonly problem: string | undefined;
}

/**
 * The runs of a queue whose phones are listed beside the servers: each worker lists its own, and when the last list is there, one of
 * them cuts all into slices and opens the run. Doing any of it again changes nothing.
 */
export class RunLists {
  readonly #store: RunStore;
  readonly #workers: Workers;

  /** @param workers as somebody knows them who has been looking at the queue for longer */
  constructor(store: RunStore, workers: Workers = new Workers(store)) {
    this.#store = store;
    this.#workers = workers;
  }

  /** Begins a run whose lists are still to be made. @returns false if it had been begun before */
  async begin(work: Work): Promise<boolean> {
    const { keys, redis } = this.#store;
    const { run, started, servers } = work.head;
    const fields = { lists: servers.length, ...firstFields(work) };
    const args = [run, Date.parse(started), ...Object.entries(fields).flat()];
    return Number(await BEGIN_LISTING.run(redis, [keys.run(run), keys.runs, keys.open], args)) === 1;
  }

  /** How far each server is. */
  async all(run: string): Promise<ListState[]> {
    const { keys, redis } = this.#store;
    const { work } = await this.#store.state(run);
    const { servers } = work.head;
    const fields = servers.flatMap((server) => [`listed:${server}`, `unlisted:${server}`]);
    const found = await redis.hmget(keys.run(run), ...fields);
    return servers.map((server, index) => {
      const phones = found[2 * index] ?? undefined;
      const problem = found[2 * index + 1] ?? undefined;
      return { server, phones: phones === undefined ? undefined : Number(phones), problem };
    });
  }

  /** The servers whose lists are not there; none if the run is past that. */
  async missing(run: string): Promise<ListState[]> {
    if ((await this.#store.redis.hget(this.#store.keys.run(run), 'state')) !== 'listing') return [];
    return (await this.all(run)).filter(({ phones }) => phones === undefined);
  }

  /**
   * Writes the list of a server, in the place of what others have begun to write.
   * @throws ListLostError if another one writes it by now; what the entries throw
   */
  async put(run: string, server: string, entries: AsyncIterable<Entry>, token: string = randomUUID()): Promise<void> {
    if (!(await this.claim(run, server, token))) throw lost(run, server);
    let phones = 0;
    let chunks = 0;
    let chunk: Entry[] = [];
    const write = async (): Promise<void> => {
      if (chunk.length === 0) return;
      await this.#step(ADD_TO_LIST, run, server, [token, server, chunks++, JSON.stringify(chunk)]);
      chunk = [];
    };
    for await (const entry of entries) {
      phones++;
      chunk.push(entry);
      if (chunk.length === CHUNK) await write();
    }
    await write();
    await this.#step(END_LIST, run, server, [token, server, phones]);
  }

  /** Makes the list of a server ours, whoever had begun with it; false if it is there, or if nobody needs it any more. */
  async claim(run: string, server: string, token: string): Promise<boolean> {
    const { keys, redis } = this.#store;
    return Number(await CLAIM_LIST.run(redis, [keys.run(run), keys.list(run, server)], [token, server])) === 1;
  }

  /** There is no list of a server, and why. */
  async fail(run: string, server: string, reason: string, token: string): Promise<void> {
    await this.#fail(run, server, reason, 0, token);
  }

  /** Goes on without those servers whose workers have not been there for a while. */
  async leaveOutAbsent(run: string): Promise<void> {
    const missing = await this.missing(run);
    if (missing.length === 0) return;
    for (const server of await this.#workers.silent(missing.map(({ server }) => server))) {
      await this.#fail(run, server, 'its worker does not answer', ABSENT_MS, '');
    }
  }

  /** Cuts a run into slices and opens it, if all lists are there and nobody else is at it. @returns whether it did */
  async open(run: string): Promise<boolean> {
    const { keys, redis } = this.#store;
    const token = randomUUID();
    const rows = Number(await CLAIM_CUT.run(redis, [keys.run(run), keys.servers(run)], [token, CUT_MS]));
    if (rows < 0) return false;
    const { work } = await this.#store.state(run);
    const { servers } = work.head;
    const { limit, perSlice, batches } = work.listing ?? WHOLE;
    const total = Math.min(rows, limit ?? rows);
    const serverOf = new Map<Entry, string>();
    let seq = 0;
    const options = { perSlice, batches, total, serverOf: (entry: Entry) => serverOf.get(entry) ?? '' };
    try {
      const sliced = await cut(this.#entries(run, servers, total, serverOf), options, {
        add: async (number, server, entries) => {
          for (const entry of entries) serverOf.delete(entry);
          const slice = [keys.slice(run, number), keys.rows(run, number)];
          const all = [keys.run(run), ...slice, keys.share(run, server), keys.servers(run)];
          const args = [token, CUT_MS, ++seq, server, number, JSON.stringify(entries)];
          if (Number(await ADD_CUT.run(redis, all, args)) !== 1) throw lost(run, server);
        },
      });
      const [first] = sliced;
      const all = [keys.run(run), keys.news(run), keys.open, ...servers.map((server) => keys.list(run, server))];
      const args = [token, run, first ? firstBatch(first) : '', total, ...Object.entries(openFields(sliced)).flat()];
      return Number(await OPEN_CUT.run(redis, all, args)) === 1;
    } catch (error) {
      if (error instanceof ListLostError) return false;
      throw error;
    }
  }

  /** The rows of all lists, one server after the other, as many as are wanted. */
  async *#entries(
    run: string,
    servers: readonly string[],
    total: number,
    serverOf: Map<Entry, string>,
  ): AsyncGenerator<Entry, void, undefined> {
    const { keys, redis } = this.#store;
    let left = total;
    for (const server of servers) {
      const key = keys.list(run, server);
      const chunks = await redis.hlen(key);
      for (let number = 0; number < chunks && left > 0; number++) {
        const entries = JSON.parse((await redis.hget(key, String(number))) ?? '[]') as Entry[];
        for (const entry of entries.slice(0, left)) {
          left--;
          serverOf.set(entry, server);
          yield entry;
        }
      }
    }
  }

  async #fail(run: string, server: string, reason: string, afterMs: number, token: string): Promise<void> {
    const { keys, redis } = this.#store;
    const all = [keys.run(run), keys.news(run), keys.list(run, server)];
    await FAIL_LIST.run(redis, all, [server, reason, afterMs, token]);
  }

  async #step(script: typeof END_LIST, run: string, server: string, args: readonly (string | number)[]): Promise<void> {
    const { keys, redis } = this.#store;
    const all = [keys.run(run), keys.list(run, server)];
    if (Number(await script.run(redis, all, args)) !== 1) throw lost(run, server);
  }
}

/** Of a run that does not say how it is cut. */
const WHOLE: Listing = { where: [], limit: null, perSlice: 500, batches: [] };

function lost(run: string, server: string): ListLostError {
  return new ListLostError(`the phones of ${server} for run ${run} are listed by somebody else`);
}
