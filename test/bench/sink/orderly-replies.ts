import type { Socket } from 'node:net';

/** Its uuid is always the same: making one would cost more than all else that the sink does for an order. */
const REPLY = Buffer.from('Content-Type: command/reply\nReply-Text: +OK 5f0c2f6e-9b1d-4a5c-8d8e-0123456789ab\n\n');
const AT_ONCE = 4096;
const REPLIES = Buffer.concat(Array.from({ length: AT_ONCE }, () => REPLY));

/**
 * The replies to the orders of one connection, in turn: at once, or when their round trip is over and FreeSWITCH's thread
 * for this connection would have come to them.
 */
export class OrderlyReplies {
  readonly #socket: Socket;
  readonly #delayMs: number;
  readonly #intervalMs: number;
  readonly #onWritten: () => void;
  /** When each is due. */
  readonly #due: number[] = [];
  #from = 0;
  #free = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(socket: Socket, { delayMs, rate }: { delayMs: number; rate: number }, onWritten: () => void) {
    this.#socket = socket;
    this.#delayMs = delayMs;
    this.#intervalMs = rate > 0 ? 1000 / rate : 0;
    this.#onWritten = onWritten;
  }

  /** So many orders came together. */
  push(count: number): void {
    if (this.#delayMs === 0 && this.#intervalMs === 0) {
      this.#write(count);
      return;
    }
    const now = performance.now();
    for (let left = count; left > 0; left--) {
      this.#free = Math.max(this.#free, now) + this.#intervalMs;
      this.#due.push(this.#free + this.#delayMs);
    }
    this.#wait(now);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #wait(now: number): void {
    const next = this.#due[this.#from];
    if (next === undefined || this.#timer) return;
    this.#timer = setTimeout(() => this.#come(), Math.max(1, next - now));
  }

  #come(): void {
    this.#timer = undefined;
    const now = performance.now();
    let count = 0;
    while ((this.#due[this.#from + count] ?? Number.POSITIVE_INFINITY) <= now) count++;
    this.#from += count;
    if (this.#from === this.#due.length) {
      this.#due.length = 0;
      this.#from = 0;
    }
    if (count > 0) this.#write(count);
    this.#wait(now);
  }

  #write(count: number): void {
    for (let left = count; left > 0; left -= AT_ONCE) {
      this.#socket.write(REPLIES.subarray(0, Math.min(left, AT_ONCE) * REPLY.length));
    }
    this.#onWritten();
  }
}
