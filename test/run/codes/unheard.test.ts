import { expect, it } from 'vitest';
import { Unheard } from '../../../src/run/codes/unheard.js';

it('notes sixty refusals a minute, and how many there were besides', () => {
  let now = 0;
  const unheard = new Unheard(() => now);
  const noted = Array.from({ length: 75 }, () => unheard.count('why'));
  expect(noted.filter((reason) => reason === 'why')).toHaveLength(60);
  expect(unheard.leftOut).toBe(15);
  now = 60_000;
  expect(unheard.count('why')).toBe('why; before it 15 more calls were refused without a word');
  expect(unheard.count('why')).toBe('why');
  expect(unheard.leftOut).toBe(0);
});
