import { compilePart } from './engine.js';
import type { Partials } from './partials.js';
import { parseSource } from './source.js';
import { assemble, type Template } from './template.js';

/**
 * Compiles the text of a template file.
 * @param partials those that it can use; without them it can use none
 * @throws TemplateError
 */
export function compileTemplate(name: string, text: string, partials?: Partials): Template {
  return assemble(name, parseSource(name, text), compilePart, partials);
}
