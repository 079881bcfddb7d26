import type { RequestSent } from '../../freeswitch/answers.js';
import { addressOf } from '../../freeswitch/contact.js';
import type { Registration } from '../../freeswitch/registration.js';
import { formatAor } from '../../inventory/aor.js';
import { headerOf, type Payload } from '../../payload/payload.js';
import { eventName } from '../../payload/rules.js';
import type { PlannedOrder } from '../plan.js';

/** Whose registrations tell of an order: the phone's own, and of a mailbox those of its devices. */
export function aorsOf({ target }: PlannedOrder, devices: readonly Registration[]): ReadonlySet<string> {
  return new Set([target.aor, ...devices.map(formatAor)]);
}

/** Under what news of an order come: its AORs, and the request that it becomes with the AOR or the address it goes to. */
export function keysOf(order: PlannedOrder, devices: readonly Registration[]): ReadonlySet<string> {
  const { payload, reach } = order;
  const aors = [...aorsOf(order, devices)];
  const request = requestOf(payload);
  if (request === undefined) return new Set(aors);
  const { addressee } = reach ?? {};
  const uris = addressee?.kind === 'address' ? [addressee.to, addressee.uri] : devices.map(({ contact }) => contact);
  return new Set([...aors, ...[...aors, ...uris.map(addressOf)].map((address) => `${request} ${address}`)]);
}

/** Under what the order may be found that has become this request, the likeliest first. */
export function keysOfRequest({ method, event = '', to, requestUri }: RequestSent): readonly string[] {
  const request = `${method} ${event.replace(/\s/g, '')}`;
  return [...(to ? [formatAor(to)] : []), addressOf(requestUri)].map((address) => `${request} ${address}`);
}

/**
 * What a payload becomes on its way to a phone: method and event package, as `NOTIFY check-sync;reboot=true`, `MESSAGE `.
 * Undefined for an event that becomes no SIP request.
 */
function requestOf(payload: Payload): string | undefined {
  switch (eventName(payload.event)) {
    case 'NOTIFY':
      return `NOTIFY ${(headerOf(payload, 'event-string') ?? 'message-summary').replace(/\s/g, '')}`;
    case 'MESSAGE_WAITING':
      return 'NOTIFY message-summary';
    case 'PHONE_FEATURE':
      return 'NOTIFY as-feature-event';
    case 'SEND_MESSAGE':
      return 'MESSAGE ';
    case 'SEND_INFO':
      return 'INFO ';
    default:
      return undefined;
  }
}
