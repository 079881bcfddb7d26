import type { Phone } from '../inventory/phone.js';
import type { VendorOrder } from '../vendor/vendor.js';
import { vendorOf } from './dialect-order.js';
import { type Choice, MWI_RATE, type Order } from './order.js';
import type { GivenCounts, MessageCounts, OrderSpec } from './order-data.js';

const NONE: MessageCounts = { new: 0, old: 0, urgent_new: 0, urgent_old: 0 };

const COUNT = /^\d{1,9}$/;

/**
 * The order that switches a message lamp. Each count is what the user gave, else what the phone's row has, else what
 * `defaults` says.
 */
export function mwiOrder(lamp: 'on' | 'off', given: GivenCounts, defaults: MessageCounts): Order {
  return lampOrder(`mwi ${lamp}`, { kind: 'lamp', lamp, given, defaults }, (phone) => {
    const counts = countsOf(phone, given, defaults);
    return 'reason' in counts ? counts : { isLit: lamp === 'on', counts };
  });
}

/** The order that sets a lamp to what its mailbox holds, by the counts of its row , which `mailboxesOf` fills. */
export function mwiResendOrder(): Order {
  return lampOrder('mwi resend', { kind: 'mailbox-lamp' }, (phone) => {
    if (!phone.columns.new) return { kind: 'invalid', reason: "no column new, and its voicemail can't be asked" };
    const counts = countsOf(phone, {}, NONE);
    // As mod_voicemail itself decides (`update_mwi`, mod_voicemail.c).
    return 'reason' in counts ? counts : { isLit: counts.new > 0 || counts.urgent_new > 0, counts };
  });
}

type Invalid = Choice & { kind: 'invalid' };

interface Lamp {
  readonly isLit: boolean;
  readonly counts: MessageCounts;
}

/**
 * MESSAGE_WAITING is the order of choice: FreeSWITCH sends it to each subscription of the mailbox, within its dialog, and
 * to each registration, in state terminated (`actual_sofia_presence_mwi_event_handler`, sofia_presence.c). Phones that
 * ignore the latter get a NOTIFY of their own in place of it. Whether they are subscribed makes no difference to that, since
 * no command and no event of FreeSWITCH tells (only the table sip_subscriptions knows, which no api shows): so a subscribed
 * one is told once, too, though not in its dialog. The other devices of such a mailbox are told one by one, by the Call-ID
 * of their registration, because what goes to the mailbox goes to all.
 */
function lampOrder(verb: string, spec: OrderSpec, lampOf: (phone: Phone) => Lamp | Invalid): Order {
  return {
    verb,
    reboots: undefined,
    rate: MWI_RATE,
    repeatable: true,
    toMailbox: true,
    spec,
    needsOwn: (device) => wayOf(device).own !== undefined,
    choose(phone) {
      const lamp = lampOf(phone);
      if ('reason' in lamp) return lamp;
      const { new: fresh, old, urgent_new: urgentNew, urgent_old: urgentOld } = lamp.counts;
      const values = {
        waiting: lamp.isLit ? 'yes' : 'no',
        voice_message: `${fresh}/${old} (${urgentNew}/${urgentOld})`,
      };
      const { vendor, own, note } = wayOf(phone);
      return { kind: 'template', template: own?.template ?? 'message-waiting', values, vendor, note };
    },
  };
}

interface Way {
  readonly vendor: string | undefined;
  /** If MESSAGE_WAITING won't do. */
  readonly own?: VendorOrder;
  readonly note?: string;
}

function wayOf(phone: Phone): Way {
  const found = vendorOf(phone);
  if (found.kind !== 'vendor') return { vendor: undefined };
  const { key: vendor, lamp } = found.vendor;
  if (!lamp) return { vendor };
  // A row's own contact may be old, and a NOTIFY that goes nowhere is worse than one that is ignored.
  const isKnown = lamp.needs?.every((column) => phone.columns[column]) ?? true;
  if (!isKnown) return { vendor, note: `${lamp.note}; with --check each device gets one in state active instead` };
  return { vendor, own: lamp, note: `${lamp.note}; so each device gets one in state active, by its contact` };
}

function countsOf(phone: Phone, given: GivenCounts, defaults: MessageCounts): MessageCounts | Invalid {
  const counts: Record<keyof MessageCounts, number> = { ...NONE };
  for (const name of ['new', 'old', 'urgent_new', 'urgent_old'] as const) {
    const text = String(given[name] ?? (phone.columns[name] || defaults[name]));
    if (!COUNT.test(text)) {
      const shown = (phone.columns[name] ?? '').slice(0, 40);
      return { kind: 'invalid', reason: `column ${name}: "${shown}" is not a number of messages` };
    }
    counts[name] = Number(text);
  }
  return counts;
}
