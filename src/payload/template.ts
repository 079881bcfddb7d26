import type { Header } from '../esl/index.js';
import { compilePart } from './engine.js';
import type { Part, Values } from './part.js';
import type { Payload } from './payload.js';
import { parseSource, type TemplateSource } from './source.js';

/** A template that can be rendered: one file, one payload. */
export interface Template {
  /** `check-sync`, or the path of a user's own. */
  readonly name: string;
  readonly source: TemplateSource;
  /** The columns and values that it reads. */
  readonly names: readonly string[];
  /**
   * The payload for one phone. A header whose value comes out empty is left out; blanks around a value are dropped.
   * @throws TemplateError if it names a column that there is not
   */
  render(values: Values): Payload;
  /** The names that a header, or with undefined the body, reads. */
  namesOf(header: string | undefined): readonly string[];
}

/**
 * Compiles the text of a template file.
 * @throws TemplateError
 */
export function compileTemplate(name: string, text: string): Template {
  const source = parseSource(name, text);
  const headers = source.headers.map((header) => ({
    name: header.name,
    part: compilePart(name, header.value, header.line),
  }));
  const body = source.body && compilePart(name, source.body.text, source.body.line);
  return {
    name,
    source,
    names: [...new Set([...headers.flatMap(({ part }) => part.names), ...(body?.names ?? [])])],
    render(values) {
      return { event: source.event, headers: renderHeaders(headers, values), body: body?.render(values) ?? '' };
    },
    namesOf(header) {
      if (header === undefined) return body?.names ?? [];
      return headers.find((other) => other.name === header)?.part.names ?? [];
    },
  };
}

function renderHeaders(headers: readonly { name: string; part: Part }[], values: Values): Header[] {
  const rendered: Header[] = [];
  for (const { name, part } of headers) {
    const value = part.render(values).trim();
    if (value !== '') rendered.push([name, value]);
  }
  return rendered;
}
