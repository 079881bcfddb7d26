import { Buffer } from 'node:buffer';
import { EVENT_NAMES } from '../esl/index.js';
import type { Payload } from './payload.js';
import { type EventRule, eventName, FORBIDDEN_HEADERS, MAX_REQUEST_BYTES, ruleFor } from './rules.js';

const KNOWN: ReadonlySet<string> = new Set(EVENT_NAMES);

/**
 * Everything for which FreeSWITCH would answer +OK and do nothing, or the wrong thing: one sentence each, with the
 * reason. Empty if the payload will do what it says, as far as can be known before sending. The values of headers that
 * are `open` are not known yet and not looked at.
 */
export function checkPayload(payload: Payload, open: (header: string) => boolean = () => false): string[] {
  const rule = ruleFor(payload.event);
  return [...forbidden(payload), ...(rule ? phoneEvent(payload, rule, open) : otherEvent(payload))];
}

function forbidden({ headers }: Payload): string[] {
  return headers.flatMap(([name]) => {
    const reason = FORBIDDEN_HEADERS.get(name.toLowerCase());
    return reason === undefined ? [] : [`header ${name} is not allowed: ${reason}`];
  });
}

function phoneEvent(payload: Payload, rule: EventRule, open: (header: string) => boolean): string[] {
  const { event, forms, values = [], consequences = [] } = rule;
  const present = new Map(payload.headers.map(([name, value]) => [name.toLowerCase(), value]));
  const find = (name: string): string | undefined => present.get(name.toLowerCase());
  const has = (name: string): boolean => find(name) !== undefined;
  const form = forms.find(({ when }) => when.length === 0 || when.some(has));
  const problems: string[] = [];
  const missing = form?.required.filter((name) => !has(name)) ?? [];
  if (missing.length > 0) problems.push(lacks(event, missing.join(' and '), `in the ${form?.name}`));
  for (const group of form?.oneOf ?? []) {
    if (!group.some(has)) problems.push(lacks(event, group.join(' or '), `in the ${form?.name}`));
  }
  for (const { header, pattern, problem } of values) {
    const value = open(header) ? undefined : find(header);
    if (value !== undefined && !pattern.test(value)) {
      problems.push(`header ${header} ${problem}, not ${JSON.stringify(value.slice(0, 80))}`);
    }
  }
  for (const { header, value, oneOf } of consequences) {
    if (find(header) === value && !oneOf.some(has)) {
      problems.push(lacks(event, oneOf.join(' or '), `for ${value}`));
    }
  }
  const bytes = sizeOf(payload);
  if (bytes > MAX_REQUEST_BYTES) {
    problems.push(`it has ${bytes} bytes; above ${MAX_REQUEST_BYTES} FreeSWITCH can't send it in one datagram`);
  }
  return problems;
}

function lacks(event: string, headers: string, where: string): string {
  return `${event} needs ${headers} ${where}; without it FreeSWITCH answers +OK and the phone is told nothing`;
}

function otherEvent({ event, headers }: Payload): string[] {
  if (KNOWN.has(eventName(event)) || headers.some(([name]) => name.toLowerCase() === 'event-name')) return [];
  return [`FreeSWITCH knows no event ${event}; it would answer +OK and do nothing`];
}

function sizeOf({ headers, body }: Payload): number {
  return headers.reduce((sum, [, value]) => sum + Buffer.byteLength(value), Buffer.byteLength(body));
}
