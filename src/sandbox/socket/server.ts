import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Control } from './control.js';
import { Session, type SessionContext } from './session.js';

/** How long connections get to take their last bytes when the server closes, in milliseconds. */
const CLOSING_MS = 250;

/** The listening socket and its connections. */
export class SandboxServer {
  readonly #server: Server;
  readonly #context: SessionContext;
  readonly #sessions = new Map<Socket, Session>();

  constructor(context: Omit<SessionContext, 'shutDown'>) {
    this.#context = { ...context, shutDown: () => this.#shutDown() };
    this.#server = createServer({ noDelay: true }, (socket) => this.#add(socket));
  }

  /** How many clients are connected; connections that the server made itself do not count. */
  get connections(): number {
    let count = 0;
    for (const { outbound } of this.#sessions.values()) if (!outbound) count++;
    return count;
  }

  /** Serves a connection that the server made itself, in which a call is controlled. */
  serve(socket: Socket, control: Control): void {
    this.#add(socket, control);
  }

  /** Listens; gives the address. Fails as `net.Server.listen` does, for instance when the port is taken. */
  listen(host: string, port: number): Promise<AddressInfo> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen({ host, port }, () => {
        this.#server.off('error', reject);
        const address = this.#server.address();
        if (address === null || typeof address === 'string') reject(new Error('The server has no address'));
        else resolve(address);
      });
    });
  }

  /** Sends every client the notice of a shutdown, closes, and is done when the last connection is gone. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    const gone = [...this.#sessions.keys()].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    this.#shutDown();
    const patience = setTimeout(() => {
      for (const session of this.#sessions.values()) session.destroy();
    }, CLOSING_MS);
    await Promise.all([closed, ...gone]);
    clearTimeout(patience);
  }

  #add(socket: Socket, control?: Control): void {
    this.#sessions.set(socket, new Session(socket, this.#context, control));
    socket.on('close', () => this.#sessions.delete(socket));
  }

  #shutDown(): void {
    for (const session of this.#sessions.values()) session.shutDown();
  }
}
