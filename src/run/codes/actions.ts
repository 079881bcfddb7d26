import { dialectOrder } from '../dialect-order.js';
import { mwiOrder } from '../mwi-order.js';
import type { Order } from '../order.js';
import type { MessageCounts } from '../order-data.js';
import { templateOrder } from '../template-order.js';

/** What a feature code can do to the phone that dials it. */
export const ACTIONS = [
  'resync',
  'reboot',
  'mwi on',
  'mwi off',
  'mwi toggle',
  'dnd on',
  'dnd off',
  'dnd toggle',
] as const;

export type Action = (typeof ACTIONS)[number];

/** What can be on or off: the message lamp, do-not-disturb. */
export type Feature = 'mwi' | 'dnd';

export type State = 'on' | 'off';

/** What an action switches, if it is about something that can be on or off. */
export interface Switching {
  readonly feature: Feature;
  readonly to: State;
}

const NONE: MessageCounts = { new: 0, old: 0, urgent_new: 0, urgent_old: 0 };

/** What an action switches, and to what; `isOn` is asked only where it says `toggle`. @throws what `isOn` throws */
export async function switchingOf(
  action: Action,
  isOn: (feature: Feature) => Promise<boolean>,
): Promise<Switching | undefined> {
  const [feature, word] = action.split(' ') as [string, string | undefined];
  if (feature !== 'mwi' && feature !== 'dnd') return undefined;
  if (word === 'toggle') return { feature, to: (await isOn(feature)) ? 'off' : 'on' };
  return { feature, to: word === 'on' ? 'on' : 'off' };
}

/** The order that an action is. */
export function orderOf(action: Action, switching: Switching | undefined): Order {
  if (!switching) return dialectOrder(action === 'reboot' ? 'reboot' : 'resync');
  const { feature, to } = switching;
  if (feature === 'mwi') return mwiOrder(to, {}, to === 'on' ? { ...NONE, new: 1 } : NONE);
  return templateOrder({ verb: `feature dnd ${to}`, template: 'feature-dnd', values: { dnd: to, device: '' } });
}
