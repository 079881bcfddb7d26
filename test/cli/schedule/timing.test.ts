import { describe, expect, it } from 'vitest';
import { Failure } from '../../../src/cli/failure.js';
import { formatDue } from '../../../src/cli/schedule/format.js';
import { parseGrace } from '../../../src/cli/schedule/grace.js';
import { parseTiming } from '../../../src/cli/schedule/timing.js';

function problemOf(cron: string, tz = 'UTC'): string {
  try {
    parseTiming(cron, tz);
  } catch (error) {
    expect(error).toBeInstanceOf(Failure);
    return (error as Failure).message;
  }
  return 'none';
}

describe('the times of a schedule', () => {
  it('are those of a crontab, with seconds or not, or a word', () => {
    const fine = [
      '0 3 * * 0',
      ' 0  3 * * 7 ',
      '*/5 8-18 * * mon-fri',
      '0 0 3 1,15 * *',
      '@daily',
      '0 3 L * *',
      '0 0 * * THU',
    ];
    expect(fine.map((cron) => problemOf(cron))).toEqual(fine.map(() => 'none'));
    expect(parseTiming(' 0  3 * * 0 ', 'Europe/Berlin')).toEqual({ cron: '0 3 * * 0', tz: 'Europe/Berlin' });
    expect(parseTiming('@daily').tz).toBe(Intl.DateTimeFormat().resolvedOptions().timeZone);
  });

  it.each([
    ['', 'it has 0 fields, not 5 or 6'],
    ['5', 'it has 1 field, not 5 or 6'],
    ['* * * * * * *', 'it has 7 fields, not 5 or 6'],
    ['61 * * * *', '61 is not within 0-59'],
    ['0 3 * * 8', '8 is not within 0-7'],
    ['0 3 * * foo', '"foo" is neither a number nor a month or a day of the week'],
    ['0 0 30 2 *', 'no month that it names has such a day'],
    ['*/0 * * * *', 'each 0th is none'],
    ['@never', 'there is no such word'],
    ['H 3 * * *', 'H is of other programs'],
  ])('are refused in words: %j', (cron, problem) => {
    expect(problemOf(cron)).toBe(`--cron "${cron}": ${problem}`);
  });

  it('are in a time zone that there is', () => {
    expect(problemOf('@daily', 'Mars/Base')).toBe('--tz Mars/Base: there is no such time zone');
    expect(() => parseGrace('0')).toThrow('--grace 0: nobody is that quick');
    expect([parseGrace('1s'), parseGrace('2h')]).toEqual([1000, 7_200_000]);
  });

  it('are shown as its clocks show them', () => {
    const due = Date.parse('2026-11-29T02:00:00Z');
    expect(formatDue({ tz: 'Europe/Berlin' }, due)).toBe('Sun 2026-11-29 03:00:00 GMT+1 (Europe/Berlin)');
    expect(formatDue({ tz: 'UTC' }, due)).toBe('Sun 2026-11-29 02:00:00 UTC');
  });
});
