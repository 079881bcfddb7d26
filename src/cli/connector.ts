import { lookup } from 'node:dns/promises';
import { ConfigError } from '../config/errors.js';
import { findServers, type Server } from '../config/server.js';
import type { Sourced } from '../config/settings.js';
import { STOCK } from '../config/stock.js';
import {
  type Connection,
  connect,
  EslAuthError,
  type EventSocket,
  LastingSocket,
  type LastingSocketOptions,
  type Message,
  openSocket,
  serverName,
} from '../esl/index.js';
import { askPassword } from './ask-password.js';
import { parseDuration } from './flag-values.js';
import { DEFAULT_TIMEOUT } from './flags.js';
import { keepSecret } from './secrets.js';
import { settings } from './settings.js';

/** The connection flags, as oclif parses them. */
export interface ConnectionFlags {
  readonly server?: string | readonly string[] | undefined;
  readonly host?: string | undefined;
  readonly port?: number | undefined;
  readonly user?: string | undefined;
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
  readonly port: number;
  /** Whether the password is the one that FreeSWITCH is shipped with. */
  readonly hasStockPassword: boolean;
  /** Whether the user gave it its name, so that a row can mean it. */
  readonly isNamed: boolean;
  /** Who said where it is, and who its password. */
  readonly from: Readonly<Record<'address' | 'password', string>>;
  /** What the settings say for it: `sip-profile`, `rate`, `mwi-rate`. */
  setting(key: string): Sourced | undefined;
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
export async function connectorFor(flags: ConnectionFlags): Promise<Connector> {
  const [server, another] = await serversFor(flags);
  if (!server) throw new ConfigError('no server is named', '--server');
  if (another) {
    throw new ConfigError(
      `this command asks one server, and ${server.name ?? server.host} and ${another.name ?? another.host} are meant`,
      `--server ${server.name ?? server.host}`,
    );
  }
  return toConnector(server, flags);
}

/**
 * Finds out which servers are meant: those of `--server`, else the one of `--host`, else as the settings say.
 * @throws ConfigError, Failure
 */
export async function connectorsFor(flags: ConnectionFlags): Promise<readonly Connector[]> {
  const connectors = (await serversFor(flags)).map((server) => toConnector(server, flags));
  if (connectors.length === 1) return connectors;
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

async function serversFor(flags: ConnectionFlags): Promise<readonly Server[]> {
  const { server, host, port, user, 'password-file': passwordFile } = flags;
  const servers = server === undefined ? undefined : [server].flat();
  const context = { ...(await settings()), env: process.env, ask: askPassword };
  return findServers({ servers, host, port, user, passwordFile }, context);
}

function toConnector(server: Server, { timeout = DEFAULT_TIMEOUT }: ConnectionFlags): Connector {
  // Everybody knows the stock one, and FreeSWITCH's own texts hold it.
  if (server.password !== STOCK.password) keepSecret(server.password);
  const ms = parseDuration('timeout', timeout);
  const { name, host, port, password, user } = server;
  const address = serverName(host, port);
  /** Who sees that a login was refused wants to know which password it was. */
  const withSource = (error: unknown): never => {
    if (!(error instanceof EslAuthError)) throw error;
    throw new EslAuthError(error.message, { hint: `${error.hint} it was ${passwordFrom(server)}` });
  };
  const toServer = {
    host,
    port,
    password,
    ...(user !== undefined && { user }),
    connectTimeoutMs: ms,
    replyTimeoutMs: ms,
  };
  return {
    name: name ?? address,
    aliases: [host, address],
    host,
    port,
    hasStockPassword: password === STOCK.password,
    isNamed: name !== undefined,
    from: { address: server.from, password: server.passwordFrom },
    setting: server.setting,
    address: () => placeOf(host, port),
    open: (options) => connect({ ...toServer, ...options }).catch(withSource),
    openSocket: (options) => openSocket({ ...toServer, ...options }).catch(withSource),
    openLasting: (options) => LastingSocket.open({ ...toServer, ...options }).catch(withSource),
  };
}

/** A file, a variable, or what else a password came from. */
function passwordFrom({ passwordFrom: from }: Server): string {
  return from.startsWith('the ') ? from : `that of ${from}`;
}

/** All names and addresses of this machine's own loopback are one place. */
async function placeOf(host: string, port: number): Promise<string> {
  const found = await lookup(host, { all: true }).catch(() => []);
  const addresses = found.map(({ address }) => address).sort();
  const isHere = addresses.some((address) => address === '::1' || address.startsWith('127.'));
  return `${isHere ? 'loopback' : (addresses[0] ?? host.toLowerCase())}:${port}`;
}
