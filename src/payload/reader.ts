import Handlebars from 'handlebars';
import type { Place } from './errors.js';
import { type Expansion, MAX_NESTING } from './expand.js';
import { literalFault } from './helper-functions.js';
import { HELPER_NAMES, SIGNATURES, type Signature, usageOf } from './helpers.js';

/** A name that a text reads. */
export interface NameUse extends Place {
  readonly name: string;
  /** Whether nothing is said if there is no such value: in `if`, `default` and the like. */
  readonly isLenient: boolean;
}

/** A value that is printed. */
export interface PrintedUse extends Place {
  /** As it is written, without the braces. */
  readonly call: string;
  /** The helper that has the last word; undefined for a name. */
  readonly helper: string | undefined;
  /** The names in it. */
  readonly names: readonly string[];
}

type Call = hbs.AST.Node & Pick<hbs.AST.MustacheStatement, 'path' | 'params' | 'hash'>;

/** Collects what a text reads, and reports calls that can come to no good, before the first row. */
export class Reader extends Handlebars.Visitor {
  readonly names: NameUse[] = [];
  readonly printed: PrintedUse[] = [];
  readonly #expansion: Expansion;
  #blockParams: readonly string[] = [];
  #nesting = 0;
  #isLooping = false;
  #isLenient = false;
  #noHelper: hbs.AST.Node | undefined;

  constructor(expansion: Expansion) {
    super();
    this.#expansion = expansion;
    if (expansion.program) this.accept(expansion.program);
  }

  override Program(program: hbs.AST.Program): void {
    const outer = this.#blockParams;
    this.#blockParams = [...outer, ...(program.blockParams ?? [])];
    super.Program(program);
    this.#blockParams = outer;
  }

  override PathExpression(path: hbs.AST.PathExpression): void {
    const name = this.#nameOf(path);
    const { line, column } = path.loc.start;
    if (name === undefined || path === this.#noHelper) return;
    this.names.push({ name, isLenient: this.#isLenient, ...this.#expansion.placeOf(line, column) });
  }

  override MustacheStatement(call: hbs.AST.MustacheStatement): void {
    const before = this.names.length;
    this.#call(call, false, () => super.MustacheStatement(call));
    const helper = isCall(call) ? nameOf(call) : undefined;
    const names = this.names.slice(before).map(({ name }) => name);
    const { line, column } = call.loc.start;
    const written = this.#expansion.textOf(call).replace(/^\{\{\{?[~&]?\s*|\s*~?\}?\}\}$/g, '');
    this.printed.push({ call: written, helper, names, ...this.#expansion.placeOf(line, column) });
  }

  override BlockStatement(call: hbs.AST.BlockStatement): void {
    this.#call(call, true, () => this.acceptArguments(call));
    const isLoop = nameOf(call) === 'each';
    // Each goes through all columns: few of them make a text without end.
    if (isLoop && this.#isLooping)
      this.#expansion.report(call, 'a loop stands in a loop', { hint: 'one after the other' });
    const outer = this.#isLooping;
    this.#isLooping ||= isLoop;
    this.accept(call.program);
    this.#isLooping = outer;
    // Handlebars' types know no block without an {{else}}, its parser does.
    this.accept(call.inverse);
  }

  override SubExpression(call: hbs.AST.SubExpression): void {
    if (this.#nesting >= MAX_NESTING) {
      this.#expansion.report(call, `calls are more than ${MAX_NESTING} deep`);
      return;
    }
    this.#nesting++;
    this.#call(call, false, () => super.SubExpression(call));
    this.#nesting--;
  }

  private acceptArguments({ path, params, hash }: Call): void {
    this.accept(path);
    for (const param of params) this.accept(param);
    this.accept(hash);
  }

  #call(call: Call, isBlock: boolean, visit: () => void): void {
    this.#check(call, isBlock);
    const outer = this.#isLenient;
    const name = nameOf(call);
    this.#isLenient = name !== undefined && (SIGNATURES.get(name)?.isLenient ?? false);
    visit();
    this.#isLenient = outer;
  }

  #check(call: Call, isBlock: boolean): void {
    const name = nameOf(call);
    if (name === undefined) return;
    const signature = SIGNATURES.get(name);
    if (signature) this.#checkHelper(name, signature, call, isBlock);
    else if (call.params.length > 0 || call.hash) {
      // Nor is it a name that the text reads.
      this.#noHelper = call.path;
      const known = [...HELPER_NAMES];
      this.#expansion.report(call, `there is no helper "${name}"`, {
        hint: `there are: ${known.join(', ')}`,
        slip: { word: name, of: known },
      });
    }
  }

  #checkHelper(
    name: string,
    { isBlock: wantsBlock = false, values, named = [], isLenient = false }: Signature,
    call: Call,
    isBlock: boolean,
  ): void {
    const { params } = call;
    const hint = usageOf(name);
    const pairs = call.hash?.pairs ?? [];
    const report = (problem: string): void => this.#expansion.report(call, problem, { hint });
    const [least, most] = values;
    if (params.length === 0 && least > 0)
      report(`helper "${name}" needs ${least === 1 ? 'a value' : `${least} values`}`);
    else if (params.length < least || params.length > most) {
      const wanted = least === most ? `${least}` : `${least} to ${most}`;
      report(`helper "${name}" takes ${wanted} ${most === 1 ? 'value' : 'values'}, not ${params.length}`);
    } else if (wantsBlock !== isBlock) report(`helper "${name}" is ${wantsBlock ? 'a' : 'no'} block`);
    const unknown = pairs.find(({ key }) => !named.includes(key));
    if (unknown) report(`helper "${name}" knows no ${unknown.key}=`);
    const fault = literalFault(
      name,
      params.map(literalOf),
      Object.fromEntries(pairs.map(({ key, value }) => [key, literalOf(value)])),
    );
    if (fault !== undefined) report(`helper "${name}": ${fault}`);
    // Handlebars is strict about names that stand alone only; this makes it so about the values of a helper.
    if (!isLenient)
      for (const value of [...params, ...pairs.map(({ value }) => value)]) Object.assign(value, { strict: true });
  }

  /** The column or value that a path begins with; undefined where it means something else. */
  #nameOf(path: hbs.AST.PathExpression): string | undefined {
    const [first] = path.parts;
    if (typeof first !== 'string' || path.data || HELPER_NAMES.has(first) || this.#blockParams.includes(first))
      return undefined;
    return first;
  }
}

function nameOf(call: Call): string | undefined {
  return 'original' in call.path ? String(call.path.original) : undefined;
}

function isCall(call: Call): boolean {
  return call.params.length > 0 || call.hash !== undefined || HELPER_NAMES.has(nameOf(call) ?? '');
}

function literalOf(value: hbs.AST.Expression): string | number | undefined {
  const isLiteral = value.type === 'StringLiteral' || value.type === 'NumberLiteral';
  return isLiteral ? (value as hbs.AST.StringLiteral | hbs.AST.NumberLiteral).value : undefined;
}
