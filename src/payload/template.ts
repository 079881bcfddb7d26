import type { Header } from '../esl/index.js';
import type { Part, Values } from './part.js';
import type { Payload } from './payload.js';
import type { TemplateSource } from './source.js';

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

/** Compiles one value or body; undefined if this way of compiling can't. */
export type Compile<P extends Part | undefined> = (template: string, source: string, line: number) => P;

/** Puts a template together, or says that it can't be in this way. */
export function assemble(name: string, source: TemplateSource, compile: Compile<Part>): Template;
export function assemble(
  name: string,
  source: TemplateSource,
  compile: Compile<Part | undefined>,
): Template | undefined;
export function assemble(
  name: string,
  source: TemplateSource,
  compile: Compile<Part | undefined>,
): Template | undefined {
  const headers: { name: string; part: Part }[] = [];
  for (const header of source.headers) {
    const part = compile(name, header.value, header.line);
    if (!part) return undefined;
    headers.push({ name: header.name, part });
  }
  const body = source.body && compile(name, source.body.text, source.body.line);
  if (source.body && !body) return undefined;
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
