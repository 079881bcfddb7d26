import { headerOf, type Payload } from './payload.js';
import { eventName } from './rules.js';

/**
 * Whom FreeSWITCH sends an event to, as its headers tell (`general_event_handler`, mod_sofia.c;
 * `actual_sofia_presence_mwi_event_handler`, sofia_presence.c).
 */
export type Addressee =
  /** Every registration of this user, or the one with this Call-ID. */
  | {
      readonly kind: 'user';
      readonly user: string;
      readonly host: string;
      readonly profile: string;
      readonly callId?: string;
      /** Only one registration gets it, and FreeSWITCH chooses which. */
      readonly toOne?: true;
    }
  /** Every registration whose mailbox this is, or the one with this Call-ID; without a profile the host decides. */
  | {
      readonly kind: 'mailbox';
      readonly user: string;
      readonly host: string;
      readonly profile?: string;
      readonly callId?: string;
    }
  /** An address, registered or not. */
  | { readonly kind: 'address'; readonly uri: string; readonly to: string; readonly profile: string };

/** The addressee of a payload; undefined if it goes into a call, or if it is no event for phones. */
export function addresseeOf(payload: Payload): Addressee | undefined {
  const header = (name: string): string => headerOf(payload, name) ?? '';
  const profile = header('profile');
  const callId = header('call-id');
  const toUser = (kind: 'user' | 'mailbox'): Addressee => {
    return { kind, user: header('user'), host: header('host'), profile, ...(callId && { callId }) };
  };
  switch (eventName(payload.event)) {
    case 'NOTIFY': {
      const to = header('to-uri');
      if (to || header('from-uri')) return { kind: 'address', uri: header('contact-uri') || to, to, profile };
      if (header('uuid')) return undefined;
      return toUser(header('event-string').toLowerCase() === 'message-summary' ? 'mailbox' : 'user');
    }
    case 'MESSAGE_WAITING': {
      const account = splitAddress(header('MWI-Message-Account'));
      const named = header('sofia-profile');
      return { kind: 'mailbox', ...account, ...(named && { profile: named }), ...(callId && { callId }) };
    }
    case 'SEND_MESSAGE':
      return header('user') || !header('uuid') ? toUser('user') : undefined;
    case 'SEND_INFO': {
      if (callId) return undefined;
      const to = header('to-uri');
      if (to) return { kind: 'address', uri: to, to, profile };
      // `sofia_reg_find_reg_url`, which gives one contact.
      return { kind: 'user', ...splitAddress(header('local-user')), profile, toOne: true };
    }
    case 'PHONE_FEATURE':
      return { kind: 'user', user: header('user'), host: header('host'), profile };
    case 'CUSTOM': {
      // mod_sms.c; chat_send of mod_sofia (sofia_presence.c) takes `to` apart.
      if (header('event-subclass') !== 'SMS::SEND_MESSAGE' || header('dest_proto') !== 'sip') return undefined;
      const [, named = '', address = ''] = /^(?:([^/]*)\/)?(.*)$/s.exec(header('to')) ?? [];
      return { kind: 'user', ...splitAddress(address), profile: named || header('sip_profile') };
    }
    default:
      return undefined;
  }
}

/** `switch_split_user_domain` (switch_utils.c): without scheme, port and parameters. */
function splitAddress(address: string): { user: string; host: string } {
  const bare = address.replace(/^sips?:/i, '');
  const at = bare.indexOf('@');
  return { user: bare.slice(0, Math.max(at, 0)), host: /^[^:; ]*/.exec(bare.slice(at + 1))?.[0] ?? '' };
}
