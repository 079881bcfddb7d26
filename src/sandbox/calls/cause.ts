/** Causes of hang-ups and their numbers (`CAUSE_CHART`, switch_channel.c): those that occur between phones and a server. */
const CAUSES: Readonly<Record<string, number>> = {
  NONE: 0,
  UNALLOCATED_NUMBER: 1,
  NO_ROUTE_DESTINATION: 3,
  NORMAL_CLEARING: 16,
  USER_BUSY: 17,
  NO_USER_RESPONSE: 18,
  NO_ANSWER: 19,
  SUBSCRIBER_ABSENT: 20,
  CALL_REJECTED: 21,
  NUMBER_CHANGED: 22,
  DESTINATION_OUT_OF_ORDER: 27,
  INVALID_NUMBER_FORMAT: 28,
  NORMAL_UNSPECIFIED: 31,
  NORMAL_CIRCUIT_CONGESTION: 34,
  NETWORK_OUT_OF_ORDER: 38,
  NORMAL_TEMPORARY_FAILURE: 41,
  SWITCH_CONGESTION: 42,
  SERVICE_UNAVAILABLE: 63,
  SERVICE_NOT_IMPLEMENTED: 79,
  INCOMPATIBLE_DESTINATION: 88,
  RECOVERY_ON_TIMER_EXPIRE: 102,
  INTERWORKING: 127,
  ORIGINATOR_CANCEL: 487,
  SYSTEM_SHUTDOWN: 501,
  MANAGER_REQUEST: 503,
  ALLOTTED_TIMEOUT: 602,
  MEDIA_TIMEOUT: 604,
  USER_NOT_REGISTERED: 606,
};

export const NORMAL_CLEARING = 'NORMAL_CLEARING';

/** `switch_channel_str2cause` (switch_channel.c): a cause by its name or number; NORMAL_CLEARING if there is none such. */
export function hangupCause(text: string | undefined): string {
  const name = text?.toUpperCase() ?? '';
  if (name in CAUSES) return name;
  const found = Object.entries(CAUSES).find(([, number]) => String(number) === name);
  return found?.[0] ?? NORMAL_CLEARING;
}

/** The number of a cause, as in `hangup_cause_q850`. */
export function causeNumber(cause: string): number {
  return CAUSES[cause] ?? 0;
}
