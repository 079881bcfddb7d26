import { EslEventError } from './errors.js';
import type { Header } from './headers.js';

/** An event as `switch_event_xmlize` writes it (switch_event.c); header values are still percent-encoded. */
export interface XmlEvent {
  readonly headers: Header[];
  readonly body: string | undefined;
  readonly contentLength: number | undefined;
}

/** Names are written as they are, blanks and slashes too. */
const HEADER = /<([^<>]+)>([^<]*)<\/\1>|<([^<>]+)\/>/g;
const ENTITY = /&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/g;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Reads the one XML document that FreeSWITCH writes for an event: `<event><headers>…</headers><Content-Length/><body/>`,
 * nothing nested deeper, no attributes. Not an XML parser.
 */
export function parseEventXml(xml: string): XmlEvent {
  const open = xml.indexOf('<headers>');
  const close = xml.lastIndexOf('</headers>');
  if (open < 0 || close < open) throw new EslEventError('an XML event without headers');
  const headers: Header[] = [];
  for (const [, name, value, empty] of xml.slice(open + '<headers>'.length, close).matchAll(HEADER)) {
    if (empty !== undefined) headers.push([empty, '']);
    else if (name !== undefined) headers.push([name, decodeEntities(value ?? '')]);
  }
  const tail = xml.slice(close);
  const length = /<Content-Length>(\d+)<\/Content-Length>/.exec(tail)?.[1];
  const body = /<body>([\s\S]*)<\/body>/.exec(tail)?.[1];
  return {
    headers,
    body: body === undefined ? undefined : decodeEntities(body),
    contentLength: length === undefined ? undefined : Number(length),
  };
}

function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(ENTITY, (entity, hex?: string, decimal?: string, named?: string) => {
    if (named !== undefined) return NAMED[named] ?? entity;
    const code = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
  });
}
