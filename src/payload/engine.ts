import Handlebars from 'handlebars';
import { TemplateError } from './errors.js';
import { HELPER_FUNCTIONS } from './helpers.js';

/** What a template can name: the columns of a row, the values of flags. Own properties only, all text. */
export type Values = Readonly<Record<string, string>>;

/** One compiled value or body. */
export interface Part {
  /** The names that it reads, to say which column a problem came from. */
  readonly names: readonly string[];
  render(values: Values): string;
}

/** Isolated, so that no helper of ours leaks into other code and none of theirs into ours. */
const handlebars = Handlebars.create();
handlebars.unregisterHelper('log');
for (const [name, helper] of Object.entries(HELPER_FUNCTIONS)) handlebars.registerHelper(name, helper);
const NOT_NAMES = new Set([...Object.keys(handlebars.helpers), 'this']);
const KNOWN_HELPERS = Object.fromEntries(Object.keys(HELPER_FUNCTIONS).map((name) => [name, true]));

/**
 * Compiles one value or body. `line` is where it begins in its file.
 * @throws TemplateError for a syntax error or an unknown helper; `render` throws one for a name without a value
 */
export function compilePart(template: string, source: string, line: number): Part {
  if (!source.includes('{{')) return { names: [], render: () => source };
  let render: (values: Values) => string;
  const reader = new Reader();
  try {
    const ast = handlebars.parse(source);
    reader.accept(ast);
    const compiled = handlebars.compile(ast, {
      strict: true,
      noEscape: true,
      knownHelpers: { ...KNOWN_HELPERS, log: false },
      knownHelpersOnly: true,
    });
    render = (values) => compiled(values);
  } catch (error) {
    throw new TemplateError(template, line + errorLine(error), syntaxProblem(error));
  }
  return {
    names: [...reader.names],
    render(values) {
      try {
        return render(values);
      } catch (error) {
        throw renderError(template, line, error, values);
      }
    },
  };
}

/** Collects the names that a template reads, and refuses helpers that there are not before the first row is rendered. */
class Reader extends Handlebars.Visitor {
  readonly names = new Set<string>();

  override PathExpression(path: hbs.AST.PathExpression): void {
    const [first] = path.parts;
    if (typeof first === 'string' && !path.data && !NOT_NAMES.has(first)) this.names.add(first);
  }

  override MustacheStatement(call: hbs.AST.MustacheStatement): void {
    refuseUnknownHelper(call);
    super.MustacheStatement(call);
  }

  override BlockStatement(call: hbs.AST.BlockStatement): void {
    refuseUnknownHelper(call);
    super.BlockStatement(call);
  }

  override SubExpression(call: hbs.AST.SubExpression): void {
    refuseUnknownHelper(call);
    super.SubExpression(call);
  }
}

type Call = Pick<hbs.AST.MustacheStatement, 'path' | 'params' | 'hash' | 'loc'>;

function refuseUnknownHelper({ path, params, hash, loc }: Call): void {
  if (!('original' in path) || (params.length === 0 && !hash)) return;
  const name = String(path.original);
  if (!(name in handlebars.helpers)) {
    throw Object.assign(new Error(`there is no helper "${name}"`), { lineNumber: loc.start.line });
  }
}

function renderError(template: string, line: number, error: unknown, values: Values): TemplateError {
  const message = error instanceof Error ? error.message : String(error);
  const missing = /^"(.+?)" not defined in /.exec(message)?.[1];
  const at = line + errorLine(error);
  if (missing === undefined) return new TemplateError(template, at, message);
  const known = Object.keys(values).sort().join(', ');
  return new TemplateError(template, at, `there is no column or value "${missing}"`, `there are: ${known}`);
}

/** Lines below the first, as Handlebars tells it. */
function errorLine(error: unknown): number {
  const { lineNumber } = error as { lineNumber?: unknown };
  if (typeof lineNumber === 'number') return lineNumber - 1;
  const parsed = /^Parse error on line (\d+)/.exec(error instanceof Error ? error.message : '')?.[1];
  return parsed === undefined ? 0 : Number(parsed) - 1;
}

function syntaxProblem(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^Parse error on line \d+:\n/, '').replace(/\s*\n\s*/g, ' ');
}
