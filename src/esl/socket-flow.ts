import type { Socket } from 'node:net';

/** What a connection knows. */
export interface FlowReasons {
  /** A body is streamed whose reader is behind. */
  isBodyHeld(): boolean;
  isAwaitingReply(): boolean;
}

/**
 * Decides whether a connection reads from its socket. A body that is streamed holds it for as long as its reader is behind.
 * Readers of news hold it too, but not while somebody waits for a reply or for some piece of news: it may be the reader
 * itself who does.
 */
export class SocketFlow {
  readonly #socket: Socket;
  readonly #reasons: FlowReasons;
  #isFlowing = true;
  #newsHolds = 0;
  #newsAwaited = 0;

  constructor(socket: Socket, reasons: FlowReasons) {
    this.#socket = socket;
    this.#reasons = reasons;
  }

  /** Takes one more hold of news, or gives one back. */
  holdNews(by: 1 | -1): void {
    this.#newsHolds += by;
    this.update();
  }

  /** One more waits for news, or one less. */
  awaitNews(by: 1 | -1): void {
    this.#newsAwaited += by;
    this.update();
  }

  /** To be called when one of the reasons has changed. */
  update(): void {
    const isNewsHeld = this.#newsHolds > 0 && this.#newsAwaited === 0 && !this.#reasons.isAwaitingReply();
    const wanted = !isNewsHeld && !this.#reasons.isBodyHeld();
    if (wanted === this.#isFlowing || this.#socket.destroyed) return;
    this.#isFlowing = wanted;
    if (wanted) this.#socket.resume();
    else this.#socket.pause();
  }
}
