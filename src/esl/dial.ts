import { connect as dialSocket, type Socket, type TcpNetConnectOpts } from 'node:net';
import { EslConnectError, type EslError, EslTimeoutError } from './errors.js';

export interface DialOptions {
  /** A name or an IPv4 or IPv6 address. Of a name with several addresses, each is tried. */
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  /** How names become addresses; the system's resolver if not given. */
  readonly lookup?: TcpNetConnectOpts['lookup'];
  /** Aborted, it gives up; once the connection stands, this has no more effect. */
  readonly signal?: AbortSignal;
}

/** `host:port`, with an IPv6 address in brackets. */
export function serverName(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * A TCP connection.
 * @throws EslConnectError, EslTimeoutError
 */
export function dial({ host, port, timeoutMs, lookup, signal }: DialOptions): Promise<Socket> {
  const name = serverName(host, port);
  return new Promise((resolve, reject) => {
    const socket = dialSocket({
      host,
      port,
      autoSelectFamily: true,
      // Node's own 250 ms give up on an address that is merely far away.
      autoSelectFamilyAttemptTimeout: Math.max(250, Math.floor(timeoutMs / 4)),
      ...(lookup && { lookup }),
    });
    const settle = (error?: EslError): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.off('connect', onConnect).off('error', onError);
      if (error) {
        socket.on('error', () => {}).destroy();
        reject(error);
      } else {
        resolve(socket);
      }
    };
    const onConnect = (): void => settle();
    const onError = (cause: NodeJS.ErrnoException): void => settle(connectError(name, cause));
    const onAbort = (): void => settle(givenUp(name));
    const timer = setTimeout(() => {
      const hint = 'is the host up, and does a firewall drop the port?';
      settle(new EslTimeoutError(`${name} did not take the connection within ${timeoutMs} ms`, { hint }));
    }, timeoutMs);
    socket.once('connect', onConnect).once('error', onError);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
  });
}

/** The error of a connection that its caller did not want any more before it stood. */
export function givenUp(name: string): EslConnectError {
  return new EslConnectError(`connecting to ${name} was given up`);
}

function connectError(name: string, cause: NodeJS.ErrnoException): EslConnectError {
  const reasons: Record<string, [why: string, hint: string]> = {
    ECONNREFUSED: ['nothing listens there', 'is FreeSWITCH running with mod_event_socket, and is the port right?'],
    ENOTFOUND: ['there is no such host', 'is the name right?'],
    EAI_AGAIN: ['the name could not be looked up', 'does DNS work?'],
    EHOSTUNREACH: ['there is no way to that host', 'is the network up?'],
    ENETUNREACH: ['there is no way to that network', 'is the network up?'],
    ECONNRESET: ['it hung up at once', 'does the port belong to an event socket?'],
    ETIMEDOUT: ['it does not answer', 'is the host up, and does a firewall drop the port?'],
  };
  const [why, hint] = reasons[cause.code ?? ''] ?? [cause.message || cause.code, undefined];
  return new EslConnectError(`can't connect to ${name}: ${why}`, { cause, hint });
}
