import type { Headers } from '../esl/index.js';
import type { NewsKind } from './event-feed.js';

/** What became of a text that went by mod_sms with `blocking: true`. */
export interface DeliveryReport {
  /** The uuid of the `+OK` to its sendevent. */
  readonly eventUuid: string;
  /**
   * How many devices FreeSWITCH tried, one after the other; 0 if it could send nothing: no such SIP profile, no sender.
   */
  readonly devices: number;
  /**
   * The SIP status of each device, as far as it is known: 0 for one that did not answer within 20 s, a single 503 if
   * nobody was registered. It ends with the first device that answered: behind it FreeSWITCH does not wait any more and
   * repeats that one's status (`mstatus` in `sofia_presence_chat_send` is never reset), so the others got the text, and
   * what they said is unknown.
   */
  readonly statuses: readonly number[];
}

/**
 * The report repeats the headers of its text, and adds a code for each device (`sofia_presence_chat_send`,
 * sofia_presence.c).
 */
export const DELIVERY_REPORTS: NewsKind<DeliveryReport> = {
  subclasses: ['SMS::DELIVERY_REPORT'],
  format: 'plain',
  read(headers) {
    const eventUuid = headers.get('Event-UUID');
    const codes = every(headers, 'Delivery-Result-Code');
    if (eventUuid === undefined || !codes.every((code) => /^\d{1,3}$/.test(code))) return undefined;
    const answered = codes.findIndex((code) => Number(code) !== 0);
    const known = answered < 0 ? codes : codes.slice(0, answered + 1);
    return { eventUuid, devices: codes.length, statuses: known.map(Number) };
  },
};

function every(headers: Headers, name: string): string[] {
  return headers
    .entries()
    .filter(([key]) => key === name)
    .map(([, value]) => value);
}
