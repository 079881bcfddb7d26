import type { Registration } from '../phones/registration.js';
import type { SipProfile } from '../sofia/sip-profile.js';
import { isTrue, splitWords } from '../wire/c-text.js';
import type { ApiCommand, ApiContext } from './context.js';
import type { ApiOutput } from './output.js';
import { changeProfile } from './sofia-profile.js';
import {
  profileInfo,
  profileList,
  profilesXml,
  profileXml,
  registrationsText,
  registrationsXml,
} from './sofia-status.js';
import { isLike } from './text.js';

const USAGE =
  'USAGE:\nsofia profile <name> [siptrace <on/off> | check_sync [<call_id> | <[user]@domain>]]\nsofia global siptrace <on|off>\n';
const NOT_REGISTERED = 'error/user_not_registered';

/** `sofia` and `sofia_contact` (mod_sofia.c). */
export function sofiaCommands(context: ApiContext): Record<string, ApiCommand> {
  return {
    sofia: (argument) => {
      const words = splitWords(argument);
      const rest = words.slice(1);
      switch (words[0]?.toLowerCase()) {
        case 'status':
          return statusOf(context, rest, false);
        case 'xmlstatus':
          return statusOf(context, rest, true);
        case 'profile':
          return changeProfile(context, rest);
        case 'global':
          return changeGlobally(context, rest);
        case 'help':
        case undefined:
        case '':
          return USAGE;
        default:
          return `Unknown Command [${words[0]}]\n`;
      }
    },
    sofia_contact: (argument) => contactOf(context, argument),
    sofia_count_reg: (argument) => countOf(context, argument),
  };
}

/** `sofia global …` (`sofia_function`, mod_sofia.c): of it, only the trace of every profile. */
function changeGlobally({ registry, sofia }: ApiContext, [what, value]: readonly string[]): string {
  if (what?.toLowerCase() !== 'siptrace' || value === undefined) {
    return '-ERR Usage: siptrace <on|off>|capture <on|off>|watchdog <on|off>|debug <sla|presence|none';
  }
  for (const profile of registry.profiles()) sofia.trace.turn(profile, isTrue(value));
  return `+OK Global siptrace ${isTrue(value) ? 'on' : 'off'}`;
}

function statusOf(context: ApiContext, words: readonly string[], xml: boolean): ApiOutput {
  const [what, name, detail, text] = words;
  if (what === undefined) return xml ? profilesXml(context.registry) : profileList(context.registry);
  if (what.toLowerCase() === 'gateway') return 'Invalid Gateway!\n';
  if (what.toLowerCase() !== 'profile') return 'Invalid Syntax!\n';
  const profile = context.registry.profile(name ?? '');
  if (!profile || name === undefined) return 'Invalid Profile!\n';
  const kind = detail?.toLowerCase();
  const listed = kind === 'reg' || kind === 'user';
  const rows = listed ? registrationsFor(context, profile, kind, text) : undefined;
  if (listed) {
    if (xml) return registrationsXml(rows, context.hostname);
    return rows ? registrationsText(rows, context.hostname) : '';
  }
  const view = { name, profile, registrations: context.registry.count(profile) };
  return xml ? profileXml(view) : profileInfo(view);
}

function registrationsFor(
  { registry }: ApiContext,
  profile: SipProfile,
  kind: string,
  text: string | undefined,
): Registration[] | undefined {
  if (kind === 'reg') {
    const all = [...registry.registrations(profile)];
    return text === undefined ? all : all.filter(({ contact }) => isLike(contact, text));
  }
  if (text === undefined) return undefined;
  const at = text.indexOf('@');
  const user = at < 0 ? '' : text.slice(0, at);
  const host = at < 0 ? text : text.slice(at + 1);
  if (user !== '' && host !== '') return [...registry.byUser(profile, user, host)];
  return [...registry.registrations(profile)].filter((row) => (user === '' ? row.host === host : row.user === user));
}

function contactOf({ registry, domain }: ApiContext, argument: string): string {
  const [place = '', agent] = cut(argument, '~');
  const [left, right] = cut(place, '/');
  const profileName = right === undefined ? undefined : left;
  const [user = '', address] = cut(right ?? left ?? '', '@');
  const [host = '', prefix = ''] = cut(address ?? '', '/');
  const named = profileName && profileName !== '*' ? registry.profile(profileName) : undefined;
  const single = named ?? (profileName === '*' ? undefined : registry.profile(host || domain));
  const contacts: string[] = [];
  for (const profile of single ? [single] : registry.profiles()) {
    for (const row of registry.byUserAnyCase(profile, user, host || domain)) {
      if (agent !== undefined && !isLike(row.userAgent, agent)) continue;
      const contact = `${prefix}sofia/${row.profile}/sip:${row.url.slice(row.url.indexOf(':') + 1)}`;
      // Asked for all profiles, FreeSWITCH leaves out a contact that is part of what it has written already.
      if (single || !contacts.join().includes(contact)) contacts.push(contact);
    }
  }
  return contacts.join() || NOT_REGISTERED;
}

/** `sofia_count_reg [PROFILE/]USER@DOMAIN` (mod_sofia.c) */
function countOf({ registry }: ApiContext, argument: string): string {
  if (argument === '') return '';
  const [left, right] = cut(argument, '/');
  const [user = '', domain] = cut(right ?? left ?? '', '@');
  const named = registry.profile((right === undefined ? domain : left) ?? '');
  const profile = named ?? registry.profile(domain ?? '');
  if (!profile) return '-1';
  // A domain without a dot, and one that had to name the profile, is not looked for: the profile's name is.
  const host = named && domain?.includes('.') ? domain : profile.name;
  if (user !== '') return String(registry.byUser(profile, user, host).length);
  let count = 0;
  for (const registration of registry.registrations(profile)) if (registration.host === host) count++;
  return String(count);
}

function cut(text: string, separator: string): [string | undefined, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
