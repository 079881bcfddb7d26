import { resolveServer, STOCK } from '../config/server.js';
import { type Connection, connect, type Message, serverName } from '../esl/index.js';
import { DEFAULT_TIMEOUT, parseDuration } from './flags.js';

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
}

/** The way to one server. */
export interface Connector {
  /** `host:port`, as outcomes and errors name it. */
  readonly name: string;
  /** A name or an address. */
  readonly host: string;
  /** Whether the password is the one that FreeSWITCH is shipped with. */
  readonly hasStockPassword: boolean;
  /** Opens one more connection. @throws EslError */
  open(options?: ConnectorOptions): Promise<Connection>;
}

/**
 * Finds out which server is meant, without connecting.
 * @throws ConfigError, Failure
 */
export async function connectorFor(flags: ConnectionFlags): Promise<Connector> {
  const { host, port, 'password-file': passwordFile, timeout = DEFAULT_TIMEOUT } = flags;
  const server = await resolveServer({ host, port, passwordFile, env: process.env });
  const ms = parseDuration('timeout', timeout);
  return {
    name: serverName(server.host, server.port),
    host: server.host,
    hasStockPassword: server.password === STOCK.password,
    open: (options) => connect({ ...server, ...options, connectTimeoutMs: ms, replyTimeoutMs: ms }),
  };
}
