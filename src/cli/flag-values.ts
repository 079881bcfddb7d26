import type { Amount } from '../run/stop-rule.js';
import { usageError } from './failure.js';

/** For `--retry-for`. */
export const DEFAULT_RETRY = '60s';

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** An age may be days; nobody waits for that long. */
const SPAN_UNITS = { ...UNITS, d: 86_400_000 };

/** Node's timers take no more, milliseconds. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * `500ms`, `10s`, `2m`, `1h`; a bare number is seconds. Milliseconds.
 * @throws Failure
 */
export function parseDuration(flag: string, text: string): number {
  const ms = durationOf(text, UNITS);
  if (!(ms > 0 && ms <= LONGEST_TIMER))
    throw usageError(`--${flag} ${text}: not a time`, 'for example 500ms, 10s or 2m');
  return ms;
}

/**
 * The same, where 0 means not at all and an age may be meant: `90d`. Milliseconds.
 * @throws Failure
 */
export function parseSpan(flag: string, text: string): number {
  const ms = durationOf(text, SPAN_UNITS);
  if (!(ms >= 0)) throw usageError(`--${flag} ${text}: not a time`, 'for example 0, 30s, 2m or 90d');
  return ms;
}

/** How long a lost server is tried again, milliseconds. @throws Failure */
export function parseRetry(text = DEFAULT_RETRY): number {
  return parseSpan('retry-for', text);
}

function durationOf(text: string, units: Readonly<Record<string, number>>): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text.trim()) ?? [];
  return Number(number) * (units[unit] ?? Number.NaN);
}

/**
 * `10` phones or `25%` of them.
 * @throws Failure
 */
export function parseAmount(flag: string, text: string, least: number): Amount {
  const [, number, percent] = /^(\d+(?:\.\d+)?)(%)?$/.exec(text.trim()) ?? [];
  const value = Number(number);
  const isWhole = Number.isSafeInteger(value) && value >= least;
  if (percent ? value <= 100 && (value > 0 || least === 0) : isWhole) {
    return percent ? { share: value / 100 } : { count: value };
  }
  throw usageError(`--${flag} ${text}: neither a number of phones nor a share`, 'for example 10 or 25%');
}

/**
 * `--set key=value`, repeated.
 * @throws Failure
 */
export function parsePairs(flag: string, texts: readonly string[] = []): Record<string, string> {
  const pairs = texts.map((text): [string, string] => {
    const equals = text.indexOf('=');
    const key = text.slice(0, Math.max(equals, 0)).trim();
    if (key === '') throw usageError(`--${flag} ${text}: not key=value`);
    return [key, text.slice(equals + 1)];
  });
  return Object.fromEntries(pairs);
}

/**
 * Orders a second; 0 is no limit.
 * @throws Failure
 */
export function parseRate(text: string): number {
  const rate = Number(/^(\d+(?:\.\d+)?)(?:\/s)?$/.exec(text.trim())?.[1]);
  if (!Number.isFinite(rate)) {
    throw usageError(`--rate ${text}: not a rate`, 'orders a second, for example 20 or 0.5; 0 for no limit');
  }
  return rate;
}

/**
 * `5%` or `0.05`; nothing is 0. From 0 to 1.
 * @throws Failure
 */
export function parseShare(flag: string, text = '0'): number {
  const [, number, percent] = /^(\d+(?:\.\d+)?)(%)?$/.exec(text.trim()) ?? [];
  const share = Number(number) / (percent ? 100 : 1);
  if (!(share >= 0 && share <= 1)) throw usageError(`--${flag} ${text}: not a share`, 'for example 5% or 0.05');
  return share;
}
