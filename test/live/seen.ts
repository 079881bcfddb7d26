import { Buffer } from 'node:buffer';
import { expect } from 'vitest';
import type { Header } from '../../src/esl/index.js';
import type { SipRequest } from './sip-message.js';
import type { World, WorldPhone } from './world.js';

/** The one request that a phone got; fails if it got none, or more. */
export async function onlyRequest(phone: WorldPhone): Promise<SipRequest> {
  const requests = await phone.requests(1);
  expect(requests.map(titleOf), `what ${phone.aor} got`).toHaveLength(1);
  const [request] = requests;
  if (!request) throw new Error('no request');
  expectWhole(request);
  return request;
}

/** What each phone got, in words: `NOTIFY check-sync`, `MESSAGE`. */
export async function titles(phones: readonly WorldPhone[], expected: number): Promise<string[][]> {
  const all = await Promise.all(phones.map((phone) => phone.requests(expected)));
  return all.map((requests) => requests.map(titleOf));
}

/** A request's method, and its Event if it has one. */
export function titleOf({ method, headers }: SipRequest): string {
  const event = headers.get('event');
  return event === undefined ? method : `${method} ${event}`;
}

/** That Content-Length counts the bytes that are there. */
export function expectWhole({ headers, raw }: SipRequest): void {
  const length = raw.length - raw.indexOf('\r\n\r\n') - 4;
  expect(headers.get('content-length')).toBe(String(length));
}

/** Text of exactly so many bytes of UTF-8, of characters of one to four bytes. */
export function textOfBytes(bytes: number): string {
  const pattern = 'aé☎📞';
  const whole = pattern.repeat(Math.floor(bytes / Buffer.byteLength(pattern)));
  let text = whole;
  for (const character of '📞☎é') {
    if (Buffer.byteLength(text) + Buffer.byteLength(character) <= bytes) text += character;
  }
  return text + 'x'.repeat(bytes - Buffer.byteLength(text));
}

/** The headers that address an event to every registration of a user. */
export function userForm({ profile, domain }: Pick<World, 'profile' | 'domain'>, user: string): readonly Header[] {
  return [
    ['profile', profile],
    ['user', user],
    ['host', domain],
  ];
}
