import { Buffer } from 'node:buffer';
import { EslEventError } from './errors.js';
import type { AnyEventName } from './event-names.js';
import { parseHeaderBlock } from './header-block.js';
import { type Header, Headers } from './headers.js';
import type { Message } from './message.js';
import { percentDecode } from './percent.js';
import { parseEventXml } from './xml-event.js';

/** One event of FreeSWITCH, the same from all three formats. */
export interface EslEvent<Name extends AnyEventName = AnyEventName> {
  /** `BACKGROUND_JOB`, `CUSTOM`, …; empty if the event has no name. */
  readonly name: Name;
  /** Of a CUSTOM event: `sofia::register`, … */
  readonly subclass: string | undefined;
  /** Decoded, in the order of the wire, without the Content-Length that only tells the body. */
  readonly headers: Headers;
  readonly body: string | undefined;
}

/** Whether a message is an event that decodeEvent can read. */
export function isEvent({ contentType }: Message): boolean {
  return contentType === 'text/event-plain' || contentType === 'text/event-json' || contentType === 'text/event-xml';
}

/**
 * The event in a `text/event-plain`, `-json` or `-xml` message.
 * @throws EslEventError: the stream is still in step
 */
export function decodeEvent(message: Message): EslEvent {
  const announced = message.body.length === 0 ? Number(message.headers.get('content-length') ?? 0) : 0;
  if (announced > 0) throw new EslEventError(`an event of ${announced} bytes, which is longer than is kept`);
  switch (message.contentType) {
    case 'text/event-plain':
      return plainEvent(message.body);
    case 'text/event-json':
      return jsonEvent(message.body);
    case 'text/event-xml':
      return xmlEvent(message.body);
    default:
      throw new EslEventError(`not an event: ${message.contentType || 'a message without a content type'}`);
  }
}

function plainEvent(bytes: Buffer): EslEvent {
  let split = bytes.indexOf('\n\n');
  if (split < 0) split = bytes.length;
  const raw = parseHeaderBlock(bytes.toString('utf8', 0, split));
  if (!raw) throw new EslEventError('a plain event without headers');
  const rest = bytes.subarray(split + 2);
  // An event made by `sendevent` carries its sender's headers, Content-Length among them with any value. Only the last
  // one, behind all others, was written by FreeSWITCH itself (`switch_event_serialize`), and only if there is a body.
  const last = raw.at(-1);
  if (rest.length === 0 || last?.[0] !== 'Content-Length') return toEvent(raw.map(decoded), undefined);
  const length = /^\d+$/.test(last[1]) ? Number(last[1]) : rest.length;
  return toEvent(raw.slice(0, -1).map(decoded), rest.toString('utf8', 0, Math.min(length, rest.length)));
}

function decoded([name, value]: Header): Header {
  return [name, percentDecode(value)];
}

function jsonEvent(bytes: Buffer): EslEvent {
  let parsed: unknown;
  try {
    parsed = JSON.parse(bytes.toString());
  } catch (cause) {
    throw new EslEventError('a JSON event that is not JSON', { cause });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new EslEventError('a JSON event that is not an object');
  }
  const { _body: body, ...rest } = parsed as Record<string, unknown>;
  const headers = Object.entries(rest).map(([name, value]): Header => [name, headerText(value)]);
  if (body === undefined) return toEvent(headers, undefined);
  if (headers.at(-1)?.[0] === 'Content-Length') headers.pop();
  return toEvent(headers, headerText(body));
}

/** An array is written as the other formats write it (`switch_event_add_array`, switch_event.c). */
function headerText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `ARRAY::${value.map(headerText).join('|:')}`;
  return value === null || typeof value !== 'object' ? String(value) : JSON.stringify(value);
}

function xmlEvent(bytes: Buffer): EslEvent {
  const { headers, body, contentLength } = parseEventXml(bytes.toString());
  // The writer indents, so white space follows a body that ends in a line feed; its length tells where it ends.
  const text =
    body !== undefined && contentLength !== undefined ? Buffer.from(body).toString('utf8', 0, contentLength) : body;
  return toEvent(headers.map(decoded), text);
}

function toEvent(entries: readonly Header[], body: string | undefined): EslEvent {
  const headers = new Headers(entries);
  return { name: headers.get('event-name') ?? '', subclass: headers.get('event-subclass'), headers, body };
}
