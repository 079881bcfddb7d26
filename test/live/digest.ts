import { createHash, randomBytes } from 'node:crypto';

/** Digest access authentication with MD5 (RFC 2617; RFC 3261 section 22). */

/** Who somebody is, and how to prove it. */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** What is asked for, which is part of the proof. */
export interface Asked {
  readonly method: string;
  readonly uri: string;
}

/** A WWW-Authenticate header with a nonce of its own. */
export function challenge(realm: string): string {
  return `Digest realm="${realm}", nonce="${randomBytes(12).toString('hex')}", algorithm=MD5, qop="auth"`;
}

/**
 * The Authorization header that answers a WWW-Authenticate or Proxy-Authenticate header.
 * @throws Error if it asks for something else than MD5
 */
export function authorization(header: string, { user, password }: Credentials, { method, uri }: Asked): string {
  const { realm = '', nonce = '', algorithm = 'MD5', qop, opaque } = digestFields(header);
  if (algorithm.toUpperCase() !== 'MD5')
    throw new Error(`the challenge wants ${algorithm}, and only MD5 is known here`);
  const fields: Record<string, string> = { username: user, realm, nonce, uri };
  const unquoted: Record<string, string> = { algorithm };
  if (qop !== undefined) {
    if (!qop.split(/\s*,\s*/).includes('auth'))
      throw new Error(`the challenge wants qop ${qop}, and only auth is known here`);
    Object.assign(unquoted, { qop: 'auth', nc: '00000001' });
    fields.cnonce = randomBytes(8).toString('hex');
  }
  if (opaque !== undefined) fields.opaque = opaque;
  fields.response = responseOf({ ...fields, ...unquoted }, password, method);
  const quoted = Object.entries(fields).map(([name, value]) => `${name}="${value}"`);
  return `Digest ${[...quoted, ...Object.entries(unquoted).map(([name, value]) => `${name}=${value}`)].join(', ')}`;
}

/** Whether an Authorization header proves that its sender has these credentials. */
export function isAuthorized(header: string | undefined, credentials: Credentials, { method, uri }: Asked): boolean {
  const fields = digestFields(header ?? '');
  return (
    fields.username === credentials.user &&
    fields.uri === uri &&
    fields.response === responseOf(fields, credentials.password, method)
  );
}

/** The fields of a Digest header, without quotes. */
export function digestFields(header: string): Record<string, string> {
  const fields = header.matchAll(/(\w+)=(?:"([^"]*)"|([^\s,]+))/g);
  return Object.fromEntries(
    [...fields].map(([, name = '', quoted, bare]) => [name.toLowerCase(), quoted ?? bare ?? '']),
  );
}

function responseOf(fields: Record<string, string>, password: string, method: string): string {
  const { username, realm, nonce, uri, qop, nc, cnonce } = fields;
  const who = md5(`${username}:${realm}:${password}`);
  const what = md5(`${method}:${uri}`);
  return md5(qop === undefined ? `${who}:${nonce}:${what}` : `${who}:${nonce}:${nc}:${cnonce}:${qop}:${what}`);
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
