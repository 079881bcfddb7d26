import { EVENT_NAMES as REAL_NAMES } from '../../esl/event-names.js';

/** The event types of FreeSWITCH as `event` knows them (`EVENT_NAMES`, switch_event.c). */
export const EVENT_NAMES = [...REAL_NAMES, 'ALL'] as const;

/** One of FreeSWITCH's event types. */
export type EventName = (typeof EVENT_NAMES)[number];

const PREFIX_LENGTH = 'SWITCH_EVENT_'.length;
const INDEX = new Map<string, number>(EVENT_NAMES.map((name, index) => [name, index]));

/**
 * `switch_name_event` (switch_event.c): the type of this name without regard to case, with or without a prefix of any
 * 13 characters; undefined if there is none.
 */
export function nameEvent(name: string): EventName | undefined {
  const whole = INDEX.get(upper(name));
  const rest = name.length > PREFIX_LENGTH ? INDEX.get(upper(name.slice(PREFIX_LENGTH))) : undefined;
  const index = Math.min(whole ?? Number.POSITIVE_INFINITY, rest ?? Number.POSITIVE_INFINITY);
  return EVENT_NAMES[index];
}

// toUpperCase() alone would make an ASCII letter of some others (U+017F is a long s).
function upper(text: string): string {
  return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}
