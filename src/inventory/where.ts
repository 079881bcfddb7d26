import { COLUMN_ALIASES, findColumn, nearColumns } from './columns.js';
import { compileGlob } from './glob.js';
import { macGlob } from './mac.js';
import { alternatives } from './near.js';
import { show } from './show.js';

/** A `--where` that can't be understood, or that names a column that there is not. `hint` says what to try. */
export class WhereError extends Error {
  override readonly name = 'WhereError';
  readonly expression: string;
  readonly hint?: string;

  constructor(expression: string, problem: string, hint?: string) {
    super(`--where ${show(expression, 80)}: ${problem}`);
    this.expression = expression;
    if (hint !== undefined) this.hint = hint;
  }
}

export type WhereOperator = '=' | '!=' | '~' | '!~';

/** One condition as it was written; {@link bindWhere} makes it one for the columns of a file. */
export interface Where {
  readonly expression: string;
  /** The column as the user calls it. */
  readonly column: string;
  readonly operator: WhereOperator;
  /** What is compared with: a glob or a regular expression, as `operator` says. */
  readonly value: string;
  /** Whether a value meets it; `!` is considered already. */
  readonly test: (value: string) => boolean;
}

const SYNTAX = 'write column=glob, column!=glob, column~regex or column!~regex';

function compileRegex(expression: string, pattern: string): (value: string) => boolean {
  try {
    const regex = new RegExp(pattern, 'i');
    return (value) => regex.test(value);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^Invalid regular expression: /, '') : '';
    throw new WhereError(
      expression,
      `is no regular expression: ${show(reason, 100)}`,
      'for * and ? write = instead of ~',
    );
  }
}

/**
 * Reads one `--where`: `column=glob`, `column!=glob`, `column~regex`, `column!~regex`. A glob (`*`, `?`) must fit the whole
 * value, a regular expression any part of it; both without regard to case. An empty glob fits empty values.
 * @throws WhereError
 */
export function parseWhere(expression: string): Where {
  const match = /^([^=~!]*)(!=|!~|=~|==|=|~)(.*)$/s.exec(expression);
  const [, rawColumn = '', rawOperator = '', rawValue = ''] = match ?? [];
  const column = rawColumn.trim();
  if (match === null || column === '') {
    throw new WhereError(expression, match === null ? 'compares nothing' : 'names no column', SYNTAX);
  }
  if (rawOperator === '==') throw new WhereError(expression, 'has two =', `write ${show(column)}=${show(rawValue)}`);
  if (rawOperator === '=~') throw new WhereError(expression, 'has = and ~', `write ${show(column)}~${show(rawValue)}`);
  const operator = rawOperator as WhereOperator;
  const value = rawValue.trim();
  const isRegex = operator.endsWith('~');
  if (isRegex && value === '') {
    throw new WhereError(
      expression,
      'has an empty regular expression, which fits everything',
      `write ${show(column)}= for empty values`,
    );
  }
  const fits = isRegex ? compileRegex(expression, value) : compileGlob(value);
  return { expression, column, operator, value, test: asMeant(operator, fits) };
}

function asMeant(operator: WhereOperator, fits: (text: string) => boolean): (text: string) => boolean {
  return operator.startsWith('!') ? (text) => !fits(text) : fits;
}

/** A condition on one column under its canonical name. */
export interface Condition {
  readonly column: string;
  readonly test: (value: string) => boolean;
  /** Whether the condition is one of `!=` and `!~`. */
  readonly excludes: boolean;
}

/**
 * Finds the column that a condition means: one of the file's, or a canonical one by any of its aliases, also if the file
 * lacks it (its values are empty then). A glob for `mac` may be in any notation: `mac=00:15:65:*`.
 * @param columns the names of the file's columns
 * @throws WhereError if there is no such column, with those that are near
 */
export function bindWhere(where: Where, columns: readonly string[]): Condition {
  const column = findColumn(where.column, columns);
  if (column !== undefined) {
    const { operator, value } = where;
    const isMacGlob = column === 'mac' && !operator.endsWith('~');
    const test = isMacGlob ? asMeant(operator, compileGlob(macGlob(value))) : where.test;
    return { column, test, excludes: operator.startsWith('!') };
  }
  const close = nearColumns(where.column, columns);
  const all = new Set([...columns, ...Object.keys(COLUMN_ALIASES)]);
  throw new WhereError(
    where.expression,
    `there is no column "${show(where.column)}"`,
    close.length > 0
      ? `did you mean ${alternatives(close)}?`
      : `columns are ${[...all].map((name) => show(name)).join(', ')}`,
  );
}

type Columns = Readonly<Record<string, string | undefined>>;

/**
 * Whether all conditions hold. A column that is not there is empty. Where `recognised` has a column as well, one of the
 * two values is enough to be meant, and one is enough to be excluded.
 */
export function matches(conditions: readonly Condition[], columns: Columns, recognised: Columns = {}): boolean {
  for (const { column, test, excludes } of conditions) {
    const isMet = test(own(columns, column) ?? '');
    const other = own(recognised, column);
    const isOtherMet = other === undefined ? isMet : test(other);
    if (!(excludes ? isMet && isOtherMet : isMet || isOtherMet)) return false;
  }
  return true;
}

function own(columns: Columns, column: string): string | undefined {
  return Object.hasOwn(columns, column) ? columns[column] : undefined;
}
