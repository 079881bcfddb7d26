import { expiresIn } from '../phones/subscription.js';
import { byteLength } from '../wire/byte-text.js';
import type { WireEvent } from '../wire/wire-event.js';
import { notifySubscription } from './notify.js';
import type { Sofia } from './sofia.js';

const EVENT = 'as-feature-event';
const CONTENT_TYPE = 'application/x-as-feature-event+xml';
const BOUNDARY = 'UniqueFreeSWITCHBoundary';
const NAMESPACE = 'http://www.ecma-international.org/standards/ecma-323/csta/ed3';

/** One kind of forwarding: the header that asks for it, its name in the XML, its letter in the Content-ID. */
interface Forwarding {
  readonly header: string;
  readonly type: string;
  readonly letter: string;
  readonly ringCount: boolean;
}

const FORWARDINGS: readonly Forwarding[] = [
  { header: 'forward_immediate', type: 'forwardImmediate', letter: 'i', ringCount: false },
  { header: 'forward_busy', type: 'forwardBusy', letter: 'b', ringCount: false },
  { header: 'forward_no_answer', type: 'forwardNoAns', letter: 'n', ringCount: true },
];

/**
 * `sendevent PHONE_FEATURE` (`general_event_handler` and `write_csta_xml_chunk`, mod_sofia.c): to every subscription to
 * as-feature-event of the user, or to the one with `call-id`. Without `Feature-Event` it goes out with an empty body.
 */
export function sendPhoneFeature(sofia: Sofia, event: WireEvent, uuid: string): void {
  const user = event.get('user');
  const host = event.get('host');
  const profile = sofia.registry.profile(event.get('profile') ?? '');
  if (user === undefined || host === undefined || !profile) return;
  const feature = event.get('Feature-Event');
  const init = feature === 'init';
  const body = init ? everyFeature(event, user, host) : oneFeature(event, feature);
  const contentType = init ? `multipart/mixed;boundary="${BOUNDARY}"` : CONTENT_TYPE;
  const callId = event.get('call-id');
  const { registry } = sofia;
  const subscriptions =
    callId === undefined
      ? registry.subscriptions(profile, EVENT, user, host)
      : registry.subscriptionsByCallId(profile, EVENT, callId);
  const content = { event: EVENT, contentType, body };
  for (const subscription of subscriptions) {
    // FreeSWITCH writes it so, without "expires=".
    const state = (): string => `active, ${expiresIn(subscription)}`;
    notifySubscription(sofia, { profile, subscription, content, state }, uuid);
  }
}

function oneFeature(event: WireEvent, feature: string | undefined): string {
  if (feature === undefined) return '';
  return xml(
    event,
    feature,
    FORWARDINGS.find(({ header }) => event.has(header)),
  );
}

function everyFeature(event: WireEvent, user: string, host: string): string {
  const part = (letter: string, content: string) =>
    `--${BOUNDARY}\r\nContent-Type: ${CONTENT_TYPE}\r\nContent-Length: ${byteLength(content)}\r\n` +
    `Content-ID: <${user}${letter}@${host}>\r\n\r\n${content}`;
  let parts = '';
  for (const forwarding of FORWARDINGS) {
    if (event.has(forwarding.header)) parts += part(forwarding.letter, xml(event, 'ForwardingEvent', forwarding));
  }
  return `${parts}${part('d', xml(event, 'DoNotDisturbEvent', undefined))}--${BOUNDARY}--\r\n`;
}

function xml(event: WireEvent, feature: string, forwarding: Forwarding | undefined): string {
  let text = `<?xml version="1.0" encoding="ISO-8859-1"?>\n<${feature} xmlns="${NAMESPACE}">\n`;
  const element = (name: string, value: string | undefined) => {
    if (value !== undefined) text += `  <${name}>${value}</${name}>\n`;
  };
  element('device', event.get('device'));
  if (feature === 'DoNotDisturbEvent') {
    element('doNotDisturbOn', event.get('doNotDisturbOn'));
  } else if (feature === 'ForwardingEvent' && forwarding) {
    element('forwardingType', forwarding.type);
    element('forwardStatus', event.get(`${forwarding.header}_enabled`));
    element('forwardTo', event.get(forwarding.header));
    if (forwarding.ringCount) element('ringCount', event.get('ringCount'));
  }
  return `${text}</${feature}>\n`;
}
