import { escapeXml } from './escape-xml.js';
import { formatFault, formatMoment, zoneFault } from './moment.js';

/** What Handlebars gives a helper beside its values. */
export interface HelperOptions {
  readonly fn?: (context: unknown) => string;
  readonly hash: Readonly<Record<string, unknown>>;
  /** What a render was given: `began`, for one. */
  readonly data?: { readonly began?: Date };
}

/**
 * One helper. `values` are those of the call, `context` what `this` is there.
 * @throws Error with what is wrong, for one row or for all
 */
export type HelperFunction = (values: readonly unknown[], options: HelperOptions, context: unknown) => string | boolean;

/** A phone shows some hundred; more can only be a mistake, or harm, characters. */
const MAX_WIDTH = 1000;
/** What `replace` may come to; a payload has a tenth of it, characters. */
const MAX_TEXT = 1024 * 1024;

/** The implementations, to be registered with an isolated Handlebars. */
export const HELPER_FUNCTIONS: Readonly<Record<string, HelperFunction>> = {
  default: ([value, fallback]) => text(value) || text(fallback),
  xml: ([value]) => escapeXml(text(value)),
  json: ([value]) => JSON.stringify(text(value)),
  crlf: (_values, { fn }, context) => (fn ? fn(context).replace(/\r?\n/g, '\r\n') : ''),
  upper: ([value]) => text(value).toUpperCase(),
  lower: ([value]) => text(value).toLowerCase(),
  trim: ([value]) => text(value).trim(),
  replace: ([value, from, to]) => replaceAll(text(value), text(from), text(to)),
  truncate: ([value, width, ending]) => truncate(text(value), widthOf(width), text(ending)),
  padleft: ([value, width, filler]) => {
    const whole = text(value);
    return padding(whole, widthOf(width), filler) + whole;
  },
  padright: ([value, width, filler]) => {
    const whole = text(value);
    return whole + padding(whole, widthOf(width), filler);
  },
  eq: ([one, other]) => text(one) === text(other),
  now: ([format], { hash, data }) => {
    if (!data?.began) throw new Error('there is no run whose beginning could be told');
    return formatMoment(data.began, text(format), hash.zone === undefined ? undefined : text(hash.zone));
  },
};

/**
 * What is wrong with a call as far as it is written out: `undefined` stands for a value that rows give.
 * The calls of a template are held against this before the first row.
 */
export function literalFault(
  helper: string,
  values: readonly (string | number | undefined)[],
  named: Readonly<Record<string, string | number | undefined>>,
): string | undefined {
  switch (helper) {
    case 'truncate':
      return values[1] === undefined ? undefined : widthFault(values[1]);
    case 'padleft':
    case 'padright':
      return (
        (values[1] === undefined ? undefined : widthFault(values[1])) ??
        (values[2] === undefined ? undefined : fillerFault(String(values[2])))
      );
    case 'replace':
      return values[1] === '' ? 'there is nothing to replace' : undefined;
    case 'now':
      return (
        (values[0] === undefined ? undefined : formatFault(String(values[0]))) ??
        (named.zone === undefined ? undefined : zoneFault(String(named.zone)))
      );
    default:
      return undefined;
  }
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function widthFault(width: unknown): string | undefined {
  const number = /^\s*\d+\s*$/.test(text(width)) ? Number(text(width)) : Number.NaN;
  if (number <= MAX_WIDTH) return undefined;
  return `${JSON.stringify(text(width).slice(0, 60))} is no number of characters from 0 to ${MAX_WIDTH}`;
}

function widthOf(width: unknown): number {
  const fault = widthFault(width);
  if (fault !== undefined) throw new Error(fault);
  return Number(text(width));
}

function fillerFault(filler: string): string | undefined {
  if (count(filler, 2) === 1) return undefined;
  return `it is filled up with one character, not ${JSON.stringify(filler.slice(0, 60))}`;
}

function padding(whole: string, width: number, filler: unknown): string {
  const character = filler === undefined ? ' ' : text(filler);
  const fault = fillerFault(character);
  if (fault !== undefined) throw new Error(fault);
  return character.repeat(width - count(whole, width));
}

function replaceAll(whole: string, from: string, to: string): string {
  if (from === '') throw new Error('there is nothing to replace');
  const pieces = whole.split(from);
  // Told before it is made: a text of a megabyte, each letter replaced by another one, would be a terabyte.
  const length = whole.length + (pieces.length - 1) * (to.length - from.length);
  if (length > MAX_TEXT) throw new Error(`it would be ${length} characters long, and the most is ${MAX_TEXT}`);
  return pieces.join(to);
}

function truncate(whole: string, width: number, ending: string): string {
  if (whole.length <= width || count(whole, width + 1) <= width) return whole;
  return `${first(whole, width - count(ending, width))}${first(ending, width)}`;
}

/** What a person takes for one character may be several code points: an accent of its own, a flag, a family. */
const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** Where each unit is one character; CR LF is one of two. */
const SIMPLE = /^[\x20-\x7e]*$/;

/** How many characters there are; counted as far as `most`. */
function count(whole: string, most: number): number {
  return Math.min(most, SIMPLE.test(whole) ? whole.length : segmentEnds(whole, most).length);
}

/** The first characters. */
function first(whole: string, width: number): string {
  if (SIMPLE.test(whole)) return whole.slice(0, width);
  return whole.slice(0, segmentEnds(whole, width).at(-1) ?? 0);
}

/** Where each of the first characters ends. */
function segmentEnds(whole: string, most: number): number[] {
  const ends: number[] = [];
  if (most === 0) return ends;
  for (const { index, segment } of segmenter.segment(whole)) {
    ends.push(index + segment.length);
    if (ends.length === most) break;
  }
  return ends;
}
