import type { Socket } from 'node:net';
import { encodeBytes } from '../wire/byte-text.js';

/** What the server has to say on one connection: answers, and behind them events and log lines. */
export class Outbox {
  /** A command is being carried out: its answer comes before the news. */
  held = false;
  /** The last words are said; there is no more news. */
  closed = false;
  readonly #socket: Socket;
  readonly #delayMs: number;
  readonly #timers = new Set<NodeJS.Timeout>();
  #text = '';
  #news: string[] = [];

  /** Holds all back for so many milliseconds. */
  constructor(socket: Socket, delayMs = 0) {
    this.#socket = socket;
    this.#delayMs = delayMs;
  }

  /** Goes out with the next {@link flush}. */
  say(text: string): void {
    this.#text += text;
  }

  /** An event or a log line; goes out soon. */
  tell(message: string): void {
    if (this.closed) return;
    if (this.#news.push(message) === 1 && !this.held) queueMicrotask(() => this.#tellAll());
  }

  /** Puts the news that there is behind what was said. */
  takeNews(): void {
    if (this.#news.length === 0) return;
    this.#text += this.#news.join('');
    this.#news = [];
  }

  /** Writes what was said, and the news unless they are held; then calls back. */
  flush(after?: () => void): void {
    if (!this.closed && !this.held) this.takeNews();
    const text = this.#text;
    this.#text = '';
    if (this.#delayMs > 0) this.later(() => this.#write(text, after), this.#delayMs);
    else this.#write(text, after);
  }

  /** Runs something in so many milliseconds, unless the connection is gone by then. */
  later(run: () => void, ms: number): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, ms).unref();
    this.#timers.add(timer);
  }

  /** The connection is gone. */
  clear(): void {
    this.closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #tellAll(): void {
    if (!this.held) this.flush();
  }

  #write(text: string, after?: () => void): void {
    if (text === '' || this.#socket.destroyed) after?.();
    // A client that does not read is not read from either, as with the server's blocking socket.
    else if (!this.#socket.write(encodeBytes(text), () => after?.())) this.#socket.pause();
  }
}
