import { Buffer } from 'node:buffer';
import { EVENT_NAMES } from '../esl/index.js';
import type { Payload } from './payload.js';
import { type EventRule, eventName, FORBIDDEN_HEADERS, MAX_REQUEST_BYTES, ruleFor } from './rules.js';

const KNOWN: ReadonlySet<string> = new Set(EVENT_NAMES);

/** One thing for which FreeSWITCH would answer +OK and do nothing, or the wrong thing. */
export interface Fault {
  readonly problem: string;
  /** The header that is wrong. */
  readonly header?: string;
  /** The headers that are missing: all of them, or one. */
  readonly missing?: readonly string[];
}

/**
 * Everything for which FreeSWITCH would answer +OK and do nothing, or the wrong thing: one sentence each, with the
 * reason. Empty if the payload will do what it says, as far as can be known before sending.
 */
export function checkPayload(payload: Payload): string[] {
  return findFaults(payload).map(({ problem }) => problem);
}

/** The same with what it is about. The values of headers that are `open` are not known yet and not looked at. */
export function findFaults(payload: Payload, open: (header: string) => boolean = () => false): Fault[] {
  const rule = ruleFor(payload.event);
  return [...forbidden(payload), ...(rule ? phoneEvent(payload, rule, open) : otherEvent(payload))];
}

function forbidden({ headers }: Payload): Fault[] {
  return headers.flatMap(([header]) => {
    const reason = FORBIDDEN_HEADERS.get(header.toLowerCase());
    return reason === undefined ? [] : [{ header, problem: `header ${header} is not allowed: ${reason}` }];
  });
}

function phoneEvent(payload: Payload, rule: EventRule, open: (header: string) => boolean): Fault[] {
  const { event, forms, values = [], consequences = [] } = rule;
  const present = new Map(payload.headers.map(([name, value]) => [name.toLowerCase(), value]));
  const find = (name: string): string | undefined => present.get(name.toLowerCase());
  const has = (name: string): boolean => find(name) !== undefined;
  const form = forms.find(({ when }) => when.length === 0 || when.some(has));
  const faults: Fault[] = [];
  const missing = form?.required.filter((name) => !has(name)) ?? [];
  if (missing.length > 0)
    faults.push({ missing, problem: lacks(event, missing.join(' and '), `in the ${form?.name}`) });
  for (const group of form?.oneOf ?? []) {
    if (!group.some(has))
      faults.push({ missing: group, problem: lacks(event, group.join(' or '), `in the ${form?.name}`) });
  }
  for (const { header, pattern, problem } of values) {
    const value = open(header) ? undefined : find(header);
    if (value !== undefined && !pattern.test(value)) {
      faults.push({ header, problem: `header ${header} ${problem}, not ${JSON.stringify(value.slice(0, 80))}` });
    }
  }
  for (const { header, value, oneOf } of consequences) {
    if (find(header) === value && !oneOf.some(has)) {
      faults.push({ missing: oneOf, problem: lacks(event, oneOf.join(' or '), `for ${value}`) });
    }
  }
  const bytes = sizeOf(payload);
  if (bytes > MAX_REQUEST_BYTES) {
    faults.push({
      problem: `it has ${bytes} bytes; above ${MAX_REQUEST_BYTES} FreeSWITCH can't send it in one datagram`,
    });
  }
  return faults;
}

function lacks(event: string, headers: string, where: string): string {
  return `${event} needs ${headers} ${where}; without it FreeSWITCH answers +OK and the phone is told nothing`;
}

function otherEvent({ event, headers }: Payload): Fault[] {
  if (KNOWN.has(eventName(event)) || headers.some(([name]) => name.toLowerCase() === 'event-name')) return [];
  return [{ problem: `FreeSWITCH knows no event ${event}; it would answer +OK and do nothing` }];
}

function sizeOf({ headers, body }: Payload): number {
  return headers.reduce((sum, [, value]) => sum + Buffer.byteLength(value), Buffer.byteLength(body));
}
