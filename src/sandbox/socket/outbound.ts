import { connect, type Socket } from 'node:net';
import type { Application, CallThread } from '../calls/call-thread.js';
import { atoi, sameText, splitWords } from '../wire/c-text.js';
import { Control } from './control.js';

const DEFAULT_PORT = 8084;
const MOST_WORDS = 80;

/** The application `socket HOST:PORT [async] [full]` (`socket_function`, mod_event_socket.c): FreeSWITCH connects. */
export class OutboundSockets {
  readonly #serve: (socket: Socket, control: Control) => void;
  readonly #connecting = new Set<Socket>();
  #closed = false;

  /** `serve` takes over every connection that was made. */
  constructor(serve: (socket: Socket, control: Control) => void) {
    this.#serve = serve;
  }

  get application(): Application {
    return { run: (thread, data) => this.#run(thread, data) };
  }

  /** Gives up every connection that is not made yet, and makes no more. */
  close(): void {
    this.#closed = true;
    for (const socket of this.#connecting) socket.destroy();
  }

  async #run(thread: CallThread, data: string): Promise<void> {
    const [hosts = '', ...words] = splitWords(data, MOST_WORDS);
    const socket = await this.#connectToOne(thread, hosts.split('|'));
    if (!socket) return;
    const said = (flag: string) => words.some((word) => sameText(word, flag));
    const control = new Control(thread, { outbound: true, async: said('async'), full: said('full') });
    this.#serve(socket, control);
    if (!control.async) return control.over;
    await thread.until(() => control.settled || thread.channel.down);
    await thread.park();
    await thread.obeyWaiting();
  }

  async #connectToOne({ channel }: CallThread, hosts: readonly string[]): Promise<Socket | undefined> {
    for (const text of hosts.filter((host) => host !== '')) {
      if (this.#closed) break;
      const { host, port } = addressOf(text);
      channel.variables.set('socket_host', host);
      const socket = await this.#connect(host.replace(/^\[(.*)\]$/, '$1'), port);
      if (socket) return socket;
    }
    return undefined;
  }

  #connect(host: string, port: number): Promise<Socket | undefined> {
    return new Promise((resolve) => {
      const socket = connect({ host, port, allowHalfOpen: true });
      const done = (result: Socket | undefined) => {
        this.#connecting.delete(socket);
        resolve(result);
      };
      this.#connecting.add(socket);
      socket.once('connect', () => done(socket));
      socket.once('close', () => done(undefined));
      socket.on('error', () => socket.destroy());
    });
  }
}

/** The last colon separates the port, so that IPv6 needs no brackets. */
function addressOf(text: string): { readonly host: string; readonly port: number } {
  const colon = text.lastIndexOf(':');
  return colon < 0
    ? { host: text, port: DEFAULT_PORT }
    : { host: text.slice(0, colon), port: atoi(text.slice(colon + 1)) & 0xffff };
}
