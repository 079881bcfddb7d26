import { isIP } from 'node:net';
import { ConfigError } from './errors.js';

/** What the address of a queue says. */
export interface QueueUrl {
  /** A name or an address, without brackets. */
  readonly host: string;
  readonly port: number;
  /** The number of the database. */
  readonly db: number;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Whether it is `rediss:`, that is, TLS. */
  readonly isEncrypted: boolean;
}

/** Where Redis and Valkey listen if nobody says otherwise. */
const STOCK_PORT = 6379;
/** How an address is written. */
export const URL_EXAMPLE = 'redis://HOST:PORT/DATABASE, of which PORT and DATABASE may be left out; rediss:// for TLS';
const AS_PERCENT = 'characters like @ : / # % in a user or a password are written as %40 %3A %2F %23 %25';

/**
 * `redis://USER:PASSWORD@HOST:PORT/DB`, or `rediss:`. What is refused is not said again: a password may stand in it.
 * @throws ConfigError
 */
export function parseQueueUrl(text: string): QueueUrl {
  // A character of a password that should have been escaped has the address end too early.
  const hint = text.includes('@') ? AS_PERCENT : URL_EXAMPLE;
  if (!/^rediss?:\/\//i.test(text)) throw new ConfigError('it is not the address of a queue', URL_EXAMPLE);
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new ConfigError('it is not the address of a queue', hint);
  }
  const host = plain(url.hostname).replace(/^\[(.*)\]$/s, '$1');
  if (host === '' || /[\s\u0000-\u001f\u007f/@]/.test(host) || (host.includes(':') && isIP(host) === 0))
    throw new ConfigError('it names no host', hint);
  if (url.search !== '' || url.hash !== '') throw new ConfigError('it goes on after the database with ? or #', hint);
  const db = /^\/?(?:(\d{1,5})\/?)?$/.exec(url.pathname);
  if (!db) throw new ConfigError('what stands after the host is not the number of a database', hint);
  if (url.port === '0') throw new ConfigError('port 0 is not a port', URL_EXAMPLE);
  return {
    host: host.toLowerCase(),
    port: url.port === '' ? STOCK_PORT : Number(url.port),
    db: Number(db[1] ?? 0),
    user: plain(url.username) || undefined,
    password: plain(url.password) || undefined,
    isEncrypted: url.protocol === 'rediss:',
  };
}

/** How outputs call it: `redis://host:port/0`, without user and password. */
export function queueName({ host, port, db, isEncrypted }: QueueUrl): string {
  return `${isEncrypted ? 'rediss' : 'redis'}://${host.includes(':') ? `[${host}]` : host}:${port}/${db}`;
}

function plain(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new ConfigError('a % in it does not begin a character', AS_PERCENT);
  }
}
