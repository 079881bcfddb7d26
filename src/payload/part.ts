import { TemplateError } from './errors.js';
import { HELPER_NAMES } from './helpers.js';
import type { Partials } from './partials.js';

/** What a template can name: the columns of a row, the values of flags. Own properties only, all text. */
export type Values = Readonly<Record<string, string>>;

/** Where a value or a body stands. */
export interface Ground {
  /** Where it begins in its file, counted from 1. */
  readonly line: number;
  /** @default 1 */
  readonly column?: number;
  /** Whether it has to stay on one line, as a header does. */
  readonly isOneLine?: boolean;
  /** Without them it can use none. */
  readonly partials?: Partials | undefined;
}

/** One compiled value or body. */
export interface Part {
  /** The names that it reads, to say which column a problem came from. */
  readonly names: readonly string[];
  /**
   * @param began when the run began, for `now`
   * @throws TemplateError for a name without a value
   */
  render(values: Values, began?: Date): string;
}

/** `{{name}}` and `{{default name "text"}}`, which are most of what templates hold. */
const PLAIN = /\{\{\s*(?:([A-Za-z_]\w*)|default\s+([A-Za-z_]\w*)\s+"([^"\\{}]*)")\s*\}\}/g;
const NOT_NAMES = new Set(['else', 'this', 'true', 'false', 'null', 'undefined']);
/** What next to them means something to Handlebars. */
const SYNTAX = /\{\{|\}\}|\\$|\{$|^\}/;

interface Slot {
  readonly name: string;
  /** What stands for a value that is missing or empty; undefined if there has to be one. */
  readonly fallback: string | undefined;
  /** Where it stands in the file. */
  readonly line: number;
  /** The text from here to the next slot. */
  readonly after: string;
}

/**
 * Text that needs no Handlebars, which takes ten times as long to load and to render. Undefined if there is more in it
 * than plain names and defaults.
 */
export function plainPart(template: string, source: string, { line }: Ground): Part | undefined {
  const found = [...source.matchAll(PLAIN)];
  const starts = found.map(({ index, 0: { length } }) => index + length);
  const texts = [0, ...starts].map((start, slot) => source.slice(start, found[slot]?.index));
  if (texts.some((text) => SYNTAX.test(text))) return undefined;
  const slots = found.map(([, bare, named = '', fallback], index): Slot => {
    const at = line + source.slice(0, starts[index]).split('\n').length - 1;
    return {
      name: bare ?? named,
      fallback: bare === undefined ? fallback : undefined,
      line: at,
      after: texts[index + 1] ?? '',
    };
  });
  if (slots.some(({ name }) => HELPER_NAMES.has(name) || NOT_NAMES.has(name))) return undefined;
  const begin = texts[0] ?? '';
  return {
    names: [...new Set(slots.map(({ name }) => name))],
    render(values) {
      let rendered = begin;
      for (const { name, fallback, line: at, after } of slots) {
        const value = Object.hasOwn(values, name) ? values[name] : undefined;
        const text = value || (fallback ?? value);
        if (text === undefined) throw missingName(template, at, name, values);
        rendered += text + after;
      }
      return rendered;
    },
  };
}

/** The error for a name that no column and no flag gives. */
export function missingName(
  template: string,
  line: number,
  name: string,
  values: Values,
  partial?: string,
): TemplateError {
  const known = Object.keys(values).sort().join(', ');
  return new TemplateError(template, line, `there is no column or value "${name}"`, `there are: ${known}`, partial);
}
