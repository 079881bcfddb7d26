import type { Registration } from '../phones/registration.js';
import type { SipProfile } from '../sofia/sip-profile.js';
import { splitWords } from '../wire/c-text.js';
import type { ApiCommand, ApiContext } from './context.js';
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

const USAGE = 'USAGE:\nsofia profile <name> [siptrace <on/off> | check_sync [<call_id> | <[user]@domain>]]\n';
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
        case 'help':
        case undefined:
        case '':
          return USAGE;
        default:
          return `Unknown Command [${words[0]}]\n`;
      }
    },
    sofia_contact: (argument) => contactOf(context, argument),
  };
}

function statusOf(context: ApiContext, words: readonly string[], xml: boolean): string {
  const [what, name, detail, text] = words;
  if (what === undefined) return xml ? profilesXml(context.registry) : profileList(context.registry);
  if (what.toLowerCase() === 'gateway') return 'Invalid Gateway!\n';
  if (what.toLowerCase() !== 'profile') return 'Invalid Syntax!\n';
  const profile = context.registry.profile(name ?? '');
  if (!profile || name === undefined) return 'Invalid Profile!\n';
  const kind = detail?.toLowerCase();
  const listed = kind === 'reg' || kind === 'user';
  const rows = listed ? registrationsFor(context, profile, kind, text) : undefined;
  const info = { name, profile, registrations: context.registry.count(profile), hostname: context.hostname };
  if (xml) return profileXml(info, !listed, rows && registrationsXml(rows, context.hostname));
  return (listed ? '' : profileInfo(info)) + (rows ? registrationsText(rows, context.hostname) : '');
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

function cut(text: string, separator: string): [string | undefined, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
