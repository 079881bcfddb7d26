/** How the sink behaves for the next contenders. */
export interface SinkSettings {
  /** Added to each round trip of an order, milliseconds. */
  readonly delayMs: number;
  /** Orders a second on one connection; 0 is as many as come. */
  readonly rate: number;
  /** Phones that are registered. */
  readonly registrations: number;
  /** Events that whoever subscribes to CHANNEL_ANSWER gets. */
  readonly events: number;
}

/** What the sink has seen since it was last asked. Times are its own, milliseconds. */
export interface SinkSeen {
  readonly orders: number;
  readonly orderBytes: number;
  /** From the first order to the last reply. */
  readonly orderMs: number;
  /** When the first order came, milliseconds since 1970, to be compared with what other sinks saw. */
  readonly orderFrom: number;
  /** From the first event to the end of the connection that it was for. */
  readonly eventMs: number;
}

/** What the bench says to the sink. */
export type ToSink = { readonly settings: SinkSettings } | 'take';

/** What the sink says to the bench. */
export type FromSink = { readonly port: number } | { readonly seen: SinkSeen } | 'set';
