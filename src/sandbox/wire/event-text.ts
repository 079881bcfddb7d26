import { byteLength } from './byte-text.js';
import { jsonText } from './json-text.js';
import { urlEncode } from './percent.js';
import type { WireEvent } from './wire-event.js';

export type EventFormat = 'plain' | 'json' | 'xml';

/** An event as a message of the event socket, header block and all (`listener_run`, mod_event_socket.c). */
export function eventMessage(event: WireEvent, format: EventFormat): string {
  const text = WRITERS[format](event);
  return `Content-Length: ${byteLength(text)}\nContent-Type: text/event-${format}\n\n${text}`;
}

const WRITERS: Readonly<Record<EventFormat, (event: WireEvent) => string>> = { plain: plainText, json, xml };

/** `switch_event_serialize` (switch_event.c) */
export function plainText(event: WireEvent): string {
  let text = '';
  for (const [name, value] of event.entries()) text += `${name}: ${urlEncode(value) || '_undef_'}\n`;
  return event.body ? `${text}Content-Length: ${byteLength(event.body)}\n\n${event.body}` : `${text}\n`;
}

/** `switch_event_serialize_json` (switch_event.c); a name that comes twice is there twice. */
function json(event: WireEvent): string {
  const fields = event.fields().map(({ name, value, items }) => {
    return `${jsonText(name)}:${items ? `[${items.map(jsonText).join(',')}]` : jsonText(value)}`;
  });
  if (event.body !== undefined) {
    fields.push(`"Content-Length":"${byteLength(event.body)}"`, `"_body":${jsonText(event.body)}`);
  }
  return `{${fields.join(',')}}`;
}

/** `switch_event_xmlize` and `switch_xml_toxml` (switch_event.c, switch_xml.c) */
function xml(event: WireEvent): string {
  let text = '<event>\n  <headers>\n';
  for (const { name, value, items } of event.fields()) {
    for (const one of items ?? [value]) text += `    <${name}>${urlEncode(one)}</${name}>\n`;
  }
  text += '  </headers>\n';
  if (event.body) {
    const body = xmlText(event.body);
    const indent = body.endsWith('\n') ? '  ' : '';
    text += `  <Content-Length>${byteLength(event.body)}</Content-Length>\n  <body>${body}${indent}</body>\n`;
  }
  return `${text}</event>\n`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' };

/** `switch_xml_ampencode` (switch_xml.c): from the first `<!` on, all stays as it is; bytes that are not UTF-8 are left out. */
function xmlText(text: string): string {
  const immune = text.indexOf('<!');
  const end = immune < 0 ? text.length : immune;
  const encoded = text.slice(0, end).replace(/[&<>\r]|[^\0-~]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) return '';
    return ENTITIES[character] ?? (code < 0x80 ? character : `&#x${code.toString(16).toUpperCase()};`);
  });
  return encoded + text.slice(end);
}
