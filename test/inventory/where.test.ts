import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlob } from '../../src/inventory/glob.js';
import { bindWhere, matches, parseWhere, WhereError } from '../../src/inventory/where.js';

function holds(expression: string, columns: Record<string, string>): boolean {
  return matches([bindWhere(parseWhere(expression), Object.keys(columns))], columns);
}

function problem(expression: string, columns: string[] = ['user', 'floor']): string {
  try {
    bindWhere(parseWhere(expression), columns);
  } catch (error) {
    if (error instanceof WhereError) return `${error.message} | ${error.hint}`;
    throw error;
  }
  throw new Error('it did not fail');
}

describe('globs', () => {
  it.each([
    ['abc', 'ABC', true],
    ['abc', 'abcd', false],
    ['', '', true],
    ['', 'x', false],
    ['*', '', true],
    ['10*', '1000', true],
    ['*00', '1000', true],
    ['1*0*0', '1000', true],
    ['1?00', '1200', true],
    ['1?00', '100', false],
    ['?', '👍', true],
    ['??', '👍', false],
    ['*👍', 'a👍', true],
    ['a.c', 'abc', false],
    ['*ab', 'aab', true],
    ['\\*97', '*97', true],
    ['\\*97', '197', false],
    ['a\\b', 'a\\b', true],
    ['a\\\\b', 'a\\b', true],
    ['[a]', '[a]', true],
    ['ß*', 'ßx', true],
    ['JÖRG', 'jörg', true],
  ])('%s on %s is %s', (pattern, text, expected) => {
    expect(compileGlob(pattern)(text)).toBe(expected);
  });

  it('agrees with a regular expression', () => {
    const alphabet = fc.constantFrom('a', 'b', '*', '?');
    fc.assert(
      fc.property(fc.array(alphabet), fc.array(fc.constantFrom('a', 'b', 'c', '\n')), (pieces, letters) => {
        const regex = new RegExp(`^${pieces.join('').replace(/\*/g, '[^]*').replace(/\?/g, '[^]')}$`);
        expect(compileGlob(pieces.join(''))(letters.join(''))).toBe(regex.test(letters.join('')));
      }),
    );
  });

  it('does not backtrack without end', () => {
    expect(compileGlob('*a*a*a*a*b')('a'.repeat(100_000))).toBe(false);
    expect(compileGlob(`*${'a'.repeat(50)}*b`)('a'.repeat(100_000))).toBe(false);
  });
});

describe('where', () => {
  it.each([
    ['mac=00:15:65:AA:BB:CC', true],
    ['mac=0015.65aa.bbcc', true],
    ['mac=00-15-65-*', true],
    ['mac=0015.65??.*', true],
    ['mac!=00:15:65:aa:bb:cc', false],
    ['mac=00:15:65:aa:bb:cd', false],
    ['mac=hello-world', false],
    ['mac~^001565', true],
  ])('a MAC address is found in any notation: %s', (expression, expected) => {
    expect(holds(expression, { mac: '001565aabbcc' })).toBe(expected);
    expect(bindWhere(parseWhere(expression.replace('mac', 'MAC-Address')), ['mac']).test('001565aabbcc')).toBe(
      expected,
    );
  });

  it('empty values of mac are found by an empty glob', () => {
    expect([holds('mac=', { mac: '' }), holds('mac=', { mac: '001565aabbcc' })]).toEqual([true, false]);
  });

  const columns = { user: '1000', domain: 'example.com', floor: '3', note: 'a=b ~ c', constructor: 'x' };

  it.each([
    ['user=10*', true],
    ['extension=10*', true],
    ['user!=10*', false],
    ['USER ~ ^10', true],
    ['user!~^10', false],
    ['floor=3', true],
    [' Floor = 3 ', true],
    ['domain=*.COM', true],
    ['vendor=', true],
    ['vendor!=', false],
    ['vendor!=snom', true],
    ['note=a=b*', true],
    ['note~= ?b', true],
    ['note~^b', false],
    ['constructor=x', true],
    ['model=function*', false],
  ])('%s is %s', (expression, expected) => {
    expect(holds(expression, columns)).toBe(expected);
  });

  it('holds only if all hold', () => {
    const both = ['user=10*', 'floor=4'].map((one) => bindWhere(parseWhere(one), ['user', 'floor']));
    expect(matches(both, { user: '1000', floor: '4' })).toBe(true);
    expect(matches(both, { user: '1000', floor: '3' })).toBe(false);
    expect(matches([], {})).toBe(true);
  });

  it.each([
    ['floor', '--where floor: compares nothing | write column=glob, column!=glob, column~regex or column!~regex'],
    ['=3', '--where =3: names no column | write column=glob, column!=glob, column~regex or column!~regex'],
    ['floor==3', '--where floor==3: has two = | write floor=3'],
    ['floor=~3', '--where floor=~3: has = and ~ | write floor~3'],
    ['floor~', expect.stringContaining('write floor= for empty values')],
    ['floor~(', expect.stringMatching(/is no regular expression: .* \| for \* and \? write = instead of ~/)],
    ['flor=3', '--where flor=3: there is no column "flor" | did you mean floor?'],
    ['vender=snom', '--where vender=snom: there is no column "vender" | did you mean vendor?'],
    ['building=3', expect.stringContaining('there is no column "building" | columns are user, floor, aor, domain')],
  ])('refuses %s', (expression, message) => {
    expect(problem(expression)).toEqual(message);
  });
});

describe('what is recognised of a phone', () => {
  const columns = { vendor: 'Linksys', model: '' };
  const recognised = { vendor: 'cisco-spa', model: 'SPA504G' };
  it.each([
    ['vendor=linksys', true],
    ['vendor=cisco-spa', true],
    ['vendor=snom', false],
    ['vendor!=linksys', false],
    ['vendor!=cisco-spa', false],
    ['vendor!=snom', true],
    ['vendor!~^cisco', false],
    ['model=SPA*', true],
    ['model!=SPA504G', false],
  ])('counts for %s', (expression, isMeant) => {
    const conditions = [bindWhere(parseWhere(expression), ['vendor', 'model'])];
    expect(matches(conditions, columns, recognised)).toBe(isMeant);
  });
});
