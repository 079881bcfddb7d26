/** What is wrong with a template, and where. */
export interface TemplateProblem {
  /** Counted from 1, of the template's file or of its partial's. */
  readonly line: number;
  /** Counted from 1. */
  readonly column: number;
  readonly problem: string;
  /** What to try. */
  readonly hint?: string | undefined;
  /** The partial whose file that is. */
  readonly partial?: string | undefined;
  /** A word that is none, and those that it may be a slip of. */
  readonly slip?: { readonly word: string; readonly of: readonly string[] };
}

/** Where something stands. */
export type Place = Pick<TemplateProblem, 'line' | 'column' | 'partial'>;

/** Templates that can't travel to another machine, or that came from one and are not to be trusted. */
export class PackError extends Error {
  override readonly name = 'PackError';
  /** What to try. */
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** A template that can't be used, or can't be rendered for one row. `message` names the template and the line. */
export class TemplateError extends Error {
  readonly template: string;
  /** Of the template, or of its partial. */
  readonly line: number | undefined;
  readonly hint: string | undefined;
  readonly partial: string | undefined;
  /** The message without the place. */
  readonly problem: string;

  constructor(template: string, line: number | undefined, problem: string, hint?: string, partial?: string) {
    const file = partial === undefined ? `template ${template}` : `template ${template}, partial ${partial}`;
    super(line === undefined ? `${file}: ${problem}` : `${file}, line ${line}: ${problem}`);
    this.name = 'TemplateError';
    this.template = template;
    this.line = line;
    this.hint = hint;
    this.partial = partial;
    this.problem = problem;
  }

  static of(template: string, { line, problem, hint, partial }: TemplateProblem): TemplateError {
    return new TemplateError(template, line, problem, hint, partial);
  }
}
