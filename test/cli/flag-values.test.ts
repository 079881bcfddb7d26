import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/cli/exit-codes.js';
import { Failure } from '../../src/cli/failure.js';
import { parseDuration, parsePairs, parseRate, parseShare } from '../../src/cli/flag-values.js';

function failure(act: () => unknown): Failure {
  try {
    act();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('a time', () => {
  it.each([
    ['500ms', 500],
    ['10s', 10_000],
    ['10', 10_000],
    ['0.5s', 500],
    ['2m', 120_000],
    ['1h', 3_600_000],
    [' 3s ', 3000],
  ])('%j', (text, ms) => {
    expect(parseDuration('timeout', text)).toBe(ms);
  });

  it.each(['', '0', '-1s', 's', '1d', '1 s', '1e3', 'soon', '1000h', '0x10', '1,5s'])('not %j', (text) => {
    const { message, hint, exitCode } = failure(() => parseDuration('timeout', text));
    expect({ message, exitCode }).toEqual({ message: `--timeout ${text}: not a time`, exitCode: EXIT.usage });
    expect(hint).toContain('500ms');
  });
});

describe('a rate', () => {
  it.each([
    ['0', 0],
    ['20', 20],
    ['0.5', 0.5],
    ['20/s', 20],
  ])('%j', (text, rate) => {
    expect(parseRate(text)).toBe(rate);
  });

  it.each(['', ' ', '/s', '-1', 'fast', 'Infinity', 'NaN', '1/m', '1,5'])('not %j', (text) => {
    expect(failure(() => parseRate(text)).message).toBe(`--rate ${text}: not a rate`);
  });
});

describe('a share', () => {
  it.each([
    ['5%', 0.05],
    ['0.05', 0.05],
    ['100%', 1],
    ['0', 0],
    [undefined, 0],
  ])('%j', (text, share) => {
    expect(parseShare('offline', text)).toBe(share);
  });

  it.each(['101%', '-1%', '2', 'x', '5%%'])('not %j', (text) => {
    expect(failure(() => parseShare('offline', text)).message).toBe(`--offline ${text}: not a share`);
  });

  it.each(['', '%', ' '])('not nothing: %j', (text) => {
    expect(failure(() => parseShare('offline', text)).exitCode).toBe(EXIT.usage);
  });
});

describe('key=value', () => {
  it('keeps all of the value, and only trims the key', () => {
    expect(parsePairs('set', ['a=b', ' c = d=e ', 'f='])).toEqual({ a: 'b', c: ' d=e ', f: '' });
    expect(parsePairs('set')).toEqual({});
  });

  it('lets the last one count', () => {
    expect(parsePairs('set', ['a=1', 'a=2'])).toEqual({ a: '2' });
  });

  it('is no way to anything but own values', () => {
    const pairs = parsePairs('set', ['__proto__=x', 'constructor=y']);
    expect(Object.keys(pairs)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(pairs)).toBe(Object.prototype);
  });

  it.each(['a', '=b', '', ' =b'])('is not %j', (text) => {
    expect(failure(() => parsePairs('set', [text])).message).toBe(`--set ${text}: not key=value`);
  });
});
