import { type Header, Headers } from '../esl/index.js';

/** Whom a From or To names, as it stands in the URI: nothing is unescaped or changed in case. */
export interface SipAddress {
  /** Empty for a URI without a user. */
  readonly user: string;
  /** Without the port. */
  readonly host: string;
}

interface Fields {
  /** Long names only: compact ones (RFC 3261 section 7.3.3) are written out. In the order of the wire. */
  readonly headers: Headers;
  readonly callId: string | undefined;
  readonly cseq: CSeq | undefined;
  readonly from: SipAddress | undefined;
  readonly to: SipAddress | undefined;
  /** Of the topmost Via: the same in a request, its retransmissions and its answers. */
  readonly branch: string | undefined;
  /** Of whoever wrote the message: User-Agent, or Server. */
  readonly userAgent: string | undefined;
  readonly body: string;
}

/** What joins a request and its answers: RFC 3261 section 8.1.1.5. */
export interface CSeq {
  readonly number: number;
  readonly method: string;
}

export interface SipRequest extends Fields {
  readonly kind: 'request';
  readonly method: string;
  readonly uri: string;
}

export interface SipResponse extends Fields {
  readonly kind: 'response';
  /** 100 to 699. */
  readonly status: number;
  readonly phrase: string;
}

export type SipMessage = SipRequest | SipResponse;

/** The compact names of IANA's registry of SIP header fields. */
const COMPACT: ReadonlyMap<string, string> = new Map([
  ['a', 'Accept-Contact'],
  ['b', 'Referred-By'],
  ['c', 'Content-Type'],
  ['d', 'Request-Disposition'],
  ['e', 'Content-Encoding'],
  ['f', 'From'],
  ['i', 'Call-ID'],
  ['j', 'Reject-Contact'],
  ['k', 'Supported'],
  ['l', 'Content-Length'],
  ['m', 'Contact'],
  ['n', 'Identity-Info'],
  ['o', 'Event'],
  ['r', 'Refer-To'],
  ['s', 'Subject'],
  ['t', 'To'],
  ['u', 'Allow-Events'],
  ['v', 'Via'],
  ['x', 'Session-Expires'],
  ['y', 'Identity'],
]);

/**
 * Reads one SIP message (RFC 3261 section 7); undefined if its first line is neither a request's nor a response's.
 * Lines may end in CRLF, CR or LF, as sofia-sip takes them. What is missing or malformed behind the first line is
 * undefined, as the phone on the other side may send anything. Takes time in proportion to the length.
 */
export function readSipMessage(text: string): SipMessage | undefined {
  const [first, lines, body] = split(text);
  const response = /^SIP\/2\.0 ([1-6]\d\d)(?: (.*))?$/i.exec(first);
  const request = response ? undefined : /^([!%'*+.0-9A-Z_`a-z~-]+) (\S+) SIP\/2\.0$/i.exec(first);
  if (!response && !request) return undefined;
  const headers = new Headers(readHeaders(lines));
  const fields: Fields = {
    headers,
    callId: present(headers.get('Call-ID')),
    cseq: readCSeq(headers.get('CSeq')),
    from: readAddress(headers.get('From')),
    to: readAddress(headers.get('To')),
    branch: readBranch(headers.get('Via')),
    userAgent: present(headers.get('User-Agent')) ?? present(headers.get('Server')),
    body,
  };
  if (response) return { kind: 'response', status: Number(response[1]), phrase: response[2] ?? '', ...fields };
  return { kind: 'request', method: request?.[1] ?? '', uri: request?.[2] ?? '', ...fields };
}

/** The first line, the header lines and the body. */
function split(text: string): [first: string, lines: readonly string[], body: string] {
  const unix = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  const end = unix.indexOf('\n\n');
  const [first = '', ...lines] = (end < 0 ? unix : unix.slice(0, end)).split('\n');
  return [first, lines, end < 0 ? '' : unix.slice(end + 2)];
}

/**
 * Lines that begin with a blank go on with the one before (RFC 3261 section 7.3.1); lines without a colon are skipped.
 */
function readHeaders(lines: readonly string[]): Header[] {
  const headers: [string, string][] = [];
  for (const line of lines) {
    const last = headers.at(-1);
    if (/^[ \t]/.test(line)) {
      if (last) last[1] += ` ${line.trim()}`;
      continue;
    }
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const name = line.slice(0, colon).trimEnd();
    headers.push([COMPACT.get(name.toLowerCase()) ?? name, line.slice(colon + 1).trim()]);
  }
  return headers;
}

function present(value: string | undefined): string | undefined {
  return value === '' ? undefined : value;
}

function readCSeq(value: string | undefined): CSeq | undefined {
  const [, number, method] = /^(\d{1,10})\s+(\S+)$/.exec(value ?? '') ?? [];
  return number === undefined || method === undefined ? undefined : { number: Number(number), method };
}

/** A name-addr or an addr-spec (RFC 3261 section 20.10). */
function readAddress(value: string | undefined): SipAddress | undefined {
  const bare = (value ?? '').replace(/^"(?:[^"\\]|\\.)*"/, '');
  const open = bare.indexOf('<');
  const [, uri] = /^sips?:([^>\s]+)/i.exec(bare.slice(open + 1).trimStart()) ?? [];
  if (uri === undefined) return undefined;
  const at = uri.indexOf('@');
  const [user = ''] = uri.slice(0, Math.max(at, 0)).split(':', 1);
  const [host] = /^(?:\[[^\]]*\]|[^:;?,]+)/.exec(uri.slice(at + 1)) ?? [];
  return host === undefined ? undefined : { user, host };
}

function readBranch(via: string | undefined): string | undefined {
  const [topmost = ''] = (via ?? '').split(',', 1);
  return /;\s*branch\s*=\s*([^;\s]+)/i.exec(topmost)?.[1];
}
