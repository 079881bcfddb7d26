import type { Registry } from '../phones/registry.js';
import { expiresIn, type Subscription } from '../phones/subscription.js';
import { sameText, startsWithText } from '../wire/c-text.js';
import type { WireEvent } from '../wire/wire-event.js';
import { notifyRegistration, notifySubscription } from './notify.js';
import { profileUrl, type SipProfile } from './sip-profile.js';
import type { Sofia } from './sofia.js';

const PREFIX = 'mwi-';
const EVENT = 'message-summary';
const CONTENT_TYPE = 'application/simple-message-summary';

/**
 * `sendevent MESSAGE_WAITING` (`actual_sofia_presence_mwi_event_handler`, sofia_presence.c): to every subscription to
 * message-summary and to every registration of the mailbox; `call-id` and `sub-call-id` narrow it.
 */
export function sendMessageWaiting(sofia: Sofia, event: WireEvent, uuid: string): void {
  const account = event.get('mwi-message-account');
  if (account === undefined || !event.has('mwi-messages-waiting')) return;
  const { user, host } = splitAddress(account);
  const profile = profileFor(sofia.registry, event.get('sofia-profile'), host);
  if (!profile || user === undefined) return;
  const content = { event: EVENT, contentType: CONTENT_TYPE, body: summary(event) };
  const callId = event.get('call-id');
  const subscribedAs = event.get('sub-call-id');
  const everybody = callId === undefined && subscribedAs === undefined;

  for (const subscription of sofia.registry.subscriptions(profile, EVENT, user, host)) {
    if (!everybody && subscription.callId !== subscribedAs) continue;
    const state = (): string => `active;expires=${expiresIn(subscription)}`;
    const contact = ownContact(profile, subscription);
    notifySubscription(sofia, { profile, subscription, content, state, contact }, uuid);
  }

  let rows = everybody ? sofia.registry.byMailbox(profile, user, host) : [];
  if (callId !== undefined) rows = sofia.registry.byCallId(profile, callId);
  for (const registration of rows) notifyRegistration(sofia, profile, registration, content, uuid);
}

function profileFor(registry: Registry, name: string | undefined, host: string): SipProfile | undefined {
  const named = name === undefined ? undefined : registry.profile(name);
  return named ?? registry.profile(host) ?? registry.profiles().find((profile) => registry.hasHost(profile, host));
}

function summary(event: WireEvent): string {
  let body = '';
  for (const [name, value] of event.entries()) {
    if (!startsWithText(name, PREFIX)) continue;
    const bare = sameText(name, 'mwi-message-account') && !startsWithText(value, 'sip:');
    body += `${name.slice(PREFIX.length)}: ${bare ? 'sip:' : ''}${value}\r\n`;
  }
  return `${body}\r\n`;
}

/** `switch_split_user_domain` (switch_utils.c): without scheme, port and parameters; no user if there is no `@`. */
function splitAddress(account: string): { user: string | undefined; host: string } {
  const address = account.replace(/^sips?:/i, '');
  const at = address.indexOf('@');
  const host = /^[^:; ]*/.exec(address.slice(at + 1))?.[0] ?? '';
  return { user: at < 0 ? undefined : address.slice(0, at), host };
}

// A subscriber sees the mailbox in the Contact: mod_sofia puts its user where its own name stands otherwise.
function ownContact(profile: SipProfile, subscription: Subscription): string {
  return profileUrl(profile).replace('mod_sofia', () => subscription.user);
}
