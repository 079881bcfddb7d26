import * as Flags from '@oclif/core/flags';
import { MWI_RATE, type Order } from '../run/order.js';
import { templateOrder } from '../run/template-order.js';

function count(summary: string, char?: 'n') {
  return Flags.integer({ summary, min: 0, ...(char && { char }) });
}

/** How many messages wait (RFC 3842). A column of the inventory of the same name gives each phone its own. */
export const countFlags = {
  new: count('new messages'),
  old: count('old messages'),
  'urgent-new': count('urgent new messages'),
  'urgent-old': count('urgent old messages'),
};

export interface CountFlags {
  readonly new?: number | undefined;
  readonly old?: number | undefined;
  readonly 'urgent-new'?: number | undefined;
  readonly 'urgent-old'?: number | undefined;
}

/** The order that switches a message lamp; what the flags leave open comes from columns, else from `defaults`. */
export function mwiOrder(waiting: 'yes' | 'no', flags: CountFlags, defaultNew: string): Order {
  const given = Object.entries({
    new: flags.new,
    old: flags.old,
    urgent_new: flags['urgent-new'],
    urgent_old: flags['urgent-old'],
  }).flatMap(([name, number]) => (number === undefined ? [] : [[name, String(number)]]));
  return templateOrder({
    verb: waiting === 'yes' ? 'mwi on' : 'mwi off',
    template: 'message-waiting',
    values: { waiting, ...Object.fromEntries(given) },
    defaults: { new: defaultNew, old: '0' },
    rate: MWI_RATE,
  });
}
