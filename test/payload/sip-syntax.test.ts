import { describe, expect, it } from 'vitest';
import { checkPayload } from '../../src/payload/check.js';
import type { Payload } from '../../src/payload/payload.js';

/** What a FreeSWITCH 1.10.12 was sent, and whether the phone got it; it answered +OK to all of them. */
const EVENT_STRINGS: readonly (readonly [value: string, arrived: boolean])[] = [
  ['resync;profile=http://x/a.xml', true],
  ['resync;profile=http://x/?mac=1', false],
  ['resync;profile="http://x/?mac=1"', true],
  ['a;b=c=d', false],
  ['a;x=1&2', false],
  ['a;b c', false],
  ['a;b=', false],
  ['a;b=x,y', false],
  ['a;b=(x)', false],
  ['a;b={x}', false],
  ['a;b=x|y', false],
  ['a;b=x^y', false],
  ['a;b=é', false],
  ['é', false],
  ['<x>', false],
  ['(x)', false],
  ['"x"', false],
  ['resync;profile=http://h/$MA.xml', true],
  ['a,b', true],
  ['a@b', true],
  ['a/b', true],
  ['a"b', true],
  ['a#b', true],
  ['a?b', true],
  ['a=b', true],
  ['a(b)', true],
  ['x:y', true],
  ['check-sync; reboot=true', true],
  ['check-sync;reboot=true;x', true],
  ['a;p=http://[::1]:80/x', true],
  ["a;b='x'", true],
  ['a;b=x~y*z!$%+-._`', true],
];

const CONTENT_TYPES: readonly (readonly [value: string, arrived: boolean])[] = [
  ['text/plain', true],
  ['text', false],
  ['text/', false],
  ['/plain', false],
  ['text/plain;charset=utf-8', true],
  ['text/plain; charset="utf-8"', true],
  ['tex t/plain', false],
  ['text/pl ain', false],
  ['a/b;c', true],
  ['a/b/c', false],
  ['é/x', false],
  ['text/plain;x=a=b', false],
  ['text/plain, x', false],
];

const TO_URIS: readonly (readonly [value: string, arrived: boolean])[] = [
  ['sip:1002@127.0.0.1:7000', true],
  ['SIP:1002@127.0.0.1:7000;transport=udp', true],
  ['sip:127.0.0.1:7000', true],
  ["sip:o'b@127.0.0.1:7000", true],
  ['sip:é@127.0.0.1:7000', true],
  ['1002@127.0.0.1:7000', false],
  ['sip:a@b@127.0.0.1:7000', false],
  ['sip:1002@127.0.0.1:7000?x=y', false],
  ['<sip:1002@127.0.0.1:7000>', false],
  ['sip:10 02@127.0.0.1:7000', false],
  ['sip:a,b@127.0.0.1:7000', false],
];

const FROM_URIS: readonly (readonly [value: string, arrived: boolean])[] = [
  ['sip:1@127.0.0.1', true],
  ['sip:phones.test', true],
  ['"x" <sip:1@127.0.0.1>', true],
  ['<sip:1@127.0.0.1>', true],
  ['1@127.0.0.1', true],
  ['sip:', false],
  ['<sip:a@b', false],
  ['sip:10 02@127.0.0.1', false],
  ['sip:a,b@127.0.0.1', false],
];

function notify(headers: Record<string, string>): Payload {
  const all = { profile: 'internal', 'content-type': 'text/plain', 'event-string': 'x', ...headers };
  return { event: 'NOTIFY', headers: Object.entries(all), body: '' };
}

describe('what sofia-sip can put into a request', () => {
  it.each(EVENT_STRINGS)('event-string %s: %s', (value, arrived) => {
    const payload = notify({ user: '1000', host: 'phones.test', 'event-string': value });
    expect(checkPayload(payload).length === 0).toBe(arrived);
  });

  it('refuses an event string of which only the first word would arrive', () => {
    const payload = notify({ user: '1000', host: 'phones.test', 'event-string': 'check-sync now' });
    expect(checkPayload(payload)[0]).toContain('event-string');
  });

  it.each(CONTENT_TYPES)('content-type %s: %s', (value, arrived) => {
    const payload = notify({ user: '1000', host: 'phones.test', 'content-type': value });
    expect(checkPayload(payload).length === 0).toBe(arrived);
  });

  it.each(FROM_URIS)('from-uri %s: %s', (value, arrived) => {
    const payload = notify({ 'to-uri': 'sip:1002@127.0.0.1:7000', 'from-uri': value });
    expect(checkPayload(payload).length === 0).toBe(arrived);
  });

  it.each(TO_URIS)('to-uri %s: %s', (value, arrived) => {
    const payload = notify({ 'to-uri': value, 'from-uri': 'sip:1@127.0.0.1' });
    expect(checkPayload(payload).length === 0).toBe(arrived);
  });
});
