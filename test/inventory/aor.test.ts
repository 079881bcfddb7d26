import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { formatAor, hostProblem, isAor, parseAor, userProblem } from '../../src/inventory/aor.js';

vi.setConfig({ testTimeout: 60_000 });

describe('parseAor', () => {
  it.each([
    ['1000@example.com', '1000', 'example.com'],
    ['sip:1000@example.com', '1000', 'example.com'],
    ['SIPS:1000@Example.COM', '1000', 'Example.COM'],
    ['1000@10.0.0.7', '1000', '10.0.0.7'],
    ['1000@[2001:db8::1]', '1000', '[2001:db8::1]'],
    ['1000@my_tenant', '1000', 'my_tenant'],
    ['1000@4711.pbx.example.com', '1000', '4711.pbx.example.com'],
    ["a.b-c_d!e~f*g'(h)&i=+$,;?/@x", "a.b-c_d!e~f*g'(h)&i=+$,;?/", 'x'],
    ['jörg@büro.example', 'jörg', 'büro.example'],
    ['%231000@example.com', '%231000', 'example.com'],
    ['+49301000@example.com', '+49301000', 'example.com'],
  ])('reads %s', (text, user, host) => {
    expect(parseAor(text)).toEqual({ user, host });
  });

  it.each([
    ['', 'is empty', 'write user@domain'],
    ['sip:', 'is empty', 'write user@domain'],
    ['1000', 'has no domain', 'write user@domain'],
    ['@example.com', 'the user is empty', undefined],
    ['1000@', 'the domain is empty', undefined],
    ['1000@a@b', 'holds more than one @', 'write user@domain'],
    ['10 00@example.com', 'the user holds a blank', 'remove it'],
    ['1000@exam\u00a0ple.com', 'the domain holds a blank', 'remove it'],
    ['1000\n@example.com', 'the user holds a control character', 'remove it'],
    ['1000@example.com\r', 'the domain holds a control character', 'remove it'],
    ['1000\u0085@example.com', 'the user holds a control character', 'remove it'],
    ['10\ud83d00@example.com', 'the user holds half of a surrogate pair, which is no character', undefined],
    ['1000@x\udc00', 'the domain holds half of a surrogate pair, which is no character', undefined],
    ['<sip:1000@example.com>', 'is written as in a SIP header, not as user@domain', 'write 1000@example.com'],
    ['"Ann" <sip:1000@x>', 'is written as in a SIP header, not as user@domain', 'write 1000@x'],
    ['1000@"x"', 'is written as in a SIP header, not as user@domain', 'leave < > and quotes out'],
    ['1000@example.com:5060', 'the domain has a port', expect.stringContaining('write example.com')],
    ['1000@[::1]:5060', 'the domain has a port', expect.stringContaining('write [::1]')],
    ['1000@example.com;transport=tcp', 'the domain has parameters of a SIP URI', 'write example.com'],
    ['1000@2001:db8::1', 'the domain is an IPv6 address without brackets', 'write [2001:db8::1]'],
    ['1000@[2001:db8::1', 'the domain is not one IPv6 address in brackets', undefined],
    ['1000@[10.0.0.1]', 'the domain is not a possible IPv6 address', undefined],
    ['1000@[fe80::1%eth0]', 'the domain has the name of a network interface in it', expect.anything()],
    ['1000@10.0.0.256', 'the domain is not a possible IPv4 address', undefined],
    ['1000@example.com.', 'the domain ends with a dot', 'write example.com'],
    ['1000@example..com', 'the domain has two dots in a row, or begins with one', undefined],
    ['1000@exa/mple', 'the domain holds "/", which a domain can\'t', undefined],
    ['10:00@x', 'the user holds ":", which the user of an AOR can\'t', expect.stringContaining('write %3A')],
    ['#1000@x', 'the user holds "#", which the user of an AOR can\'t', expect.stringContaining('write %23')],
    ['50%@x', 'the user holds "%", which the user of an AOR can\'t', expect.stringContaining('write %25')],
    [`${'1'.repeat(257)}@x`, 'the user is 257 characters long; a user has 256 at most', undefined],
    [`1@${'x'.repeat(257)}`, 'the domain is 257 characters long; a domain has 256 at most', undefined],
  ])('refuses %j', (text, problem, hint) => {
    const found = parseAor(text);
    expect(found).toEqual(hint === undefined ? { problem } : { problem, hint });
  });

  it('takes parts of exactly the greatest length', () => {
    expect(isAor(parseAor(`${'1'.repeat(256)}@${'x'.repeat(256)}`))).toBe(true);
  });

  it('gives back what it formats, and nothing that could end a header', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const found = parseAor(text);
        if (!isAor(found)) return;
        expect(userProblem(found.user)).toBeUndefined();
        expect(hostProblem(found.host)).toBeUndefined();
        expect(formatAor(found)).not.toMatch(/[\s\p{Cc}<>"]/u);
        expect(parseAor(formatAor(found))).toEqual(found);
      }),
    );
  });

  it.each(['<', '@', '.', '%', ' ', 'sip:', ':1', '[', '\u00e9'])('is done with half a million %j', (piece) => {
    expect(isAor(parseAor(`1@${piece.repeat(500_000)}`))).toBe(false);
    expect(isAor(parseAor(`${piece.repeat(500_000)}@x`))).toBe(false);
  });
});
