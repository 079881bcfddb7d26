import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance } from '../../src/vendor/edit-distance.js';

describe('editDistance', () => {
  it.each([
    ['', '', 0],
    ['', 'abc', 3],
    ['snom', 'snom', 0],
    ['snom', 'snmo', 1],
    ['yelink', 'yealink', 1],
    ['cisko', 'cisco', 1],
    ['kitten', 'sitting', 3],
  ])('from "%s" to "%s" is %i', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
  });

  it('is the same both ways and at most the longer length', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (from, to) => {
        expect(editDistance(from, to)).toBe(editDistance(to, from));
        expect(editDistance(from, to)).toBeLessThanOrEqual(Math.max(from.length, to.length));
      }),
    );
  });
});
