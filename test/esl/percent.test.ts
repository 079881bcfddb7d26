import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { percentDecode } from '../../src/esl/percent.js';

describe('percentDecode', () => {
  it.each([
    ['nothing to decode', 'nothing to decode'],
    ['', ''],
    ['%', '%'],
    ['100%', '100%'],
    ['%4', '%4'],
    ['%zz', '%zz'],
    ['%%41', '%A'],
    ['%4%41', '%4A'],
    ['%41%', 'A%'],
    ['+49 30 123', '+49 30 123'],
    ['%2B49', '+49'],
    ['a%0Ab', 'a\nb'],
    ['a%00b', 'a\0b'],
    ['h%C3%A9l%c3%a9', 'hélé'],
    ['%F0%9F%98%80', '😀'],
    ['%E9', '\ufffd'],
    ['%F0%9F%98', '\ufffd'],
    ['%ED%A0%80', '\ufffd\ufffd\ufffd'],
    ['%u0041', '%u0041'],
    ['é%41😀', 'éA😀'],
  ])('%j is %j', (encoded, decoded) => {
    expect(percentDecode(encoded)).toBe(decoded);
  });

  it('decodes once only', () => {
    expect(percentDecode('%2541')).toBe('%41');
  });

  it('never throws, and leaves alone what holds no percent sign', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const decoded = percentDecode(text);
        if (!text.includes('%')) expect(decoded).toBe(text);
      }),
    );
  });

  it('gives back what was encoded byte by byte', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const encoded = [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');
        expect(percentDecode(encoded)).toBe(text);
      }),
    );
  });

  it('takes a long run', () => {
    expect(percentDecode('%41'.repeat(1_000_000))).toHaveLength(1_000_000);
  });
});
