import { expect, it } from 'vitest';
import { parseLine } from '../../../src/cli/esl/console/intent.js';
import { Wishes } from '../../../src/cli/esl/console/wishes.js';

/** The wishes of these lines. */
function of(...lines: string[]): Wishes {
  const wishes = new Wishes();
  for (const line of lines) {
    const intent = parseLine(line);
    if (intent.kind === 'wish') wishes.add(intent.wish);
  }
  return wishes;
}

it('a new connection is asked for what the one before had, filters first', () => {
  const wishes = of('/event json DTMF', '/filter X 1', '/log info', '/nixevent DTMF', '/filter Y 2', '/log err');
  expect(wishes.all.map(({ kind }) => kind)).toEqual(['filter', 'filter', 'event', 'nixevent', 'log']);
  expect(wishes.all.at(-1)).toEqual({ kind: 'log', level: 'err' });
});

it('but not for what was taken back', () => {
  expect(of('/event ALL', '/log', '/noevents', '/nolog').all).toEqual([]);
  const filters = ['/filter X 1', '/filter x 2', '/filter Y 3'];
  const left = (line: string) => of(...filters, line).all.map((wish) => (wish.kind === 'filter' ? wish.value : wish));
  expect(left('/filter delete X')).toEqual(['3']);
  expect(left('/filter delete X 1')).toEqual(['2', '3']);
  expect(left('/filter delete all')).toEqual([]);
});

it('knows which events are wanted', () => {
  expect(of().wants('BACKGROUND_JOB')).toBe(false);
  expect(of('/event DTMF').wants('BACKGROUND_JOB')).toBe(false);
  expect(of('/event').wants('BACKGROUND_JOB')).toBe(true);
  expect(of('/event', '/nixevent BACKGROUND_JOB').wants('BACKGROUND_JOB')).toBe(false);
  expect(of('/event', '/noevents').wants('BACKGROUND_JOB')).toBe(false);
  expect(of('/event BACKGROUND_JOB').wants('BACKGROUND_JOB')).toBe(true);
});
