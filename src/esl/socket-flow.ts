import type { Socket } from 'node:net';

/**
 * Decides whether a connection reads from its socket. A body that is streamed holds it for as long as its reader is behind.
 * Readers of news hold it too, but not while somebody waits for a reply or for some piece of news: it may be the reader
 * itself who does.
 */
export class SocketFlow {
  readonly #socket: Socket;
  readonly #isAwaitingReply: () => boolean;
  #isFlowing = true;
  #isBodyHeld = false;
  #newsHolds = 0;
  #newsAwaited = 0;

  constructor(socket: Socket, isAwaitingReply: () => boolean) {
    this.#socket = socket;
    this.#isAwaitingReply = isAwaitingReply;
  }

  holdBody(isHeld: boolean): void {
    this.#isBodyHeld = isHeld;
    this.update();
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

  /** To be called when a reply begins or ends to be awaited. */
  update(): void {
    const mayHoldNews = this.#newsHolds > 0 && this.#newsAwaited === 0 && !this.#isAwaitingReply();
    const wanted = !this.#isBodyHeld && !mayHoldNews;
    if (wanted === this.#isFlowing || this.#socket.destroyed) return;
    this.#isFlowing = wanted;
    if (wanted) this.#socket.resume();
    else this.#socket.pause();
  }
}
