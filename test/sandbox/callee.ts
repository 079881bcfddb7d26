import { createServer, type Server, type Socket } from 'node:net';
import { RawClient } from './lab.js';

/** A program that FreeSWITCH's application `socket` connects to. */
export class Callee {
  readonly #server: Server;
  readonly #arrived: RawClient[] = [];
  readonly #waiting: ((client: RawClient) => void)[] = [];
  readonly #clients = new Set<RawClient>();

  constructor() {
    this.#server = createServer((socket) => this.#take(socket));
  }

  /** Listens on a free port, and gives it. */
  listen(host = '127.0.0.1'): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(0, host, () => {
        const address = this.#server.address();
        resolve(typeof address === 'object' ? (address?.port ?? 0) : 0);
      });
    });
  }

  /** The next connection. */
  next(): Promise<RawClient> {
    const client = this.#arrived.shift();
    if (client) return Promise.resolve(client);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  async close(): Promise<void> {
    for (const { socket } of this.#clients) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(socket: Socket): void {
    const client = new RawClient(socket);
    this.#clients.add(client);
    socket.on('close', () => this.#clients.delete(client));
    const waiting = this.#waiting.shift();
    if (waiting) waiting(client);
    else this.#arrived.push(client);
  }
}

/** A `sendmsg` that executes an application. */
export function execute(application: string, data = '', more = ''): string {
  const argument = data === '' ? '' : `execute-app-arg: ${data}\n`;
  return `sendmsg\ncall-command: execute\nexecute-app-name: ${application}\n${argument}${more}\n`;
}

/** The names of the events in a text, in order. */
export function eventNames(text: string): string[] {
  return [...text.matchAll(/^Event-Name: (\w+)$/gm)].map(([, name]) => name ?? '');
}
