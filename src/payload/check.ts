import { Buffer } from 'node:buffer';
import { EVENT_NAMES } from './event-names.js';
import { headerOf, type Payload } from './payload.js';
import { eventName, FORBIDDEN_HEADERS, type Form, MAX_REQUEST_BYTES, ruleFor } from './rules.js';

/**
 * Everything for which FreeSWITCH would answer +OK and do nothing, or the wrong thing: one sentence each, with the
 * reason. Empty if the payload will do what it says, as far as can be known before sending. The values of headers that
 * are `open` are not known yet and not looked at.
 */
export function checkPayload(payload: Payload, open: (header: string) => boolean = () => false): string[] {
  return [...forbidden(payload), ...(ruleFor(payload.event) ? phoneEvent(payload, open) : otherEvent(payload))];
}

/** The form in which FreeSWITCH will read a phone event, or undefined for other events. */
export function formOf(payload: Payload): Form | undefined {
  return ruleFor(payload.event)?.forms.find(
    ({ when }) => when.length === 0 || when.some((name) => headerOf(payload, name) !== undefined),
  );
}

function forbidden({ headers }: Payload): string[] {
  return headers.flatMap(([name]) => {
    const reason = FORBIDDEN_HEADERS.get(name.toLowerCase());
    return reason === undefined ? [] : [`header ${name} is not allowed: ${reason}`];
  });
}

function phoneEvent(payload: Payload, open: (header: string) => boolean): string[] {
  const event = eventName(payload.event);
  const { values = [], consequences = [] } = ruleFor(payload.event) ?? {};
  const form = formOf(payload);
  const has = (name: string): boolean => headerOf(payload, name) !== undefined;
  const problems: string[] = [];
  const missing = form?.required.filter((name) => !has(name)) ?? [];
  if (missing.length > 0) problems.push(lacks(event, missing.join(' and '), `in the ${form?.name}`));
  for (const group of form?.oneOf ?? []) {
    if (!group.some(has)) problems.push(lacks(event, group.join(' or '), `in the ${form?.name}`));
  }
  for (const { header, pattern, problem } of values) {
    const value = open(header) ? undefined : headerOf(payload, header);
    if (value !== undefined && !pattern.test(value)) problems.push(`header ${header} ${problem}, not "${value}"`);
  }
  for (const { header, value, oneOf } of consequences) {
    if (headerOf(payload, header) === value && !oneOf.some(has)) {
      problems.push(lacks(event, oneOf.join(' or '), `for a ${value}`));
    }
  }
  const bytes = sizeOf(payload);
  if (bytes > MAX_REQUEST_BYTES) {
    problems.push(`it has ${bytes} bytes; above ${MAX_REQUEST_BYTES} FreeSWITCH can't send it in one datagram`);
  }
  return problems;
}

function lacks(event: string, headers: string, where: string): string {
  return `${event} needs ${headers} ${where}; without it FreeSWITCH answers +OK and sends nothing`;
}

function otherEvent(payload: Payload): string[] {
  if (EVENT_NAMES.has(eventName(payload.event)) || headerOf(payload, 'event-name') !== undefined) return [];
  return [`FreeSWITCH knows no event ${payload.event}; it would answer +OK and do nothing`];
}

function sizeOf({ headers, body }: Payload): number {
  return headers.reduce((sum, [, value]) => sum + Buffer.byteLength(value), Buffer.byteLength(body));
}
