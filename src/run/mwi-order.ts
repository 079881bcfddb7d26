import type { Phone } from '../inventory/phone.js';
import { MWI_RATE, type Order } from './order.js';
import { templateOrder } from './template-order.js';

/** How many messages wait, in the words of RFC 3842; columns of an inventory have the same names. */
export interface MessageCounts {
  readonly new?: number | undefined;
  readonly old?: number | undefined;
  readonly urgent_new?: number | undefined;
  readonly urgent_old?: number | undefined;
}

type CountName = keyof MessageCounts;

const COUNT = /^\d{1,9}$/;

/**
 * The order that switches a message lamp. Each count is what the user gave, else what the phone's row has, else what
 * `defaults` says.
 */
export function mwiOrder(lamp: 'on' | 'off', given: MessageCounts, defaults: Required<MessageCounts>): Order {
  const values = { waiting: lamp === 'on' ? 'yes' : 'no' };
  const order = templateOrder({ verb: `mwi ${lamp}`, template: 'message-waiting', values, rate: MWI_RATE });
  return {
    ...order,
    toMailbox: true,
    choose(phone) {
      const count = (name: CountName): string => String(given[name] ?? (phone.columns[name] || defaults[name]));
      const wrong = (['new', 'old', 'urgent_new', 'urgent_old'] as const).find((name) => !COUNT.test(count(name)));
      if (wrong)
        return { kind: 'invalid', reason: `column ${wrong}: "${shown(phone, wrong)}" is not a number of messages` };
      const voiceMessage = `${count('new')}/${count('old')} (${count('urgent_new')}/${count('urgent_old')})`;
      const choice = order.choose(phone);
      if (choice.kind !== 'template') return choice;
      return { ...choice, values: { ...choice.values, voice_message: voiceMessage } };
    },
  };
}

function shown(phone: Phone, name: CountName): string {
  return (phone.columns[name] ?? '').slice(0, 40);
}
