import { percentDecode } from '../esl/index.js';

/** The URI of a contact as FreeSWITCH keeps it, `"Name" <sip:…>`; of one without brackets, all of it. */
export function contactUri(contact: string): string {
  // A display name may hold brackets, a URI can't.
  const open = contact.lastIndexOf('<');
  if (open < 0) return contact.trim();
  const close = contact.indexOf('>', open);
  return contact.slice(open + 1, close < 0 ? undefined : close);
}

/**
 * The contact of a registration as the contact form of NOTIFY can use it. A path that came in a Path header is kept in
 * brackets, and the contact form alone hands them on to sofia-sip, which then sends nothing (`sofia_glue_get_destination`
 * and `general_event_handler`, which strips them and uses the unstripped; measured on 1.10.12). Of several hops only the
 * first is taken for an address.
 */
export function contactForm(uri: string): string {
  // The search is dear, and hardly any contact has it.
  if (!uri.includes('%3')) return uri;
  return uri.replace(/(;fs_path=)%3C((?:(?!%3E)[^;>])*)%3E/i, '$1$2');
}

/**
 * A parameter of a contact's URI, percent-decoded; empty for one without a value, undefined if it is not there. Those that
 * FreeSWITCH adds: `fs_nat=yes`, and `fs_path`, the URI that requests really go to (`sofia_reg.c`).
 */
export function contactParameter(uri: string, name: string): string | undefined {
  for (const parameter of uri.split(';').slice(1)) {
    const [key = '', ...value] = parameter.split('=');
    if (key.toLowerCase() === name.toLowerCase()) return percentDecode(value.join('='));
  }
  return undefined;
}

/** Of a URI or a contact what tells where it leads, `1000@192.0.2.7:5060`: without scheme and parameters, in lower case. */
export function addressOf(uri: string): string {
  return (/^\s*(?:[^<]*<)?(?:sips?:)?([^;?>\s]*)/i.exec(uri)?.[1] ?? '').toLowerCase();
}
