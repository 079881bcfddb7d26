import { expect, it } from 'vitest';
import { Limiter } from '../../../src/run/codes/limiter.js';

it('takes so many calls of each caller in a time, however often more are tried', () => {
  let now = 0;
  const limiter = new Limiter({ calls: 2, perMs: 60_000 }, () => now);
  const tries = (caller: string, count: number) => Array.from({ length: count }, () => limiter.admits(caller));
  expect(tries('1000', 4)).toEqual([true, true, false, false]);
  expect(tries('1001', 3)).toEqual([true, true, false]);
  now = 59_999;
  expect(tries('1000', 2)).toEqual([false, false]);
  now = 60_000;
  expect(tries('1000', 3)).toEqual([true, true, false]);
});

it('does not forget who has called while many others call', () => {
  let now = 0;
  const limiter = new Limiter({ calls: 1, perMs: 1000 }, () => now);
  expect(limiter.admits('1000')).toBe(true);
  for (let other = 0; other < 5000; other++) limiter.admits(`other ${other}`);
  expect(limiter.admits('1000')).toBe(false);
  now = 1000;
  for (let other = 0; other < 5000; other++) limiter.admits(`other ${other}`);
  expect(limiter.admits('1000')).toBe(true);
});
