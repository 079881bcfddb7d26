import { type Header, Headers } from '../../src/esl/index.js';

/** A SIP request as it arrived (RFC 3261 section 7). */
export interface SipRequest {
  readonly method: string;
  readonly uri: string;
  readonly headers: Headers;
  /** All that follows the empty line, whatever Content-Length says, as UTF-8. */
  readonly body: string;
  /** The very bytes. */
  readonly raw: Buffer;
}

/** A SIP response as it arrived. */
export interface SipResponse {
  readonly status: number;
  readonly reason: string;
  readonly headers: Headers;
}

/**
 * Reads one datagram. Header names are compared without regard to case; compact names and folded lines are not read, as
 * mod_sofia writes neither.
 * @throws Error if it is no SIP message
 */
export function parseMessage(raw: Buffer): SipRequest | SipResponse {
  const end = raw.indexOf('\r\n\r\n');
  if (end < 0) throw new Error(`not a SIP message: ${raw.toString('utf8', 0, 200)}`);
  const [start = '', ...lines] = raw.toString('utf8', 0, end).split('\r\n');
  const headers = new Headers(lines.map(parseHeader));
  const [, status, reason = ''] = /^SIP\/2\.0 (\d{3}) ?(.*)$/.exec(start) ?? [];
  if (status !== undefined) return { status: Number(status), reason, headers };
  const [, method, uri] = /^([A-Z]+) (\S+) SIP\/2\.0$/.exec(start) ?? [];
  if (method === undefined || uri === undefined) throw new Error(`not a SIP message: ${start}`);
  return { method, uri, headers, body: raw.toString('utf8', end + 4), raw };
}

/**
 * Reads the text of a request.
 * @throws Error if it is none
 */
export function parseRequest(text: string): SipRequest {
  const message = parseMessage(Buffer.from(text));
  if ('status' in message) throw new Error(`not a request: ${text}`);
  return message;
}

/** Writes a message. */
export function formatMessage(startLine: string, headers: readonly Header[], body = ''): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${startLine}\r\n${lines.join('')}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

/** A parameter of a header: `branch` of a Via, `tag` of a From or To. */
export function parameter(header: string | undefined, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}=([^;,\\s>]+)`, 'i').exec(header ?? '');
  return match?.[1];
}

function parseHeader(line: string): Header {
  const colon = line.indexOf(':');
  if (colon < 1) throw new Error(`not a SIP header: ${line}`);
  return [line.slice(0, colon).trimEnd(), line.slice(colon + 1).trim()];
}
