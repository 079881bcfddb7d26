/** The first words of commands in the order in which somebody new wants them, under what they are for. */
export const COMMAND_GROUPS: readonly (readonly [heading: string, words: readonly string[]])[] = [
  ['TELL PHONES', ['resync', 'reboot', 'mwi', 'message', 'notify', 'info', 'feature', 'send', 'listen']],
  ['BEFORE AND AFTER', ['doctor', 'config', 'inventory', 'vendor', 'template', 'run']],
  ['MANY SITES', ['worker', 'schedule']],
  ['EVENT SOCKET', ['esl']],
  ['PRACTICE AND HELP', ['demo', 'sandbox', 'help', 'completion']],
];

/** The groups of flags in the order in which they decide about a run: whom, how, how sure, how far; then where and what is shown. */
export const FLAG_GROUPS: readonly string[] = [
  // Of esl sendmsg alone.
  'UNICAST',
  'PHONES',
  'SENDING',
  'CERTAINTY',
  'ROLLOUT',
  'JOURNAL',
  'TEMPLATE',
  'SERVER',
  'QUEUE',
  'OUTPUT',
];

/** Sorts by the place of a name in a list; what is not in it comes last, in its own order. */
export function byPlace<T>(list: readonly string[], nameOf: (item: T) => string): (one: T, other: T) => number {
  const place = (item: T): number => (list.includes(nameOf(item)) ? list.indexOf(nameOf(item)) : list.length);
  return (one, other) => place(one) - place(other);
}
