import { hash } from './hash.js';

const SMALLEST = 1024;

/**
 * Remembers which keys it has seen, in 11 to 22 bytes for each whatever their length: not the keys but hashes of 64 bits,
 * in a table with open addressing that doubles when three quarters are full.
 *
 * Two different keys with the same hash are taken for one, and the second phone would be reported as a duplicate of the
 * first. Among n keys the chance that this happens at all is about n²/2⁶⁵: 1 in 37 million for a million keys, 1 in 3.7
 * billion for a hundred thousand. The hash is seeded anew by each process, so that no file can be made to collide.
 *
 * A key that stands for a phone holds the user as written, the host in lower case, and the SIP profile.
 */
export class SeenSet {
  /** Pairs of 32 bits; two zeros are an empty place. */
  #table = new Uint32Array(SMALLEST * 2);
  #mask = SMALLEST - 1;
  #size = 0;

  /** The number of different keys. */
  get size(): number {
    return this.#size;
  }

  /** The bytes that the table takes. */
  get bytes(): number {
    return this.#table.byteLength;
  }

  /** Remembers `key`. Returns whether it is new. */
  add(key: string): boolean {
    const { low, high } = hash(key);
    const place = this.#place(low, high);
    if (this.#isTaken(place)) return false;
    this.#table[place] = low;
    this.#table[place + 1] = high;
    if (++this.#size > (this.#mask + 1) * 0.75) this.#grow();
    return true;
  }

  /** Whether `key` has been added. */
  has(key: string): boolean {
    const { low, high } = hash(key);
    return this.#isTaken(this.#place(low, high));
  }

  /** Where this hash is in the table, or the empty place where it belongs. */
  #place(low: number, high: number): number {
    const table = this.#table;
    for (let at = low & this.#mask; ; at = (at + 1) & this.#mask) {
      const place = at * 2;
      if ((table[place] === low && table[place + 1] === high) || !this.#isTaken(place)) return place;
    }
  }

  #isTaken(place: number): boolean {
    return this.#table[place] !== 0 || this.#table[place + 1] !== 0;
  }

  #grow(): void {
    const old = this.#table;
    this.#table = new Uint32Array(old.length * 2);
    this.#mask = this.#mask * 2 + 1;
    for (let at = 0; at < old.length; at += 2) {
      const low = old[at] ?? 0;
      const high = old[at + 1] ?? 0;
      if (low === 0 && high === 0) continue;
      const place = this.#place(low, high);
      this.#table[place] = low;
      this.#table[place + 1] = high;
    }
  }
}
