import { headerOf, type Payload } from '../../payload/payload.js';
import { eventName } from '../../payload/rules.js';

/**
 * What a payload becomes on its way to a phone: method and event package, as `NOTIFY check-sync;reboot=true`, `MESSAGE `.
 * Undefined for an event that becomes no SIP request.
 */
export function requestOf(payload: Payload): string | undefined {
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
