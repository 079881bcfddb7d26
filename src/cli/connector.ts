import { lookup } from 'node:dns/promises';
import { ConfigError, parseServer, resolveServer, STOCK } from '../config/server.js';
import {
  type Connection,
  connect,
  type EventSocket,
  LastingSocket,
  type LastingSocketOptions,
  type Message,
  openSocket,
  serverName,
} from '../esl/index.js';
import { parseDuration } from './flag-values.js';
import { DEFAULT_TIMEOUT } from './flags.js';
import { keepSecret } from './secrets.js';

/** The connection flags, as oclif parses them. */
export interface ConnectionFlags {
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly 'password-file'?: string | undefined;
  readonly timeout?: string | undefined;
}

export interface ConnectorOptions {
  readonly maxInFlight?: number;
  readonly onMessage?: (message: Message) => void;
  readonly signal?: AbortSignal;
  /** How long a reply may take, milliseconds; else as `--timeout` says. */
  readonly replyTimeoutMs?: number;
}

/** What a connection that comes back needs beside the server. */
export type LastingOptions = Pick<LastingSocketOptions, 'setUp' | 'retryMs' | 'onLost' | 'onBack' | 'signal'>;

/** The way to one server. */
export interface Connector {
  /** As outcomes and errors name it: what the user called it, else `host:port`. */
  readonly name: string;
  /** What else a `server` column may call it. */
  readonly aliases: readonly string[];
  /** A name or an address. */
  readonly host: string;
  /** Whether the password is the one that FreeSWITCH is shipped with. */
  readonly hasStockPassword: boolean;
  /** Where it is, the same for all names of it as far as can be told: an IP address and a port. */
  address(): Promise<string>;
  /** Opens one more connection. @throws EslError */
  open(options?: ConnectorOptions): Promise<Connection>;
  /** Opens one more connection that has a method for each command. @throws EslError */
  openSocket(options?: ConnectorOptions): Promise<EventSocket>;
  /** Opens one that comes back when it is lost. @throws EslError */
  openLasting(options: LastingOptions): Promise<LastingSocket>;
}

/**
 * Finds out which server is meant, without connecting.
 * @throws ConfigError, Failure
 */
export function connectorFor(flags: ConnectionFlags): Promise<Connector> {
  return toConnector(flags, undefined);
}

/**
 * Finds out which servers are meant: those of `--server`, else the one of `--host`.
 * @throws ConfigError, Failure
 */
export async function connectorsFor(
  flags: ConnectionFlags & { readonly server?: readonly string[] | undefined },
): Promise<readonly Connector[]> {
  if (flags.server === undefined) return [await connectorFor(flags)];
  const addresses = flags.server.map(parseServer);
  const connectors = await Promise.all(
    addresses.map(({ name, host, port = flags.port }) => toConnector({ ...flags, host, port }, name)),
  );
  const places = await Promise.all(connectors.map((connector) => connector.address()));
  const same = places.findIndex((place, index) => places.indexOf(place) !== index);
  if (same >= 0) {
    const [one, other] = [connectors[places.indexOf(places[same] ?? '')]?.name, connectors[same]?.name];
    throw new ConfigError(`--server: ${one} and ${other} are the same server`, 'name it once');
  }
  const names = connectors.map(({ name }) => name.toLowerCase());
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new ConfigError(`--server: ${twice} is named twice`, 'give each a name: --server berlin=10.0.0.5:8021');
  }
  return connectors;
}

async function toConnector(flags: ConnectionFlags, given: string | undefined): Promise<Connector> {
  const { host, port, 'password-file': passwordFile, timeout = DEFAULT_TIMEOUT } = flags;
  const server = await resolveServer({ host, port, passwordFile, env: process.env });
  // Everybody knows the stock one, and FreeSWITCH's own texts hold it.
  if (server.password !== STOCK.password) keepSecret(server.password);
  const ms = parseDuration('timeout', timeout);
  const address = serverName(server.host, server.port);
  const toServer = { ...server, connectTimeoutMs: ms, replyTimeoutMs: ms };
  return {
    name: given ?? address,
    aliases: [server.host, address],
    host: server.host,
    hasStockPassword: server.password === STOCK.password,
    address: () => placeOf(server.host, server.port),
    open: (options) => connect({ ...toServer, ...options }),
    openSocket: (options) => openSocket({ ...toServer, ...options }),
    openLasting: (options) => LastingSocket.open({ ...toServer, ...options }),
  };
}

/** All names and addresses of this machine's own loopback are one place. */
async function placeOf(host: string, port: number): Promise<string> {
  const found = await lookup(host, { all: true }).catch(() => []);
  const addresses = found.map(({ address }) => address).sort();
  const isHere = addresses.some((address) => address === '::1' || address.startsWith('127.'));
  return `${isHere ? 'loopback' : (addresses[0] ?? host.toLowerCase())}:${port}`;
}
