import type { Values } from '../payload/part.js';
import type { OrderKind } from '../vendor/vendor.js';

/** How many messages wait, in the words of RFC 3842; columns of an inventory have the same names. */
export type MessageCounts = Readonly<Record<'new' | 'old' | 'urgent_new' | 'urgent_old', number>>;

/** Those of them that the user gave. */
export type GivenCounts = { readonly [Name in keyof MessageCounts]?: number | undefined };

/** A resync or a reboot, see `dialectOrder`. */
export interface DialectSpec {
  readonly kind: 'dialect';
  readonly order: OrderKind;
  /** Its key. */
  readonly defaultVendor?: string;
}

/** See `templateOrder`. */
export interface TemplateSpec {
  readonly kind: 'template';
  readonly verb: string;
  readonly template: string;
  readonly values: Values;
  /** Events a second. */
  readonly rate: number;
  readonly returns: boolean;
  /** Has none of its own. */
  readonly reporting?: OrderSpec;
}

/** See `mwiOrder`. */
export interface LampSpec {
  readonly kind: 'lamp';
  readonly lamp: 'on' | 'off';
  readonly given: GivenCounts;
  readonly defaults: MessageCounts;
}

/** See `mwiResendOrder`. */
export interface MailboxLampSpec {
  readonly kind: 'mailbox-lamp';
}

/** What an order is made of, as JSON: `orderOf` makes the same of it in another process. */
export type OrderSpec = DialectSpec | TemplateSpec | LampSpec | MailboxLampSpec;
