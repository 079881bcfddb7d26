import type { Call } from './calls/call.js';
import type { ChannelNews } from './calls/channel-event.js';
import type { Phone } from './phones/phone.js';
import type { Registration } from './phones/registration.js';
import type { SipRequestRecord } from './sofia/sip-request.js';
import type { LogLine } from './wire/log-line.js';
import type { WireEvent } from './wire/wire-event.js';

/** What happens inside the sandbox, for those who want to hear of it. */
export interface BusMessages {
  /** A phone registered: added while the sandbox runs, back after an order to restart, or refreshing in time. */
  registered: {
    readonly registration: Registration;
    /** As the REGISTER says it: FreeSWITCH keeps the old one in a registration that is only refreshed. */
    readonly userAgent: string;
    /** There was a registration with this contact; it has been refreshed. */
    readonly refreshed: boolean;
  };
  /** A phone signed off. */
  unregistered: { readonly registration: Registration };
  /** A registration ran out, or was dropped (`sofia profile P check_sync` without an argument, `flush_inbound_reg`). */
  expired: { readonly registration: Registration };
  /** A request went to a phone's address; with what was answered, null if nothing. */
  request: { readonly record: SipRequestRecord; readonly phone: Phone | undefined };
  /** `sendevent` fired an event, of whatever type. */
  event: { readonly name: string | undefined; readonly event: WireEvent; readonly uuid: string };
  /** mod_sms says what became of a text: an event `SMS::DELIVERY_REPORT` but for what all events say. */
  report: { readonly event: WireEvent };
  /** A `bgapi` command came to its end. */
  job: {
    readonly uuid: string;
    readonly command: string;
    readonly argument: string | undefined;
    readonly result: string;
    /** The call in whose hands the connection was that asked for it. */
    readonly owner?: string | undefined;
  };
  /** Something happened to a call of which FreeSWITCH makes an event. */
  channel: ChannelNews;
  /** A call was hung up. */
  hangup: { readonly call: Call; readonly cause: string };
  /** A line for the log, as `api log` writes it, or one SIP message of a trace. */
  log: LogLine;
}

type Listener<Message> = (message: Message) => void;

/**
 * Carries {@link BusMessages} to whoever listens. Messages are made only for listeners: ask {@link wanted} first where
 * making one costs.
 */
export class Bus {
  readonly #listeners = new Map<keyof BusMessages, Set<Listener<never>>>();

  /** Calls the listener with every message of this kind, until the function it gives back is called. */
  on<Kind extends keyof BusMessages>(kind: Kind, listener: Listener<BusMessages[Kind]>): () => void {
    const listeners = this.#listeners.get(kind) ?? new Set();
    this.#listeners.set(kind, listeners);
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(kind);
    };
  }

  /** Whether anybody listens to messages of this kind. */
  wanted(kind: keyof BusMessages): boolean {
    return this.#listeners.has(kind);
  }

  emit<Kind extends keyof BusMessages>(kind: Kind, message: BusMessages[Kind]): void {
    const listeners = this.#listeners.get(kind) as Set<Listener<BusMessages[Kind]>> | undefined;
    if (listeners) for (const listener of [...listeners]) listener(message);
  }

  clear(): void {
    this.#listeners.clear();
  }
}
