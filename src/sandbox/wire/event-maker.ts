import { uuid } from '../ids.js';
import { localDate, nowInMicroseconds } from './clock.js';
import type { EventName } from './event-names.js';
import { WireEvent } from './wire-event.js';

/** Where in FreeSWITCH's sources an event is made, as events say it. */
export interface EventSource {
  readonly file: string;
  readonly func: string;
  readonly line: number;
}

/** Makes events with what every event says (`switch_event_prep_for_delivery_detailed`, switch_event.c). */
export class EventMaker {
  /** The server's own id. */
  readonly coreUuid = uuid();
  readonly #hostname: string;
  #sequence = 0;

  constructor(hostname: string) {
    this.#hostname = hostname;
  }

  /** A new event; CUSTOM events have a subclass. */
  create(name: EventName, subclass: string | undefined, source: EventSource): WireEvent {
    const event = new WireEvent();
    if (subclass !== undefined) event.add('Event-Subclass', subclass);
    this.stamp(event, name, source);
    return event;
  }

  /** Adds to an event what every event says. */
  stamp(event: WireEvent, name: EventName, { file, func, line }: EventSource): void {
    const time = nowInMicroseconds();
    const now = new Date(time / 1000);
    const hostname = this.#hostname;
    const facts: readonly (readonly [string, string])[] = [
      ['Event-Name', name],
      ['Core-UUID', this.coreUuid],
      ['FreeSWITCH-Hostname', hostname],
      ['FreeSWITCH-Switchname', hostname],
      ['FreeSWITCH-IPv4', '127.0.0.1'],
      ['FreeSWITCH-IPv6', '::1'],
      ['Event-Date-Local', localDate(now)],
      ['Event-Date-GMT', now.toUTCString()],
      ['Event-Date-Timestamp', String(time)],
      ['Event-Calling-File', file],
      ['Event-Calling-Function', func],
      ['Event-Calling-Line-Number', String(line)],
      ['Event-Sequence', String(++this.#sequence)],
    ];
    for (const [header, value] of facts) event.add(header, value);
  }
}
