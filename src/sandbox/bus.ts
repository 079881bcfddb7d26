import type { Phone } from './phones/phone.js';
import type { Registration } from './phones/registration.js';
import type { SipRequestRecord } from './sofia/sip-request.js';
import type { WireEvent } from './wire/wire-event.js';

/** What happens inside the sandbox, for those who want to hear of it. */
export interface BusMessages {
  /** A phone registered: at the start, or again after an order to restart. */
  registered: { readonly registration: Registration };
  /** A registration is gone (`sofia profile P check_sync` without an argument, `flush_inbound_reg`). */
  expired: { readonly registration: Registration };
  /** A request went to a phone's address; with what was answered, null if nothing. */
  request: { readonly record: SipRequestRecord; readonly phone: Phone | undefined };
  /** `sendevent` fired an event, of whatever type. */
  event: { readonly name: string | undefined; readonly event: WireEvent; readonly uuid: string };
  /** A `bgapi` command came to its end. */
  job: {
    readonly uuid: string;
    readonly command: string;
    readonly argument: string | undefined;
    readonly result: string;
  };
  /** A line for the log, as `api log` writes it. */
  log: { readonly level: number; readonly text: string };
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
