import type { EventName } from '../wire/event-names.js';
import type { WireEvent } from '../wire/wire-event.js';
import { sendInfo, sendMessage } from './message-info.js';
import { sendMessageWaiting } from './message-waiting.js';
import { sendNotify } from './notify.js';
import { sendPhoneFeature } from './phone-feature.js';
import type { Sofia } from './sofia.js';

type Handler = (sofia: Sofia, event: WireEvent, uuid: string) => void;

/** The events that mod_sofia listens to and that end in a request to a phone (`mod_sofia_load`, mod_sofia.c). */
const HANDLERS: Partial<Record<EventName, Handler>> = {
  NOTIFY: sendNotify,
  MESSAGE_WAITING: sendMessageWaiting,
  SEND_MESSAGE: sendMessage,
  SEND_INFO: sendInfo,
  PHONE_FEATURE: sendPhoneFeature,
};

/** Does with a fired event what mod_sofia does with it. */
export function handleEvent(sofia: Sofia, name: EventName, event: WireEvent, uuid: string): void {
  // Modules get a copy from their queue; in it arrays read differently.
  HANDLERS[name]?.(sofia, event.delivered(), uuid);
}
