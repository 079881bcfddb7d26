import { TemplateError } from './errors.js';

/** What a template can name: the columns of a row, the values of flags. Own properties only, all text. */
export type Values = Readonly<Record<string, string>>;

/** One compiled value or body. */
export interface Part {
  /** The names that it reads, to say which column a problem came from. */
  readonly names: readonly string[];
  /** @throws TemplateError for a name without a value */
  render(values: Values): string;
}

/** A bare `{{name}}`, which is most of what templates hold. */
const BARE_NAME = /\{\{\s*([A-Za-z_]\w*)\s*\}\}/;
const NOT_NAMES = new Set(['else', 'this', 'true', 'false', 'null', 'undefined']);
/** What next to a bare name means something to Handlebars. */
const SYNTAX = /\{\{|\}\}|\\$|\{$|^\}/;

/**
 * Text with bare names only, put together without Handlebars, which takes ten times as long for it. Undefined if there is
 * more in it, or a helper among the names.
 */
export function plainPart(
  template: string,
  source: string,
  line: number,
  helpers: ReadonlySet<string>,
): Part | undefined {
  // Every second piece is a name.
  const pieces = source.split(BARE_NAME);
  const texts = pieces.filter((_, index) => index % 2 === 0);
  const names = pieces.filter((_, index) => index % 2 === 1);
  if (texts.some((text) => SYNTAX.test(text))) return undefined;
  if (names.some((name) => helpers.has(name) || NOT_NAMES.has(name))) return undefined;
  return {
    names: [...new Set(names)],
    render(values) {
      let rendered = texts[0] ?? '';
      for (const [index, name] of names.entries()) {
        const value = Object.hasOwn(values, name) ? values[name] : undefined;
        if (value === undefined)
          throw missingName(template, line + lineBreaks(texts.slice(0, index + 1)), name, values);
        rendered += value + (texts[index + 1] ?? '');
      }
      return rendered;
    },
  };
}

/** The error for a name that no column and no flag gives. */
export function missingName(template: string, line: number, name: string, values: Values): TemplateError {
  const known = Object.keys(values).sort().join(', ');
  return new TemplateError(template, line, `there is no column or value "${name}"`, `there are: ${known}`);
}

function lineBreaks(texts: readonly string[]): number {
  return texts.join('').split('\n').length - 1;
}
