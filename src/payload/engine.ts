import Handlebars from 'handlebars';
import { TemplateError, type TemplateProblem } from './errors.js';
import { Expansion } from './expand.js';
import { HELPER_FUNCTIONS, type HelperOptions } from './helper-functions.js';
import { HELPER_NAMES } from './helpers.js';
import { type Ground, missingName, type Part, plainPart, type Values } from './part.js';
import { type NameUse, type PrintedUse, Reader } from './reader.js';

/** Isolated, so that no helper of ours leaks into other code and none of theirs into ours. */
const handlebars = Handlebars.create();
for (const [name, helper] of Object.entries(HELPER_FUNCTIONS)) {
  handlebars.registerHelper(name, function (this: unknown, ...given: unknown[]) {
    const options = given.pop() as HelperOptions & { readonly loc?: hbs.AST.SourceLocation };
    try {
      return helper(given, options, this);
    } catch (error) {
      // What a block holds may have thrown, and knows its own place.
      if (!options.loc || (error as { lineNumber?: number }).lineNumber !== undefined) throw error;
      throw Object.assign(error as Error, { helper: name, lineNumber: options.loc.start.line });
    }
  });
}
const COMPILE_OPTIONS = {
  strict: true,
  noEscape: true,
  knownHelpersOnly: true,
  // Handlebars knows its own ones unless it is told not to.
  knownHelpers: Object.fromEntries(Object.keys(handlebars.helpers).map((name) => [name, HELPER_NAMES.has(name)])),
};

/** Inherits nothing; Handlebars puts the values into a message when it misses one, which takes a way to name them. */
const NO_PROTOTYPE: object = Object.create(null, { [Symbol.toPrimitive]: { value: () => 'the values' } });

/** The same values with nothing inherited, so that `constructor` is a name like any other: a column, or missing. */
function ownValues(values: Values): Values {
  return Object.assign(Object.create(NO_PROTOTYPE), values);
}

/** What can be said of a value or a body without rendering it. */
export interface Anatomy {
  readonly problems: readonly TemplateProblem[];
  readonly names: readonly NameUse[];
  readonly printed: readonly PrintedUse[];
}

/** Takes a text apart, with its partials, and finds all that is wrong with it. */
export function dissect(source: string, ground: Ground): Anatomy {
  const { problems, reader } = read(source, ground);
  return { problems, names: reader.names, printed: reader.printed };
}

function read(source: string, ground: Ground) {
  const expansion = new Expansion(source, ground);
  const reader = new Reader(expansion);
  return { expansion, reader, problems: expansion.problems };
}

/**
 * Compiles one value or body.
 * @throws TemplateError for a syntax error, an unknown helper or a partial that can't be used; `render` throws one for a
 *   name without a value, and where a helper can do nothing with its values
 */
export function compilePart(template: string, source: string, ground: Ground): Part {
  const plain = plainPart(template, source, ground);
  if (plain) return plain;
  const { expansion, reader, problems } = read(source, ground);
  const [problem] = problems;
  if (problem) throw TemplateError.of(template, problem);
  const compiled = handlebars.compile<Values>(expansion.program, COMPILE_OPTIONS);
  return {
    names: [...new Set(reader.names.map(({ name }) => name))],
    render(values, began) {
      try {
        const root = ownValues(values);
        // With its root in it Handlebars takes the data as it is, and makes no copy for each phone.
        return compiled(root, {
          // Said outright, for Handlebars to be silent about it on the console.
          allowProtoPropertiesByDefault: false,
          allowProtoMethodsByDefault: false,
          data: { root, began },
        });
      } catch (error) {
        throw renderError(template, expansion, error, values);
      }
    },
  };
}

function renderError(template: string, expansion: Expansion, error: unknown, values: Values): TemplateError {
  const {
    message,
    helper,
    lineNumber = 1,
  } = error as Error & { readonly helper?: string; readonly lineNumber?: number };
  const { line, partial } = expansion.placeOf(lineNumber, 0);
  const missing = /^"(.+?)" not defined in /.exec(message)?.[1];
  if (missing !== undefined) return missingName(template, line, missing, values, partial);
  const problem = helper === undefined ? message.replace(/ - \d+:\d+$/, '') : `helper "${helper}": ${message}`;
  return new TemplateError(template, line, problem, undefined, partial);
}
