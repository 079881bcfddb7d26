import type { Entry } from '../inventory/phone.js';
import { type Amount, sizeOf } from '../run/stop-rule.js';
import type { SliceBatch } from './work.js';

/** Where the phones of a run are put. */
export interface SliceSink {
  add(number: number, server: string, entries: readonly Entry[]): Promise<void>;
}

export interface CutOptions {
  /** How many phones a slice has at most. */
  readonly perSlice: number;
  /** How many phones are sent to before what came of it is looked at; the last size repeats. None: all are one batch. */
  readonly batches: readonly Amount[];
  /** How many phones there are. */
  readonly total: number;
  /** The server whose worker tells a phone. */
  readonly serverOf: (entry: Entry) => string;
}

/**
 * Cuts a run into slices, each for one server and in one batch. Rows of the same extension come into the same slice, so that
 * whoever carries it out sees that they are the same phone.
 */
export async function cut(entries: AsyncIterable<Entry>, options: CutOptions, sink: SliceSink): Promise<SliceBatch[]> {
  const { perSlice, batches, total, serverOf } = options;
  const cutting = new Cutting(sink);
  const sizeOfBatch = (index: number): number => {
    const amount = batches[Math.min(index, batches.length - 1)];
    return amount === undefined ? Number.POSITIVE_INFINITY : sizeOf(amount, total);
  };
  let left = sizeOfBatch(0);
  for await (const entry of entries) {
    const server = serverOf(entry);
    if (await cutting.joinEarlier(entry, server)) continue;
    if (left === 0) {
      await cutting.endBatch();
      left = sizeOfBatch(cutting.batches.length);
    }
    await cutting.add(entry, server, perSlice);
    left--;
  }
  await cutting.endBatch();
  return cutting.batches;
}

class Cutting {
  readonly batches: SliceBatch[] = [];
  readonly #sink: SliceSink;
  /** The slice of each extension, by its server and a hash of it: that others there share its hash only brings them into the same slice. */
  readonly #sliceOf = new Map<string, Map<number, number>>();
  /** The slices that are being filled, by server. */
  readonly #filling = new Map<string, { readonly number: number; readonly entries: Entry[] }>();
  #first = 0;
  #next = 0;
  #phones = 0;

  constructor(sink: SliceSink) {
    this.#sink = sink;
  }

  /** Whether an earlier row was of the same extension: then it comes beside that. */
  async joinEarlier(entry: Entry, server: string): Promise<boolean> {
    const number = this.#sliceOf.get(server)?.get(hashOf(entry));
    if (number === undefined) return false;
    const filling = this.#filling.get(server);
    if (filling?.number === number) filling.entries.push(entry);
    else await this.#sink.add(number, server, [entry]);
    return true;
  }

  async add(entry: Entry, server: string, perSlice: number): Promise<void> {
    const slice = this.#filling.get(server) ?? { number: this.#next++, entries: [] };
    this.#filling.set(server, slice);
    slice.entries.push(entry);
    const slices = this.#sliceOf.get(server) ?? new Map<number, number>();
    this.#sliceOf.set(server, slices);
    slices.set(hashOf(entry), slice.number);
    this.#phones++;
    if (slice.entries.length >= perSlice) await this.#put(server);
  }

  async endBatch(): Promise<void> {
    for (const server of this.#filling.keys()) await this.#put(server);
    if (this.#next > this.#first) this.batches.push({ first: this.#first, end: this.#next, phones: this.#phones });
    this.#first = this.#next;
    this.#phones = 0;
  }

  async #put(server: string): Promise<void> {
    const slice = this.#filling.get(server);
    this.#filling.delete(server);
    if (slice) await this.#sink.add(slice.number, server, slice.entries);
  }
}

/** FNV-1a of the extension, 32 bits. A row that is no phone has none, and its number stands in for it. */
function hashOf(entry: Entry): number {
  const text = entry.kind === 'phone' ? `${entry.phone.aor.user}@${entry.phone.aor.host}` : `row ${entry.row}`;
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
