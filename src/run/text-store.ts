import { Buffer } from 'node:buffer';

const CHUNK_BYTES = 1 << 20;
const LENGTH_BYTES = 4;

/**
 * Keeps many texts outside the garbage collector's heap, which would otherwise take several times their size while they
 * are gathered.
 */
export class TextStore {
  readonly #chunks: Buffer[] = [];
  #used = CHUNK_BYTES;

  /** Keeps a text. Returns by what `get` finds it. */
  add(text: string): number {
    const length = Buffer.byteLength(text);
    if (this.#used + LENGTH_BYTES + length > CHUNK_BYTES) {
      this.#chunks.push(Buffer.allocUnsafe(Math.max(CHUNK_BYTES, LENGTH_BYTES + length)));
      this.#used = 0;
    }
    const chunk = this.#chunks.at(-1) ?? Buffer.alloc(0);
    const at = this.#used;
    chunk.writeUInt32LE(length, at);
    chunk.write(text, at + LENGTH_BYTES);
    this.#used = at + LENGTH_BYTES + length;
    return (this.#chunks.length - 1) * CHUNK_BYTES + at;
  }

  get(id: number): string {
    const chunk = this.#chunks[Math.floor(id / CHUNK_BYTES)] ?? Buffer.alloc(0);
    const at = id % CHUNK_BYTES;
    const from = at + LENGTH_BYTES;
    return chunk.toString('utf8', from, from + chunk.readUInt32LE(at));
  }
}
