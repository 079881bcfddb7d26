/**
 * How sofia-sip reads the header values that mod_sofia hands it as text, and writes them again (bnf.c, msg_parser_util.c,
 * msg_mime.c, sip_event.c). A value it can't read makes the whole request fail: nothing is sent, and nobody is told.
 */
const TOKEN = "[A-Za-z0-9\\-.!%*_+`'~$]+";
const PARAMETER_VALUE = "[A-Za-z0-9\\-.!%*_+`'~$/:[\\]]+";
const QUOTED = '"(?:[^"\\\\]|\\\\.)*"';
const BLANKS = '[ \\t]*';
const PARAMETER = new RegExp(`^;${BLANKS}(${TOKEN})${BLANKS}(?:=${BLANKS}(${QUOTED}|${PARAMETER_VALUE}))?${BLANKS}`);
const MEDIA_TYPE = new RegExp(`^(${TOKEN})${BLANKS}/${BLANKS}(${TOKEN})${BLANKS}`);
const EVENT_TYPE = new RegExp(`^${TOKEN}`);

/** An Event header as it is sent, or undefined if nothing is sent: a `?`, `=` or `&` in a parameter's value is enough. */
export function eventHeader(value: string): string | undefined {
  const type = EVENT_TYPE.exec(value)?.[0];
  if (!type) return undefined;
  const rest = value.slice(type.length);
  const parameters = rest.replace(/^[ \t]+/, '');
  if (parameters.startsWith(';')) {
    const list = parameterList(parameters);
    return list === undefined ? undefined : type + list;
  }
  // sofia-sip ends the type at a blank only; any other character that is no part of a token stays in it.
  return rest === parameters ? value : type;
}

/** A Content-Type header as it is sent, or undefined if nothing is sent. */
export function contentTypeHeader(value: string): string | undefined {
  const match = MEDIA_TYPE.exec(value);
  if (!match) return undefined;
  const list = parameterList(value.slice(match[0].length));
  return list === undefined ? undefined : `${match[1]}/${match[2]}${list}`;
}

/** A From or To header as it is sent, without a tag of its own: a bare URI gets angle brackets. */
export function addressHeader(value: string): string {
  const text = value.trim();
  const open = text.indexOf('<');
  if (open >= 0) return open === 0 ? text : `${text.slice(0, open).trimEnd()} ${text.slice(open)}`;
  const semicolon = text.indexOf(';');
  return semicolon < 0 ? `<${text}>` : `<${text.slice(0, semicolon)}>${text.slice(semicolon)}`;
}

/** The URI of a From, To or Contact header. */
export function addressUri(header: string): string {
  const open = header.indexOf('<');
  const close = header.indexOf('>', open);
  if (open >= 0 && close > open) return header.slice(open + 1, close);
  const semicolon = header.indexOf(';');
  return semicolon < 0 ? header : header.slice(0, semicolon);
}

/** `user@host` of a SIP URI, without port and parameters; only the host if there is no user. */
export function uriAddress(uri: string): string {
  const match = /^(?:sips?:)?(?:([^@]*)@)?(\[[^\]]*\]|[^:;>?]*)/i.exec(uri);
  const host = match?.[2] ?? '';
  return match?.[1] === undefined ? host : `${match[1]}@${host}`;
}

/** Where a SIP URI leads to: its host, without the brackets of IPv6, and its port, 5060 if it has none. */
export function uriSocket(uri: string): { readonly ip: string; readonly port: number } {
  const match = /^(?:sips?:)?(?:[^@]*@)?(?:\[([^\]]*)\]|([^:;>?]*))(?::(\d{1,5}))?/i.exec(uri);
  return { ip: match?.[1] ?? match?.[2] ?? '', port: Number(match?.[3] ?? 5060) };
}

/** `sofia_glue_get_url_from_contact` (sofia_glue.c): what stands between the angle brackets of a contact. */
export function contactUrl(contact: string): string {
  let text = contact.replace(/^ +/, '');
  if (text.startsWith('"')) {
    const end = text.indexOf('"', 1);
    text = text.slice(end < 0 ? 1 : end + 1);
  }
  text = text.replace(/^ +/, '');
  const open = text.indexOf('<');
  const close = open < 0 ? -1 : text.indexOf('>', open);
  return close < 0 ? text : text.slice(open + 1, close);
}

/** Where a request to a contact goes: its request URI and, behind a NAT or a proxy, the Route. */
export interface Destination {
  readonly uri: string;
  readonly route?: string;
}

/** `sofia_glue_get_destination` (sofia_glue.c): `;fs_path=` becomes a Route, FreeSWITCH's own parameters are taken off. */
export function destination(contact: string): Destination {
  const url = contactUrl(contact);
  const path = /;fs_path=([^;>]*)/.exec(url);
  const uri = withoutOwnParameters(url);
  return path?.[1] ? { uri, route: decodePercent(path[1]) } : { uri };
}

/** A contact URL up to the first of FreeSWITCH's own parameters (`;fs_nat`, `;fs_path`, `;fs_conn_id`). */
export function withoutOwnParameters(url: string): string {
  const own = url.indexOf(';fs_');
  return own < 0 ? url : url.slice(0, own);
}

function parameterList(text: string): string | undefined {
  let rest = text;
  let list = '';
  while (rest !== '') {
    const match = PARAMETER.exec(rest);
    if (!match) return undefined;
    list += match[2] === undefined ? `;${match[1]}` : `;${match[1]}=${match[2]}`;
    rest = rest.slice(match[0].length);
  }
  return list;
}

function decodePercent(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
