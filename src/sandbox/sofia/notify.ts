import type { Header } from '../../esl/headers.js';
import type { Registration } from '../phones/registration.js';
import type { Subscription } from '../phones/subscription.js';
import { isTrue, sameText } from '../wire/c-text.js';
import type { WireEvent } from '../wire/wire-event.js';
import { contentTypeHeader, destination, eventHeader } from './sip-fields.js';
import type { SipProfile } from './sip-profile.js';
import type { Sofia } from './sofia.js';

const SUMMARY_EVENT = 'message-summary';
const SUMMARY_TYPE = 'application/simple-message-summary';
export const TERMINATED: Header = ['Subscription-State', 'terminated;reason=noresource'];

/** What a NOTIFY says. */
export interface Content {
  readonly event: string;
  readonly contentType: string;
  readonly body: string;
}

/**
 * `sendevent NOTIFY` (`general_event_handler`, mod_sofia.c): to a contact, to a URI, or to every registration of a user;
 * whatever is incomplete reaches nobody.
 */
export function sendNotify(sofia: Sofia, event: WireEvent, uuid: string): void {
  if (event.has('contact-uri') || event.has('to-uri') || event.has('from-uri')) notifyUri(sofia, event, uuid);
  else if (!isInCall(event)) notifyUser(sofia, event, uuid);
}

// With `uuid` the NOTIFY goes into a call; there are no calls here, so it reaches nobody.
function isInCall(event: WireEvent): boolean {
  return event.has('uuid') && event.has('content-type') && event.has('event-string');
}

function notifyUri(sofia: Sofia, event: WireEvent, uuid: string): void {
  const profile = sofia.registry.profile(event.get('profile') ?? 'default');
  const to = event.get('to-uri');
  const from = event.get('from-uri');
  const content = contentOf(
    event,
    event.get('event-string') ?? SUMMARY_EVENT,
    event.get('content-type') ?? SUMMARY_TYPE,
  );
  if (!profile || to === undefined || from === undefined || !content) return;
  const contact = event.get('contact-uri');
  const target = destination(contact ?? to);
  const uri = contact === undefined ? to : target.uri;
  if (!isSipUri(uri)) return;
  const plain = contact !== undefined && isTrue(event.get('no-sub-state'));
  sofia.send(
    {
      phone: sofia.phoneAt(uri),
      event: content.event,
      order: () => ({
        method: 'NOTIFY',
        profile,
        uri,
        route: target.route,
        from,
        to,
        callId: contact === undefined ? undefined : event.get('call-id'),
        cseq: sofia.nextCseq(),
        headers: notifyHeaders(content, plain ? undefined : TERMINATED),
        body: content.body,
        extra: event.get('extra-headers'),
      }),
    },
    uuid,
  );
}

function notifyUser(sofia: Sofia, event: WireEvent, uuid: string): void {
  const name = event.get('profile');
  const user = event.get('user');
  const host = event.get('host');
  const eventString = event.get('event-string');
  const contentType = event.get('content-type');
  if (name === undefined || user === undefined || host === undefined) return;
  if (eventString === undefined || contentType === undefined) return;
  const profile = sofia.registry.profile(name);
  const content = contentOf(event, eventString, contentType);
  if (!profile || !content) return;
  const callId = event.get('call-id');
  const { registry } = sofia;
  let rows: readonly Registration[];
  if (callId !== undefined) rows = registry.byCallId(profile, callId);
  else if (sameText(eventString, SUMMARY_EVENT)) rows = registry.byMailbox(profile, user, host);
  else rows = registry.byUser(profile, user, host);
  for (const registration of rows) notifyRegistration(sofia, profile, registration, content, uuid);
}

/** An out-of-dialog NOTIFY to one registration (`notify_callback` in mod_sofia.c, `sofia_glue_send_notify`). */
export function notifyRegistration(
  sofia: Sofia,
  profile: SipProfile,
  registration: Registration,
  content: Content,
  uuid: string,
  callId?: string,
): void {
  sofia.send(
    {
      phone: sofia.registry.phoneOf(registration),
      event: content.event,
      order: () => {
        const address = `sip:${registration.user}@${registration.host}`;
        const { uri, route } = destination(registration.contact);
        return {
          method: 'NOTIFY',
          profile,
          uri,
          route,
          from: address,
          to: address,
          callId,
          cseq: sofia.nextCseq(),
          headers: notifyHeaders(content, TERMINATED),
          body: content.body,
        };
      },
    },
    uuid,
  );
}

/** A NOTIFY within a subscription. */
export interface SubscriptionNotice {
  readonly profile: SipProfile;
  readonly subscription: Subscription;
  readonly content: Content;
  /** The value of its Subscription-State, asked for when the request is built. */
  readonly state: () => string;
  /** Its Contact, where that is not the profile's own. */
  readonly contact?: string;
}

/** Sends a NOTIFY in the dialog of a subscription, which is the subscriber's seen from the other side. */
export function notifySubscription(sofia: Sofia, notice: SubscriptionNotice, uuid: string): void {
  const { profile, subscription, content, state, contact } = notice;
  sofia.send(
    {
      phone: sofia.phoneAt(subscription.url),
      event: content.event,
      order: () => ({
        method: 'NOTIFY',
        profile,
        uri: subscription.url,
        from: subscription.to,
        to: subscription.from,
        callId: subscription.callId,
        cseq: sofia.nextPresenceCseq(),
        contact,
        headers: notifyHeaders(content, ['Subscription-State', state()]),
        body: content.body,
      }),
    },
    uuid,
  );
}

/** Event, Subscription-State and Content-Type as sofia-sip writes them. */
export function notifyHeaders({ event, contentType }: Content, state: Header | undefined): Header[] {
  return [['Event', event], ...(state ? [state] : []), ['Content-Type', contentType]];
}

/** Whether sofia-sip takes this as the URI of a request. */
export function isSipUri(uri: string): boolean {
  return /^sips?:[^\s<>]+$/i.test(uri);
}

function contentOf(event: WireEvent, eventString: string, type: string): Content | undefined {
  const name = eventHeader(eventString);
  const contentType = contentTypeHeader(type);
  if (name === undefined || contentType === undefined) return undefined;
  return { event: name, contentType, body: event.body ?? '' };
}
