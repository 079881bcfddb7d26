import * as Flags from '@oclif/core/flags';
import type { GivenCounts } from '../run/order-data.js';

function count(summary: string) {
  return Flags.integer({ summary, min: 0, max: 999_999_999, helpValue: 'N' });
}

/** How many messages wait. A column of the inventory of the same name gives each phone its own. */
export const countFlags = {
  new: count('new messages'),
  old: count('old messages'),
  'urgent-new': count('urgent new messages'),
  'urgent-old': count('urgent old messages'),
};

/** The counts that the flags give. */
export function givenCounts(flags: Partial<Record<keyof typeof countFlags, number | undefined>>): GivenCounts {
  return { new: flags.new, old: flags.old, urgent_new: flags['urgent-new'], urgent_old: flags['urgent-old'] };
}
