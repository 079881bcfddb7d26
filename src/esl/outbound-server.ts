import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { toChannelData } from './channel-data.js';
import { CONNECT } from './commands.js';
import { Connection, type ConnectionOptions } from './connection.js';
import { Decoder, type DecoderLimits } from './decoder.js';
import { serverName } from './dial.js';
import { EslClosedError, EslConnectError, EslError, EslUnfinishedError } from './errors.js';
import { News } from './news.js';
import { OutboundCall } from './outbound-call.js';
import { tell } from './tell.js';

export interface OutboundServerOptions extends DecoderLimits, Omit<ConnectionOptions, 'name' | 'onMessage'> {
  /** The address to listen on. There is no password: whoever reaches it can pretend to be FreeSWITCH. @default 127.0.0.1 */
  readonly host?: string;
  /** @default 8084, as the `socket` application has it; 0 is any free one */
  readonly port?: number;
  /** Calls at a time; more are turned away, and go on in the dialplan. @default 1000 */
  readonly maxCalls?: number;
  /** How long FreeSWITCH may take to tell what call it is, milliseconds. @default 5000 */
  readonly connectTimeoutMs?: number;
  /**
   * Has one call. When it is done the socket is closed, and FreeSWITCH hangs the call up, unless `resume` was sent. What it throws
   * goes to `onError`; that of a call which has hung up meanwhile does not.
   */
  readonly onCall: (call: OutboundCall) => Promise<void> | void;
  /** Hears of connections that were no calls, and of what `onCall` threw. `call` is the call, if there was one. */
  readonly onError?: (error: unknown, call?: OutboundCall) => void;
}

/** Listens for calls that FreeSWITCH hands over with its `socket` application (outbound mode). */
export class OutboundServer {
  readonly #options: OutboundServerOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #calls = new Map<OutboundCall, Promise<void>>();

  private constructor(options: OutboundServerOptions) {
    this.#options = options;
    this.#server = createServer({ noDelay: true, keepAlive: true }, (socket) => this.#take(socket));
  }

  /** Begins to listen. @throws EslConnectError if the address can't be used */
  static async listen(options: OutboundServerOptions): Promise<OutboundServer> {
    const { host = '127.0.0.1', port = 8084 } = options;
    const outbound = new OutboundServer(options);
    const server = outbound.#server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen({ host, port }, resolve);
    }).catch((cause: NodeJS.ErrnoException) => {
      throw listenError(serverName(host, port), cause);
    });
    server.removeAllListeners('error').on('error', (error) => outbound.#report(error));
    return outbound;
  }

  get host(): string {
    return this.#address.address;
  }

  get port(): number {
    return this.#address.port;
  }

  /** The calls that are being had. */
  get calls(): readonly OutboundCall[] {
    return [...this.#calls.keys()];
  }

  /** Takes no more calls, and waits until those that there are have ended, and `onCall` with them. */
  async close(): Promise<void> {
    await this.#stop();
    await Promise.all(this.#calls.values());
  }

  /** Takes no more calls, and ends every connection at once, whatever `onCall` still does. */
  async destroy(): Promise<void> {
    const stopped = this.#stop();
    for (const socket of this.#sockets) socket.destroy();
    await stopped;
  }

  /** Resolves when the last connection has ended. */
  #stop(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  get #address(): AddressInfo {
    const address = this.#server.address();
    if (address === null || typeof address === 'string')
      throw new EslClosedError('the server does not listen any more');
    return address;
  }

  #take(socket: Socket): void {
    const { maxCalls = 1000 } = this.#options;
    if (this.#sockets.size >= maxCalls) {
      socket.on('error', () => {}).destroy();
      this.#report(new EslConnectError(`a call was turned away: there are ${maxCalls} already`));
      return;
    }
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    void this.#begin(socket);
  }

  async #begin(socket: Socket): Promise<void> {
    const { connectTimeoutMs = 5000 } = this.#options;
    const name = serverName(socket.remoteAddress ?? 'somebody', socket.remotePort ?? 0);
    const news = new News();
    const connection = new Connection(socket, new Decoder(this.#options), {
      ...this.#options,
      name,
      onMessage: (message) => news.receive(message),
    });
    let call: OutboundCall;
    try {
      // FreeSWITCH answers the first command only if it is this one (`listener_run`, mod_event_socket.c).
      const { message } = await connection.send(CONNECT, { replyTimeoutMs: connectTimeoutMs });
      call = new OutboundCall(connection, news, toChannelData(message));
    } catch (error) {
      connection.destroy();
      this.#report(error);
      return;
    }
    const had = this.#have(call);
    this.#calls.set(call, had);
    await had;
    this.#calls.delete(call);
  }

  async #have(call: OutboundCall): Promise<void> {
    try {
      await this.#options.onCall(call);
    } catch (error) {
      if (call.connection.open || !isLoss(error)) this.#report(error, call);
    }
    await call.close();
  }

  #report(error: unknown, call?: OutboundCall): void {
    tell(() => this.#options.onError?.(error, call), undefined);
  }
}

/** Whether this is what becomes of a command, or of the wait for its end, when the call hangs up. */
function isLoss(error: unknown): boolean {
  return error instanceof EslUnfinishedError || (error instanceof EslError && error.lost === 'connection');
}

function listenError(name: string, cause: NodeJS.ErrnoException): EslConnectError {
  const reasons: Record<string, [why: string, hint: string]> = {
    EADDRINUSE: ['something listens there already', 'use another port'],
    EACCES: ['that port is for root only', 'use one from 1024 on'],
    EADDRNOTAVAIL: ['this machine has no such address', 'use 127.0.0.1, or an address of this machine'],
    ENOTFOUND: ['there is no such host', 'is the name right?'],
  };
  const [why, hint] = reasons[cause.code ?? ''] ?? [cause.message, undefined];
  return new EslConnectError(`can't listen on ${name}: ${why}`, { cause, hint });
}
