import { createHash, randomBytes } from 'node:crypto';
import { uuid } from '../ids.js';

/** Who proves what to whom: the input of a digest (RFC 2617, 3.2.2). */
export interface DigestClaim {
  readonly user: string;
  readonly password: string;
  readonly realm: string;
  readonly nonce: string;
  readonly method: string;
  readonly uri: string;
}

/** A nonce as FreeSWITCH makes them: a UUID. */
export function makeNonce(): string {
  return uuid();
}

/** The Authorization of FreeSWITCH, to a challenge without `qop`. */
export function digest(claim: DigestClaim): string {
  const { user, realm, nonce, uri } = claim;
  const response = md5(`${secret(claim)}:${nonce}:${request(claim)}`);
  return `Digest username="${user}", realm="${realm}", nonce="${nonce}", algorithm=MD5, uri="${uri}", response="${response}"`;
}

/** The Authorization of a phone, to a challenge with `qop="auth"`. */
export function digestWithQop(claim: DigestClaim): string {
  const { user, realm, nonce, uri } = claim;
  const cnonce = randomBytes(8).toString('hex');
  const response = md5(`${secret(claim)}:${nonce}:00000001:${cnonce}:auth:${request(claim)}`);
  return (
    `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", ` +
    `algorithm=MD5, cnonce="${cnonce}", qop=auth, nc=00000001`
  );
}

function secret({ user, realm, password }: DigestClaim): string {
  return md5(`${user}:${realm}:${password}`);
}

function request({ method, uri }: DigestClaim): string {
  return md5(`${method}:${uri}`);
}

function md5(text: string): string {
  return createHash('md5').update(text).digest('hex');
}
