import type { QueueAddress } from '../config/queue.js';
import { isReply, QueueError } from './errors.js';

/** What went wrong, in words, and what to try. */
interface Said {
  readonly why: string;
  readonly hint: string;
}

/** The system's errors on the way there (errno(3), and Node's for names). */
const WAYS: Readonly<Record<string, Said>> = {
  ECONNREFUSED: { why: 'nothing listens there', hint: 'is the server running, and is this its port?' },
  ENOTFOUND: { why: 'there is no host of this name', hint: 'check the host in its address' },
  EAI_AGAIN: { why: 'its name could not be looked up', hint: 'is the name server of this machine reachable?' },
  ETIMEDOUT: { why: 'there was no answer', hint: 'is the host right, and does a firewall let the port through?' },
  EHOSTUNREACH: { why: 'its host is not reachable', hint: 'is there a way to its network from here?' },
  ENETUNREACH: { why: 'its network is not reachable', hint: 'is there a way to its network from here?' },
  EACCES: {
    why: 'this machine does not let phonectl connect there',
    hint: 'does a firewall of this machine forbid it?',
  },
  EPERM: {
    why: 'this machine does not let phonectl connect there',
    hint: 'does a firewall of this machine forbid it?',
  },
};

/** How an end from the other side looks while something is read or written. */
const CLOSED: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE']);

const UNKNOWN_CA: Said = {
  why: 'its certificate is not vouched for by a CA that is known here',
  hint: 'the certificate of its CA: ca-file below queue in the settings',
};
const NO_TLS: Said = { why: 'it does not speak TLS', hint: 'redis:// instead of rediss://, or its TLS port' };

/** What is wrong with a certificate or with TLS as such (nodejs.org, "X509 certificate error codes"; OpenSSL's own). */
const TLS: Readonly<Record<string, Said>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_CA,
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_CA,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_CA,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN_CA,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_CA,
  CERT_SIGNATURE_FAILURE: UNKNOWN_CA,
  CERT_HAS_EXPIRED: { why: 'its certificate has expired', hint: 'a new certificate for the server' },
  CERT_NOT_YET_VALID: { why: 'its certificate is not valid yet', hint: 'is the clock of this machine right?' },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    why: 'its certificate is for another name',
    hint: 'one of the names in its certificate as host',
  },
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: {
    why: 'it wants a certificate of the client',
    hint: 'tls-auth-clients no, or optional, in the redis.conf of the server; a password or a user tells who may use it',
  },
};

/** What ioredis says of bytes that are no answer of a Redis (its resp/decoder). */
const NO_REDIS = /^(?:Unknown RESP type|Protocol error)/;
const OTHER: Said = {
  why: 'what answers there is no Redis and no Valkey',
  hint: 'is this its port? 6379 as shipped; if it takes TLS only: rediss:// instead of redis://',
};

/** Why a queue can't be used from the start. No error is passed on whole: ioredis has the login in those of commands. */
export function refusal(address: QueueAddress, error: unknown): QueueError {
  const { name } = address;
  const code = error instanceof Error ? codeOf(error) : '';
  if (!(error instanceof Error) || CLOSED.has(code)) {
    const hint = address.tls ? NO_TLS.hint : 'if it takes TLS only: rediss:// instead of redis://';
    return new QueueError(
      `queue ${name} closed the connection before the login was done`,
      `${hint}; else its log says why`,
    );
  }
  const way = WAYS[code];
  if (way) return new QueueError(`queue ${name} can't be reached: ${way.why} (${code})`, way.hint);
  const ofTls =
    TLS[code] ??
    (/^ERR_SSL_/.test(code)
      ? { why: 'TLS could not be agreed on', hint: 'which TLS does the server take?' }
      : undefined);
  if (ofTls) return new QueueError(`queue ${name} was not trusted: ${ofTls.why} (${code})`, ofTls.hint);
  if (isReply(error)) return ofReply(address, error.message);
  if (NO_REDIS.test(error.message)) return new QueueError(`queue ${name} can't be used: ${OTHER.why}`, OTHER.hint);
  return new QueueError(
    `queue ${name} can't be reached: ${oneLine(error.message)}`,
    'is it running, and is this its address?',
  );
}

/** Why a queue can't be used that took the connection and then said nothing. */
export function unanswered({ name, tls }: QueueAddress, timeoutMs: number): QueueError {
  return new QueueError(
    `queue ${name} can't be reached: it was not ready within ${timeoutMs} ms`,
    tls
      ? `does it speak TLS? else ${NO_TLS.hint}`
      : 'is this its address? or it is held up, or still loads what it had written',
  );
}

/** Why an open connection was lost. */
export function whyLost(error: Error | undefined): string {
  if (!error) return 'it closed the connection';
  if (/^Socket timeout/.test(error.message)) return 'it did not answer';
  if (NO_REDIS.test(error.message)) return OTHER.why;
  const code = codeOf(error);
  return WAYS[code]?.why ?? (CLOSED.has(code) ? 'it closed the connection' : oneLine(error.message));
}

/** What the server said, in its own words. */
function ofReply({ name, user, db, password, passwordFrom, withheld }: QueueAddress, message: string): QueueError {
  const said = oneLine(message);
  const known =
    'password-file below queue in the settings, PHONECTL_QUEUE_PASSWORD, or PHONECTL_QUEUE with the whole address';
  const who = user === undefined ? '' : ` as ${user}`;
  if (withheld && (/^NOAUTH/.test(message) || (/^WRONGPASS/.test(message) && password === undefined))) {
    const { from, of } = withheld;
    const why = `that of ${from} was not given to it, as it belongs to ${of}`;
    return new QueueError(`queue ${name} wants a password, and ${why}: ${said}`, `the address as it is known: ${of}`);
  }
  if (/^NOAUTH/.test(message))
    return new QueueError(`queue ${name} wants a password, and none is known: ${said}`, known);
  if (/^WRONGPASS|^ERR invalid password/.test(message)) {
    if (password === undefined)
      return new QueueError(`queue ${name} refused the login${who} without a password: ${said}`, known);
    return new QueueError(
      `queue ${name} refused the login${who}: ${said}`,
      `is the password right? it is that of ${passwordFrom}`,
    );
  }
  if (/^NOPERM/.test(message))
    return new QueueError(
      `queue ${name} does not let this user work with it: ${said}`,
      'more rights: ACL SETUSER, in redis-cli',
    );
  if (/DB index is out of range/.test(message))
    return new QueueError(
      `queue ${name} has no database ${db}: ${said}`,
      'a lower number at the end of its address, or databases in redis.conf',
    );
  if (/max number of clients/.test(message))
    return new QueueError(`queue ${name} takes no more connections: ${said}`, 'maxclients in redis.conf');
  return new QueueError(`queue ${name} refused the connection: ${said}`, undefined);
}

/** Whether it is what the server answered; told by its name, since its class is in a package of its own. */

/** Where a name has several addresses there is an error for each; they are alike. */
function codeOf(error: Error): string {
  const own = (error as NodeJS.ErrnoException).code;
  if (own !== undefined) return own;
  const [first] = error instanceof AggregateError ? error.errors : [];
  return first instanceof Error ? codeOf(first) : '';
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
