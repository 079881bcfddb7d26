import type { Phone } from '../inventory/phone.js';
import type { Values } from '../payload/part.js';
import type { OrderSpec } from './order-data.js';

/** What a command wants of every phone. */
export interface Order {
  /** How sentences name it: `resync`, `message`. */
  readonly verb: string;
  /** Whether phones restart from it; undefined if only its event strings tell. */
  readonly reboots: boolean | undefined;
  /** Events a second to one server, if the user does not say otherwise. */
  readonly rate: number;
  /** Whether it depends on the vendor what is sent, so that each device of an extension gets an order of its own. */
  readonly byVendor?: boolean;
  /** Whether it goes to the phones of a mailbox, which need not be those of the user of the same name. */
  readonly toMailbox?: boolean;
  /**
   * Whether this device, known by its registration, must be told by itself; then each device that shares an extension or a
   * mailbox with it is.
   */
  needsOwn?(device: Phone): boolean;
  /** Whether phones may register again for it, so that one can wait for that. */
  readonly returns?: boolean;
  /** Whether it does no harm to tell a phone twice. */
  readonly repeatable?: boolean;
  /** The same in a way that mod_sms reports what phones answer, where there is one. */
  readonly reporting?: Order;
  /** What it is made of; `orderOf` makes an order of it that chooses the same. */
  readonly spec: OrderSpec;
  /** What this order is for this phone. */
  choose(phone: Phone, server?: string): Choice;
}

export type Choice =
  | {
      readonly kind: 'template';
      readonly template: string;
      /** Stand against the columns of the row. */
      readonly values?: Values;
      readonly vendor?: string | undefined;
      /** What the user should know before counting on it; said once for each vendor. */
      readonly note?: string | undefined;
      /** Whether the user's settings say it, so that it may be another thing than the order's name says. */
      readonly isOwn?: boolean;
    }
  | {
      readonly kind: 'skip';
      readonly reason: string;
      readonly vendor?: string | undefined;
      /** Whether its registration would tell what is missing, if there is one. */
      readonly byRegistration?: true;
    }
  | { readonly kind: 'invalid'; readonly reason: string };

/**
 * Whether some vendor's phones restart from this event string, as far as the string itself tells: `reboot`,
 * `restart_now`, `check-sync;reboot=true`, Cisco's `service-control`. Not `check-sync;reboot=false`.
 */
export function isRebootWord(eventString: string): boolean {
  return /reboot(?!=false)|restart|service-control/i.test(eventString);
}

/** NOTIFY, SEND_MESSAGE and the like: well below the 1,500 a second that mod_sofia empties its queue with. */
export const DEFAULT_RATE = 100;
/** MESSAGE_WAITING shares the presence queue, which FreeSWITCH flushes whole when it is full, still with +OK. */
export const MWI_RATE = 50;
