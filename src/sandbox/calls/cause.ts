import { CAUSE_NUMBERS } from '../../esl/hangup-causes.js';

const NUMBERS: ReadonlyMap<string, number> = new Map(Object.entries(CAUSE_NUMBERS));

export const NORMAL_CLEARING = 'NORMAL_CLEARING';

/** `switch_channel_str2cause` (switch_channel.c): a cause by its name or number; NORMAL_CLEARING if there is none such. */
export function hangupCause(text: string | undefined): string {
  const name = text?.toUpperCase() ?? '';
  if (NUMBERS.has(name)) return name;
  const found = [...NUMBERS].find(([, number]) => String(number) === name);
  return found?.[0] ?? NORMAL_CLEARING;
}

/** The number of a cause, as in `hangup_cause_q850`. */
export function causeNumber(cause: string): number {
  return NUMBERS.get(cause) ?? 0;
}
