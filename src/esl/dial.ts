import { connect as dialSocket, type Socket, type TcpNetConnectOpts } from 'node:net';
import { EslConnectError, EslTimeoutError } from './errors.js';

export interface DialOptions {
  /** A name or an IPv4 or IPv6 address. Of a name with several addresses, each is tried. */
  readonly host: string;
  readonly port: number;
  readonly timeoutMs: number;
  /** How names become addresses; the system's resolver if not given. */
  readonly lookup?: TcpNetConnectOpts['lookup'];
}

/** `host:port`, with an IPv6 address in brackets. */
export function serverName(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/**
 * A TCP connection.
 * @throws EslConnectError, EslTimeoutError
 */
export function dial({ host, port, timeoutMs, lookup }: DialOptions): Promise<Socket> {
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
    const timer = setTimeout(() => {
      socket.destroy();
      reject(
        new EslTimeoutError(`${name} did not take the connection within ${timeoutMs} ms`, {
          hint: 'is the host up, and does a firewall drop the port?',
        }),
      );
    }, timeoutMs);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeListener('error', fail);
      resolve(socket);
    });
    socket.once('error', fail);
    function fail(cause: NodeJS.ErrnoException): void {
      clearTimeout(timer);
      reject(connectError(name, cause));
    }
  });
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
