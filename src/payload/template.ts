import type { Header } from '../esl/index.js';
import type { Ground, Part, Values } from './part.js';
import type { Partials } from './partials.js';
import type { Payload } from './payload.js';
import type { TemplateSource } from './source.js';

/** A template that can be rendered: one file, one payload. */
export interface Template {
  /** `check-sync`, or the path of a user's own. */
  readonly name: string;
  readonly source: TemplateSource;
  /** The columns and values that it reads. */
  readonly names: readonly string[];
  /** The partials that it uses, by name, as they were read. */
  readonly partials: ReadonlyMap<string, string>;
  /**
   * The payload for one phone. A header whose value comes out empty is left out; blanks around a value are dropped.
   * @param began when the run began, for `now`; without it a template that asks for it can't be rendered
   * @throws TemplateError if it names a column that there is not
   */
  render(values: Values, began?: Date): Payload;
  /** The names that a header, or with undefined the body, reads. */
  namesOf(header: string | undefined): readonly string[];
}

/** Compiles one value or body; undefined if this way of compiling can't. */
export type Compile<P extends Part | undefined> = (template: string, source: string, ground: Ground) => P;

/** Puts a template together, or says that it can't be in this way. */
export function assemble(name: string, source: TemplateSource, compile: Compile<Part>, partials?: Partials): Template;
export function assemble(
  name: string,
  source: TemplateSource,
  compile: Compile<Part | undefined>,
): Template | undefined;
export function assemble(
  name: string,
  source: TemplateSource,
  compile: Compile<Part | undefined>,
  partials?: Partials,
): Template | undefined {
  const headers: { name: string; part: Part }[] = [];
  for (const header of source.headers) {
    const part = compile(name, header.value, { line: header.line, isOneLine: true, partials });
    if (!part) return undefined;
    headers.push({ name: header.name, part });
  }
  const body = source.body && compile(name, source.body.text, { line: source.body.line, partials });
  if (source.body && !body) return undefined;
  return {
    name,
    source,
    partials: new Map(partials?.used),
    names: [...new Set([...headers.flatMap(({ part }) => part.names), ...(body?.names ?? [])])],
    render(values, began) {
      const { event } = source;
      return { event, headers: renderHeaders(headers, values, began), body: body?.render(values, began) ?? '' };
    },
    namesOf(header) {
      if (header === undefined) return body?.names ?? [];
      return headers.find((other) => other.name === header)?.part.names ?? [];
    },
  };
}

function renderHeaders(headers: readonly { name: string; part: Part }[], values: Values, began?: Date): Header[] {
  const rendered: Header[] = [];
  for (const { name, part } of headers) {
    const value = part.render(values, began).trim();
    if (value !== '') rendered.push([name, value]);
  }
  return rendered;
}
