import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markFormula, unmarkFormula } from '../../src/inventory/formula.js';
import { readText } from './support.js';

describe('the mark against formulas', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+4930123', "'+4930123"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', "'\r=1"],
    ['＝1', "'＝1"],
    ["'=1", "''=1"],
    ["'quoted'", "'quoted'"],
    ['1000', '1000'],
    ['', ''],
  ])('of %j is %j', (value, cell) => {
    expect(markFormula(value)).toBe(cell);
    expect(unmarkFormula(cell)).toBe(value);
  });

  it('is taken away again whatever the value, and leaves nothing that begins a formula', () => {
    const part = fc.oneof(fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '＝'), fc.string({ maxLength: 3 }));
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 6 }).map((parts) => parts.join('')),
        (value) => {
          const cell = markFormula(value);
          expect(cell).not.toMatch(/^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/);
          expect(unmarkFormula(cell)).toBe(value);
        },
      ),
    );
  });

  it('is no part of a value that is read from a file', async () => {
    const { phones } = await readText(
      "user,domain,user_agent,note\n'+4930123,x.test,'=agent,'-dash\n1000,x.test,,'s\n",
    );
    expect(phones.map(({ aor, columns }) => [aor.user, columns.user_agent, columns.note])).toEqual([
      ['+4930123', '=agent', '-dash'],
      ['1000', '', "'s"],
    ]);
  });
});
