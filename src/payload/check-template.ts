import { checkPayload } from './check.js';
import type { Payload } from './payload.js';
import type { Template } from './template.js';

/**
 * What can be said of a template without a row: everything that `checkPayload` finds when all its values are there.
 * Values that come from rows or flags are taken to be right.
 */
export function checkTemplate({ source }: Template): string[] {
  const open = new Set(
    source.headers.filter(({ value }) => value.includes('{{')).map(({ name }) => name.toLowerCase()),
  );
  const isOpen = (header: string): boolean => open.has(header.toLowerCase());
  const payload: Payload = {
    event: source.event,
    headers: source.headers.map(({ name, value }) => [name, isOpen(name) ? '…' : value]),
    body: '',
  };
  return checkPayload(payload, isOpen);
}
