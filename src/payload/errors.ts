/** A template that can't be used, or can't be rendered for one row. `message` names the template and the line. */
export class TemplateError extends Error {
  readonly template: string;
  readonly line: number | undefined;
  readonly hint: string | undefined;

  constructor(template: string, line: number | undefined, problem: string, hint?: string) {
    super(line === undefined ? `template ${template}: ${problem}` : `template ${template}, line ${line}: ${problem}`);
    this.name = 'TemplateError';
    this.template = template;
    this.line = line;
    this.hint = hint;
  }
}
