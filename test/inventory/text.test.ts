import { describe, expect, it } from 'vitest';
import { macProblem, normalizeMac } from '../../src/inventory/mac.js';
import { alternatives, near } from '../../src/inventory/near.js';
import { describeProblem } from '../../src/inventory/row-problem.js';
import { show } from '../../src/inventory/show.js';

describe('show', () => {
  it.each([
    ['plain', 'plain'],
    ['a\nb\rc\0d\te', 'a\\nb\\rc\\0d\\te'],
    ['\u001b[31m', '\\u001B[31m'],
    ['\u0085\u202e\ufeff', '\\u0085\\u202E\\uFEFF'],
    ['\ud800x', '\\uD800x'],
    ['Jörg ☎️ 👩‍👧', 'Jörg ☎️ 👩‍👧'],
    ['x'.repeat(40), 'x'.repeat(40)],
    ['x'.repeat(41), `${'x'.repeat(39)}…`],
    ['👍'.repeat(40), '👍'.repeat(40)],
    ['👍'.repeat(50), `${'👍'.repeat(39)}…`],
  ])('shows %j as %j', (value, shown) => {
    expect(show(value)).toBe(shown);
  });
});

describe('near', () => {
  const columns = ['user', 'domain', 'vendor', 'mac', 'mac_address', 'user_agent'];

  it.each([
    ['usr', ['user']],
    ['Domian', ['domain']],
    ['vender', ['vendor']],
    ['MAC-Adress', ['mac_address']],
    ['useragant', ['user_agent']],
    ['max', ['mac']],
    ['room', []],
    ['', []],
    ['x'.repeat(100_000), []],
  ])('finds what %s may be', (word, expected) => {
    expect(near(word, columns)).toEqual(expected);
  });

  it('gives the nearest first, three at most', () => {
    expect(near('colour', ['colouring', 'color', 'colours', 'coulor', 'colour1'])).toHaveLength(3);
    expect(near('colour', ['color', 'colour'])[0]).toBe('colour');
  });

  it('lists alternatives', () => {
    expect(alternatives(['a'])).toBe('a');
    expect(alternatives(['a', 'b'])).toBe('a or b');
    expect(alternatives(['a', 'b', 'c'])).toBe('a, b or c');
  });
});

describe('MAC addresses', () => {
  it.each([
    '001565aabbcc',
    '00:15:65:AA:BB:CC',
    '00-15-65-aa-bb-cc',
    '0015.65AA.BBCC',
    '0015-65aa-bbcc',
    '001565-aabbcc',
    '00 15 65 aa bb cc',
    '00.15.65.aa.bb.cc',
    '001565AABBCC',
  ])('normalises %s', (text) => {
    expect(normalizeMac(text)).toBe('001565aabbcc');
  });

  it.each([
    ['00:15:65', 'has 6 hexadecimal digits, a MAC address has 12'],
    ['00:15:65:aa:bb:cc:dd', 'has 14 hexadecimal digits, a MAC address has 12'],
    ['00:15-65:aa:bb:cc', 'is not a usual notation of a MAC address'],
    ['0:15:65:aa:bb:cc', 'has 11 hexadecimal digits, a MAC address has 12'],
    ['001565aabbcg', 'is not a MAC address, which has 12 hexadecimal digits'],
    ['4.01E+11', 'is a number as a spreadsheet writes it, the MAC address is lost'],
  ])('refuses %s', (text, problem) => {
    expect(normalizeMac(text)).toBeUndefined();
    expect(macProblem(text)).toBe(problem);
  });
});

describe('describeProblem', () => {
  it('names file, row, column, value, problem and hint, as far as there are any', () => {
    expect(describeProblem('a.csv', { row: 3, column: 'mac', value: '00', problem: 'is short', hint: 'try' })).toBe(
      'a.csv:3: mac "00": is short (try)',
    );
    expect(describeProblem('a.csv', { row: 3, column: 'user', value: '', problem: 'is empty' })).toBe(
      'a.csv:3: user: is empty',
    );
    expect(describeProblem('a\u001b.csv', { row: 3, problem: 'is wrong' })).toBe('a\\u001B.csv:3: is wrong');
  });
});
