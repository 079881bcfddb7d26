import Handlebars from 'handlebars';
import { TemplateError } from './errors.js';
import { HELPER_FUNCTIONS, HELPER_NAMES, NEEDS_VALUE } from './helpers.js';
import { missingName, type Part, plainPart, type Values } from './part.js';

/** Isolated, so that no helper of ours leaks into other code and none of theirs into ours. */
const handlebars = Handlebars.create();
for (const [name, helper] of Object.entries(HELPER_FUNCTIONS)) handlebars.registerHelper(name, helper);
const COMPILE_OPTIONS = {
  strict: true,
  noEscape: true,
  knownHelpersOnly: true,
  // Handlebars knows its own ones unless it is told not to.
  knownHelpers: Object.fromEntries(Object.keys(handlebars.helpers).map((name) => [name, HELPER_NAMES.has(name)])),
};
/** Said outright, for Handlebars to be silent about it on the console. */
const RUNTIME_OPTIONS = { allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false };

/** Inherits nothing; Handlebars puts the values into a message when it misses one, which takes a way to name them. */
const NO_PROTOTYPE: object = Object.create(null, { [Symbol.toPrimitive]: { value: () => 'the values' } });

/** The same values with nothing inherited, so that `constructor` is a name like any other: a column, or missing. */
function ownValues(values: Values): Values {
  return Object.assign(Object.create(NO_PROTOTYPE), values);
}

/**
 * Compiles one value or body. `line` is where it begins in its file.
 * @throws TemplateError for a syntax error or an unknown helper; `render` throws one for a name without a value
 */
export function compilePart(template: string, source: string, line: number): Part {
  const plain = plainPart(template, source, line);
  if (plain) return plain;
  let render: (values: Values) => string;
  const reader = new Reader();
  try {
    const ast = handlebars.parse(source);
    reader.accept(ast);
    const compiled = handlebars.compile(ast, COMPILE_OPTIONS);
    render = (values) => compiled(ownValues(values), RUNTIME_OPTIONS);
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

/** Collects the names that a template reads, and refuses before the first row what there is not. */
class Reader extends Handlebars.Visitor {
  readonly names = new Set<string>();
  #blockParams: readonly string[] = [];

  override accept(node: hbs.AST.Node | undefined): void {
    if (!node) return;
    if (/^(?:Partial|Decorator)/.test(node.type)) throw problemAt(node, 'there are no partials and no decorators');
    super.accept(node);
  }

  override Program(program: hbs.AST.Program): void {
    const outer = this.#blockParams;
    this.#blockParams = [...outer, ...(program.blockParams ?? [])];
    super.Program(program);
    this.#blockParams = outer;
  }

  override PathExpression(path: hbs.AST.PathExpression): void {
    const [first] = path.parts;
    if (typeof first !== 'string' || path.data || HELPER_NAMES.has(first) || this.#blockParams.includes(first)) return;
    this.names.add(first);
  }

  override MustacheStatement(call: hbs.AST.MustacheStatement): void {
    checkCall(call);
    super.MustacheStatement(call);
  }

  override BlockStatement(call: hbs.AST.BlockStatement): void {
    checkCall(call);
    super.BlockStatement(call);
  }

  override SubExpression(call: hbs.AST.SubExpression): void {
    checkCall(call);
    super.SubExpression(call);
  }
}

type Call = hbs.AST.Node & Pick<hbs.AST.MustacheStatement, 'path' | 'params' | 'hash'>;

function checkCall(call: Call): void {
  if (!('original' in call.path)) return;
  const name = String(call.path.original);
  const [value] = call.params;
  if ((value || call.hash) && !HELPER_NAMES.has(name)) throw problemAt(call, `there is no helper "${name}"`);
  if (!NEEDS_VALUE.has(name)) return;
  if (!value) throw problemAt(call, `helper "${name}" needs a value`);
  // Handlebars is strict about names that stand alone only; this makes it so about the value of a helper.
  Object.assign(value, { strict: true });
}

function problemAt({ loc }: hbs.AST.Node, problem: string): Error {
  return Object.assign(new Error(problem), { lineNumber: loc.start.line });
}

function renderError(template: string, line: number, error: unknown, values: Values): TemplateError {
  const message = error instanceof Error ? error.message : String(error);
  const missing = /^"(.+?)" not defined in /.exec(message)?.[1];
  const at = line + errorLine(error);
  if (missing === undefined) return new TemplateError(template, at, message);
  return missingName(template, at, missing, values);
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
  return message
    .replace(/^Parse error on line \d+:\n/, '')
    .replace(/ - \d+:\d+$/, '')
    .replace(/\s*\n\s*/g, ' ');
}
