import { nowInSeconds } from './registration.js';

/** The events that phones subscribe to and that `sendevent` reaches. */
export type SubscribedEvent = 'message-summary' | 'as-feature-event';

/** A subscription as a user of the sandbox describes it; what is left out is made up. */
export interface SubscriptionOptions {
  readonly event: SubscribedEvent;
  readonly callId?: string;
  /** The phone's tag, in the To of what it gets. */
  readonly phoneTag?: string;
  /** FreeSWITCH's tag, in the From of what it sends. */
  readonly ownTag?: string;
  /** Seconds until it expires; default 3600. It is renewed in time. */
  readonly expires?: number;
}

/** One row of `sip_subscriptions`. */
export interface Subscription {
  readonly profile: string;
  readonly event: SubscribedEvent;
  readonly user: string;
  readonly host: string;
  readonly url: string;
  readonly callId: string;
  /** The subscriber's From, with its tag. */
  readonly from: string;
  /** The To of the answer to SUBSCRIBE, with FreeSWITCH's tag. */
  readonly to: string;
  readonly lifetime: number;
  readonly since: number;
}

/** Seconds until the subscription expires, as a NOTIFY says it. */
export function expiresIn(subscription: Subscription): number {
  const elapsed = nowInSeconds() - subscription.since;
  return subscription.lifetime - (elapsed % subscription.lifetime);
}
