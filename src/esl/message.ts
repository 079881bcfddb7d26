import { Buffer } from 'node:buffer';
import { type Header, Headers } from './headers.js';

/**
 * One message from FreeSWITCH: a header block and, if it has a Content-Length, that many bytes of body
 * (`mod_event_socket.c`). Values are as sent: nothing in this block is percent-encoded, except in the reply to
 * `connect` on an outbound socket.
 */
export interface Message {
  /** Lower case, without parameters; empty if the header is missing. */
  readonly contentType: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

/** The two content types that answer a command; everything else is news that nobody asked for. */
export const REPLY_TYPES: ReadonlySet<string> = new Set(['command/reply', 'api/response']);

/**
 * The bytes of one message as FreeSWITCH writes it, for servers (the sandbox, tests). A body brings its
 * Content-Length; a header of that name must not be among `headers`.
 */
export function encodeMessage(headers: readonly Header[], body?: Uint8Array | string): Buffer {
  const bytes = typeof body === 'string' ? Buffer.from(body) : body;
  let head = '';
  for (const [name, value] of headers) head += `${name}: ${value}\n`;
  if (bytes) head += `Content-Length: ${bytes.length}\n`;
  const block = Buffer.from(`${head}\n`);
  return bytes ? Buffer.concat([block, bytes]) : block;
}

/** A message with these headers and this body, with its content type read from them. */
export function toMessage(entries: readonly Header[], body: Buffer, block?: string): Message {
  const headers = new Headers(entries, block);
  const type = headers.get('content-type') ?? '';
  return { contentType: (type.split(';', 1)[0] ?? '').trim().toLowerCase(), headers, body };
}
