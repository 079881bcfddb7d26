import { Buffer } from 'node:buffer';

const ENCODED = /(?:%[0-9a-fA-F]{2})+/g;

/**
 * Percent-decoding as events need it: sequences that are not two hex digits stay, `+` stays a plus, bytes that are not
 * UTF-8 become U+FFFD. Never throws. FreeSWITCH leaves a `%` alone that two hex digits follow (`switch_url_encode`,
 * switch_utils.c), so what comes out can hold a line feed that was never sent: split into lines first, decode after.
 */
export function percentDecode(value: string): string {
  if (!value.includes('%')) return value;
  return value.replace(ENCODED, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString());
}
