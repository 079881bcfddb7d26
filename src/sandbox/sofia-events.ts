import type { EventName } from './event-names.js';
import type { Sofia } from './sofia.js';
import { sendPhoneFeature } from './sofia-feature.js';
import { sendInfo, sendMessage } from './sofia-message.js';
import { sendMessageWaiting } from './sofia-mwi.js';
import { sendNotify } from './sofia-notify.js';
import type { WireEvent } from './wire-event.js';

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
