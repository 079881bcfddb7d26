import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Repeats } from '../../src/cli/repeats.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function repeats(): { readonly said: string[]; readonly all: Repeats<string> } {
  const said: string[] = [];
  return { said, all: new Repeats({ say: (item) => said.push(item), merge: (one, next) => `${one}+${next}` }) };
}

it('says the first ones as they come, and then one sum a minute', () => {
  const { said, all } = repeats();
  for (const item of ['a', 'b', 'c', 'd', 'e']) all.tell(item);
  expect(said).toEqual(['a', 'b', 'c']);
  vi.advanceTimersByTime(60_000);
  expect(said).toEqual(['a', 'b', 'c', 'd+e']);
  all.tell('f');
  expect(said).toHaveLength(4);
  vi.advanceTimersByTime(60_000);
  expect(said).toEqual(['a', 'b', 'c', 'd+e', 'f']);
});

it('says them one by one again after a quiet minute', () => {
  const { said, all } = repeats();
  for (const item of ['a', 'b', 'c']) all.tell(item);
  vi.advanceTimersByTime(60_000);
  all.tell('d');
  expect(said).toEqual(['a', 'b', 'c', 'd']);
});

it('says at the end what is left', () => {
  const { said, all } = repeats();
  for (const item of ['a', 'b', 'c', 'd']) all.tell(item);
  all.end();
  all.end();
  expect(said).toEqual(['a', 'b', 'c', 'd']);
});
