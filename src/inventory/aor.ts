import { isIPv4, isIPv6 } from 'node:net';
import { show } from './show.js';

/** An address of record: the user and the domain that a phone registers as (RFC 3261, section 6). */
export interface Aor {
  readonly user: string;
  readonly host: string;
}

/** Why a text is no AOR, user or domain, and what to write instead. */
export interface AorProblem {
  readonly problem: string;
  readonly hint?: string;
}

/** The longest user and the longest domain, in UTF-16 units. */
export const LONGEST_PART = 256;

/** `user@host`, as it is shown and as FreeSWITCH keys its registrations. */
export function formatAor({ user, host }: Aor): string {
  return `${user}@${host}`;
}

// The common case, by one test: RFC 3261's `user` without escapes, and a name in ASCII.
const PLAIN_USER = /^[A-Za-z0-9_.!~*'()&=+$,;?/-]{1,256}$/;
const PLAIN_HOST = /^(?=.{1,256}$)[A-Za-z][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*$/;

const USER = /^(?:[\p{L}\p{M}\p{N}_.!~*'()&=+$,;?/-]|%[0-9A-Fa-f]{2})+$/u;
const NOT_IN_USER = /%(?![0-9A-Fa-f]{2})|[^\p{L}\p{M}\p{N}_.!~*'()&=+$,;?/%-]/u;
const LABEL = /^[\p{L}\p{M}\p{N}_-]+$/u;
const NOT_IN_HOST = /[^\p{L}\p{M}\p{N}_.-]/u;
const CONTROL = /\p{Cc}/u;
const BLANK = /[\s\p{Z}]/u;
const HALF_A_PAIR = /\p{Cs}/u;

function strangeCharacter(text: string): AorProblem | undefined {
  if (CONTROL.test(text)) return { problem: 'holds a control character', hint: 'remove it' };
  if (BLANK.test(text)) return { problem: 'holds a blank', hint: 'remove it' };
  if (HALF_A_PAIR.test(text)) return { problem: 'holds half of a surrogate pair, which is no character' };
  return undefined;
}

/** What is wrong with a user (`1000`); undefined if nothing is. Allowed is what RFC 3261 allows, and letters of any script. */
export function userProblem(user: string): AorProblem | undefined {
  if (PLAIN_USER.test(user)) return undefined;
  if (user === '') return { problem: 'is empty' };
  if (user.length > LONGEST_PART) {
    return { problem: `is ${user.length} characters long; a user has ${LONGEST_PART} at most` };
  }
  const strange = strangeCharacter(user);
  if (strange !== undefined) return strange;
  if (USER.test(user)) return undefined;
  const character = NOT_IN_USER.exec(user)?.[0] ?? '';
  if (character === '@') return { problem: 'holds an @', hint: 'an AOR has one: user@domain' };
  const code = [...Buffer.from(character)]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`)
    .join('');
  return {
    problem: `holds "${show(character)}", which the user of an AOR can't`,
    hint: `letters, digits and - _ . ! ~ * ' ( ) & = + $ , ; ? / are allowed; if it belongs to the user, write ${code}`,
  };
}

/** What is wrong with a domain (a name, an IPv4 address, an IPv6 address in brackets, no port); undefined if nothing is. */
export function hostProblem(host: string): AorProblem | undefined {
  if (PLAIN_HOST.test(host) || isIPv4(host)) return undefined;
  if (host === '') return { problem: 'is empty' };
  if (host.length > LONGEST_PART) {
    return { problem: `is ${host.length} characters long; a domain has ${LONGEST_PART} at most` };
  }
  const strange = strangeCharacter(host);
  if (strange !== undefined) return strange;
  if (host.includes('@')) return { problem: 'holds an @', hint: 'an AOR has one: user@domain' };
  if (host.startsWith('[')) return bracketedProblem(host);
  if (isIPv6(host)) return { problem: 'is an IPv6 address without brackets', hint: `write [${host}]` };
  const port = /^([^:]+):\d+$/.exec(host);
  if (port !== null) {
    return { problem: 'has a port', hint: `FreeSWITCH knows its registrations without one: write ${port[1]}` };
  }
  const parameters = host.indexOf(';');
  if (parameters > 0) {
    return { problem: 'has parameters of a SIP URI', hint: `write ${show(host.slice(0, parameters))}` };
  }
  const character = NOT_IN_HOST.exec(host)?.[0];
  if (character !== undefined) return { problem: `holds "${show(character)}", which a domain can't` };
  if (/^\d+(?:\.\d+)+$/.test(host)) return { problem: 'is not a possible IPv4 address' };
  if (host.endsWith('.')) return { problem: 'ends with a dot', hint: `write ${show(host.replace(/\.+$/, ''))}` };
  if (!host.split('.').every((label) => LABEL.test(label)))
    return { problem: 'has two dots in a row, or begins with one' };
  return undefined;
}

function bracketedProblem(host: string): AorProblem | undefined {
  const end = host.indexOf(']');
  const port = /^(\[[^\]]*\]):\d+$/.exec(host);
  if (port !== null) {
    return { problem: 'has a port', hint: `FreeSWITCH knows its registrations without one: write ${port[1]}` };
  }
  if (end !== host.length - 1) return { problem: 'is not one IPv6 address in brackets' };
  const address = host.slice(1, end);
  if (address.includes('%'))
    return { problem: 'has the name of a network interface in it', hint: 'leave % and what follows out' };
  return isIPv6(address) ? undefined : { problem: 'is not a possible IPv6 address' };
}

/** Tells an AOR from the reason why there is none. */
export function isAor(result: Aor | AorProblem): result is Aor {
  return 'user' in result;
}

/**
 * Reads `1000@example.com`, also with `sip:` or `sips:` before it. Not `<…>`, no port, no parameters: FreeSWITCH keys
 * its registrations by user@domain alone. The case of both parts is kept.
 */
export function parseAor(text: string): Aor | AorProblem {
  const bare = text.replace(/^sips?:/i, '');
  if (bare === '') return { problem: 'is empty', hint: 'write user@domain' };
  if (/[<>"]/.test(bare)) {
    const inside = /<([^<>]*)>/.exec(bare)?.[1];
    return {
      problem: 'is written as in a SIP header, not as user@domain',
      hint: inside ? `write ${show(inside.replace(/^sips?:/i, ''))}` : 'leave < > and quotes out',
    };
  }
  const at = bare.indexOf('@');
  if (at === -1) return { problem: 'has no domain', hint: 'write user@domain' };
  const user = bare.slice(0, at);
  const host = bare.slice(at + 1);
  if (host.includes('@')) return { problem: 'holds more than one @', hint: 'write user@domain' };
  return prefixed('user', userProblem(user)) ?? prefixed('domain', hostProblem(host)) ?? { user, host };
}

function prefixed(part: string, found: AorProblem | undefined): AorProblem | undefined {
  if (found === undefined) return undefined;
  return { ...found, problem: `the ${part} ${found.problem}` };
}
