import type { Buffer } from 'node:buffer';
import type { EslError } from './errors.js';
import type { Message } from './message.js';
import { Queue } from './queue.js';

/** A reply whose body is read while it comes. */
export interface StreamedReply {
  /** The reply without its body: a `command/reply` has its text here, as Reply-Text, and no body. */
  readonly head: Message;
  /** The body of an `api/response`. It has to be read to its end, or discarded: replies behind it wait for that. */
  readonly body: BodyStream;
}

/** So many bytes may wait for their reader before the socket is paused, bytes. */
const HELD_BYTES = 256 * 1024;

/**
 * The body of one reply in pieces as they came, for one reader: `for await (const piece of body)`. What has come waits in
 * a bounded queue while the reader is busy. A reader that leaves early discards the rest: it is read from the socket and
 * thrown away, so that the connection stays in step. Iteration rejects with an EslError when the connection ends first.
 */
export class BodyStream implements AsyncIterable<Buffer> {
  readonly #pieces = new Queue<Buffer>();
  #bytes = 0;
  #done = false;
  #discarded = false;
  #error: EslError | undefined;
  #wake: () => void = () => {};
  readonly #onRoom: () => void;

  /** @param onRoom called when the reader has made room, that is, when `full` may have become false */
  constructor(onRoom: () => void) {
    this.#onRoom = onRoom;
  }

  /** Whether the reader is behind, so that no more should be read from the socket for now. */
  get full(): boolean {
    return this.#bytes >= HELD_BYTES;
  }

  /** The connection's side: the next bytes. */
  push(piece: Buffer): void {
    if (this.#discarded || piece.length === 0) return;
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    this.#wake();
  }

  /** The connection's side: no more bytes come, because the body is complete, or for this error. */
  end(error?: EslError): void {
    if (this.#done) return;
    this.#done = true;
    this.#error = error;
    this.#wake();
  }

  /** Throws away what there is and what still comes. */
  discard(): void {
    this.#discarded = true;
    for (let piece = this.#pieces.shift(); piece; piece = this.#pieces.shift()) this.#bytes -= piece.length;
    this.#onRoom();
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    try {
      while (!this.#discarded) {
        const piece = this.#pieces.shift();
        if (piece) {
          this.#bytes -= piece.length;
          this.#onRoom();
          yield piece;
        } else if (this.#done) {
          if (this.#error) throw this.#error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wake = resolve;
          });
        }
      }
    } finally {
      this.discard();
    }
  }
}
