import type { Bus, BusMessages } from '../bus.js';
import { channelEvent } from '../calls/channel-event.js';
import { expireEvent, registerEvent, unregisterEvent } from '../sofia/register-events.js';
import type { EventMaker, EventSource } from '../wire/event-maker.js';
import type { EventName } from '../wire/event-names.js';
import { type EventFormat, eventMessage } from '../wire/event-text.js';
import type { LogLine } from '../wire/log-line.js';
import type { WireEvent } from '../wire/wire-event.js';
import type { Listener } from './listener.js';
import { logMessage } from './reply.js';

const API_EXEC: EventSource = { file: 'mod_event_socket.c', func: 'api_exec', line: 1572 };
const REPORT = 'SMS::DELIVERY_REPORT';

type Write = (message: string) => void;

/**
 * Events and log lines on their way to the connections that asked for them (`event_handler` and `socket_logger`,
 * mod_event_socket.c). An event that nobody listens to is not made.
 */
export class News {
  readonly #readers = new Map<Listener, Write>();

  constructor(bus: Bus, maker: EventMaker) {
    bus.on('registered', (message) => {
      this.#publish('CUSTOM', 'sofia::register', () => registerEvent(maker, message));
    });
    bus.on('unregistered', ({ registration }) => {
      this.#publish('CUSTOM', 'sofia::unregister', () => unregisterEvent(maker, registration));
    });
    bus.on('expired', ({ registration }) => {
      this.#publish('CUSTOM', 'sofia::expire', () => expireEvent(maker, registration));
    });
    bus.on('channel', (news) => this.#publish(news.name, undefined, () => channelEvent(maker, news)));
    bus.on('job', (job) => this.#publish('BACKGROUND_JOB', undefined, () => jobEvent(maker, job)));
    bus.on('report', ({ event }) => this.#publish('CUSTOM', REPORT, () => event));
    bus.on('log', (line) => this.#log(line));
  }

  /** From now on this connection gets what it listens to. */
  join(listener: Listener, write: Write): void {
    this.#readers.set(listener, write);
  }

  leave(listener: Listener): void {
    this.#readers.delete(listener);
  }

  /** Whether anybody listens to events of this kind. */
  wants(name: EventName, subclass: string | undefined): boolean {
    for (const { events } of this.#readers.keys()) if (events.wants(name, subclass)) return true;
    return false;
  }

  /** Gives an event, complete as it is, to everybody who listens. */
  deliver(name: EventName, subclass: string | undefined, event: WireEvent): void {
    const delivered =
      subclass === undefined ? event.delivered() : event.delivered().headedBy('Event-Subclass', subclass);
    const messages: Partial<Record<EventFormat, string>> = {};
    for (const [{ events }, write] of this.#readers) {
      if (!events.wants(name, subclass) || !events.passes(delivered)) continue;
      messages[events.format] ??= eventMessage(delivered, events.format);
      write(messages[events.format] ?? '');
    }
  }

  #publish(name: EventName, subclass: string | undefined, make: () => WireEvent): void {
    if (this.wants(name, subclass)) this.deliver(name, subclass, make());
  }

  #log(line: LogLine): void {
    let message: string | undefined;
    for (const [{ logLevel }, write] of this.#readers) {
      if (logLevel === undefined || logLevel < line.level) continue;
      message ??= logMessage(line);
      write(message);
    }
  }
}

/** `BACKGROUND_JOB` (`api_exec`, mod_event_socket.c) */
function jobEvent(maker: EventMaker, { uuid, command, argument, result, owner }: BusMessages['job']): WireEvent {
  const event = maker.create('BACKGROUND_JOB', undefined, API_EXEC);
  event.add('Job-UUID', uuid);
  if (owner) event.add('Job-Owner-UUID', owner);
  event.add('Job-Command', command);
  if (argument) event.add('Job-Command-Arg', argument);
  event.body = result;
  return event;
}
