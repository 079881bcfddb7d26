import Handlebars from 'handlebars';
import type { Place, TemplateProblem } from './errors.js';
import type { Ground } from './part.js';
import { PartialError } from './partials.js';
import { syntaxFault } from './syntax.js';

/**
 * Lines of partials are counted from a multiple of this, so that the line of a node, which is all that Handlebars tells of
 * an error, says also whose line it is.
 */
const STRIDE = 1_000_000;
/** Blocks within blocks, and calls within calls. */
export const MAX_NESTING = 100;
/** Partials within partials. */
const MAX_CHAIN = 10;
/** Each may call several, so that few files could make a text without end. */
const MAX_CALLS = 100;

/**
 * A text parsed, with partials put in where they are called: as though their text stood there, but that no block
 * reaches out of one.
 */
export class Expansion {
  readonly program: hbs.AST.Program | undefined;
  readonly problems: TemplateProblem[] = [];
  readonly #ground: Ground;
  /** Whose lines are which. */
  readonly #origins: (string | undefined)[] = [undefined];
  readonly #texts: string[];
  #calls = 0;

  constructor(source: string, ground: Ground) {
    this.#ground = ground;
    this.#texts = [source];
    this.program = this.#parse(source, undefined);
    if (this.program) this.#expand(this.program, [], 0);
  }

  /** Where a line and a column, as nodes have them, are in which file. */
  placeOf(line: number, column: number): Place {
    const partial = this.#origins[Math.floor(line / STRIDE)];
    if (partial !== undefined) return { line: line % STRIDE, column: column + 1, partial };
    const { line: first, column: indent = 1 } = this.#ground;
    return { line: first + line - 1, column: column + (line === 1 ? indent : 1) };
  }

  /** The text of a node, as it is written. */
  textOf({ loc: { start, end } }: hbs.AST.Node): string {
    const lines = (this.#texts[Math.floor(start.line / STRIDE)] ?? '').split('\n');
    const [first, last] = [(start.line % STRIDE) - 1, (end.line % STRIDE) - 1];
    if (first === last) return lines[first]?.slice(start.column, end.column) ?? '';
    const middle = lines.slice(first + 1, last);
    return [lines[first]?.slice(start.column), ...middle, lines[last]?.slice(0, end.column)].join('\n');
  }

  report({ loc: { start } }: hbs.AST.Node, problem: string, more: Pick<TemplateProblem, 'hint' | 'slip'> = {}): void {
    this.problems.push({ ...this.placeOf(start.line, start.column), problem, ...more });
  }

  #parse(text: string, partial: string | undefined): hbs.AST.Program | undefined {
    try {
      return Handlebars.parseWithoutProcessing(text);
    } catch (error) {
      const { line, column, problem, hint } = syntaxFault(text, error);
      const origin = this.#origins.indexOf(partial);
      this.problems.push({ ...this.placeOf(origin * STRIDE + line, column), problem, hint });
      return undefined;
    }
  }

  #expand(program: hbs.AST.Program, chain: readonly string[], nesting: number): void {
    for (const [index, statement] of program.body.entries()) {
      if (statement.type !== 'PartialStatement') continue;
      const { strip } = statement as hbs.AST.PartialStatement;
      if (strip.open) trimContent(program.body[index - 1], /\s+$/);
      if (strip.close) trimContent(program.body[index + 1], /^\s+/);
    }
    program.body = program.body.flatMap((statement) => this.#expandOne(statement, chain, nesting));
  }

  #expandOne(statement: hbs.AST.Statement, chain: readonly string[], nesting: number): hbs.AST.Statement[] {
    switch (statement.type) {
      case 'BlockStatement': {
        const { program, inverse } = statement as Partial<hbs.AST.BlockStatement>;
        if (nesting >= MAX_NESTING) {
          this.report(statement, `blocks are more than ${MAX_NESTING} deep`);
          return [];
        }
        if (program) this.#expand(program, chain, nesting + 1);
        if (inverse) this.#expand(inverse, chain, nesting + 1);
        return [statement];
      }
      case 'PartialStatement':
        return this.#insert(statement as hbs.AST.PartialStatement, chain, nesting);
      case 'PartialBlockStatement':
        this.report(statement, 'there are no blocks for partials', {
          hint: '{{> footer}}, without # and without an end',
        });
        return [];
      case 'Decorator':
      case 'DecoratorBlock':
        this.report(statement, 'there are no decorators and no inline partials', {
          hint: 'a partial is a file of its own',
        });
        return [];
      default:
        return [statement];
    }
  }

  #insert(call: hbs.AST.PartialStatement, chain: readonly string[], nesting: number): hbs.AST.Statement[] {
    const { partials, isOneLine } = this.#ground;
    const refuse = (problem: string, hint?: string): never[] => {
      this.report(call, problem, { hint });
      return [];
    };
    if (call.name.type === 'SubExpression') {
      return refuse('the name of a partial has to be written out', 'choose between partials with {{#if}}');
    }
    const name = String((call.name as hbs.AST.PathExpression).original);
    if (call.params.length > 0 || call.hash) {
      return refuse(`partial "${name}" is given values`, `{{> ${name}}}: it reads the same names as the template`);
    }
    const names = [...chain, name];
    if (chain.includes(name))
      return refuse(`partial "${name}" needs itself: ${names.slice(names.indexOf(name)).join(' → ')}`);
    if (chain.length >= MAX_CHAIN) return refuse(`partials are more than ${MAX_CHAIN} deep: ${names.join(' → ')}`);
    this.#calls++;
    // Told once.
    if (this.#calls > MAX_CALLS)
      return this.#calls > MAX_CALLS + 1 ? [] : refuse(`there are more than ${MAX_CALLS} calls of partials`);
    if (!partials) return refuse('there are no partials here');
    try {
      const text = partials.text(name);
      if (isOneLine && text.includes('\n')) return refuse(`partial "${name}" has several lines, and a header is one`);
      return this.#parsePartial(name, text, names, nesting);
    } catch (error) {
      if (!(error instanceof PartialError)) throw error;
      this.report(call, error.message, {
        hint: error.hint,
        ...(error.among && { slip: { word: name, of: error.among } }),
      });
      return [];
    }
  }

  #parsePartial(name: string, text: string, chain: readonly string[], nesting: number): hbs.AST.Statement[] {
    if (!this.#origins.includes(name)) {
      this.#origins.push(name);
      this.#texts.push(text);
    }
    const program = this.#parse(text, name);
    if (!program) return [];
    new LineShift(this.#origins.indexOf(name) * STRIDE).accept(program);
    this.#expand(program, chain, nesting);
    return program.body;
  }
}

/** What `~` says; later Handlebars knows no more of the call. */
function trimContent(statement: hbs.AST.Statement | undefined, blanks: RegExp): void {
  if (statement?.type !== 'ContentStatement') return;
  const content = statement as hbs.AST.ContentStatement;
  const value = content.value.replace(blanks, '');
  // `original` is what Handlebars looks at for lines that hold nothing but a block.
  Object.assign(content, { value, original: value });
}

/** Moves all nodes of a program to other lines. */
class LineShift extends Handlebars.Visitor {
  readonly #lines: number;
  /** Nodes share locations. */
  readonly #moved = new WeakSet<object>();

  constructor(lines: number) {
    super();
    this.#lines = lines;
  }

  override accept(node: hbs.AST.Node | undefined): void {
    if (!node) return;
    const { loc } = node;
    // Handlebars has none for programs that are empty.
    if (loc && !this.#moved.has(loc)) {
      this.#moved.add(loc);
      loc.start.line += this.#lines;
      loc.end.line += this.#lines;
    }
    super.accept(node);
  }
}
