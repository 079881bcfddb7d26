import type { Socket } from 'node:net';

/** Commands that leave in one system call at most. */
const GATHERED = 4;

/**
 * Writes commands so that those of one turn of the event loop leave in few system calls: not in one, so that the server has
 * something to do while the rest is made.
 */
export class GatheredWriter {
  readonly #socket: Socket;
  #gathered = 0;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** False if the socket has enough, until it says `drain`. */
  write(bytes: Buffer): boolean {
    if (this.#gathered === 0) {
      this.#socket.cork();
      setImmediate(() => this.#flush());
    }
    const hasRoom = this.#socket.write(bytes);
    if (++this.#gathered === GATHERED) this.#flush();
    return hasRoom;
  }

  #flush(): void {
    this.#gathered = 0;
    this.#socket.uncork();
  }
}
