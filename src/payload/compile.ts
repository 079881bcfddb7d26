import { compilePart } from './engine.js';
import { parseSource } from './source.js';
import { assemble, type Template } from './template.js';

/**
 * Compiles the text of a template file.
 * @throws TemplateError
 */
export function compileTemplate(name: string, text: string): Template {
  return assemble(name, parseSource(name, text), compilePart);
}
