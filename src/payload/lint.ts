import { EVENT_NAMES, headerFault } from '../esl/index.js';
import { findFaults } from './check.js';
import { type Anatomy, dissect } from './engine.js';
import type { Place, TemplateProblem } from './errors.js';
import type { Partials } from './partials.js';
import type { Payload } from './payload.js';
import type { PrintedUse } from './reader.js';
import { eventName, FORBIDDEN_HEADERS, ruleFor } from './rules.js';
import { linesOf, readSource, type TemplateSource } from './source.js';
import { usualLine } from './starter.js';

export type Severity = 'error' | 'warning' | 'note';

/** One thing to say of a template. */
export interface Finding extends TemplateProblem {
  readonly severity: Severity;
}

/** What rows are known to have. */
export interface KnownColumns {
  readonly columns: readonly string[];
  /** Where a column comes from, if there may be none: of phones that are named on the command line. */
  readonly source?: ((column: string) => string | undefined) | undefined;
  /** The names of `among` that `word` is probably a slip of, the nearest first. */
  near(word: string, among: readonly string[]): readonly string[];
}

/** What every phone has, whatever its row is (`Planner`). */
const ALWAYS = ['user', 'host', 'domain', 'aor', 'profile', 'named_profile', 'device_call_id'];
/** What comes out of these can't break an XML text. */
const SAFE_IN_XML: ReadonlySet<string | undefined> = new Set(['xml', 'now', 'eq']);

/**
 * Everything that is wrong with a template, or may be, without a row and without a server. Values that come from rows or
 * flags are taken to be right.
 */
export function lint(text: string, partials: Partials, known: KnownColumns): Finding[] {
  return new Linter(text, partials, known).findings();
}

interface PartAnatomy extends Anatomy {
  /** Undefined for the body. */
  readonly header: string | undefined;
}

class Linter {
  readonly #lines: readonly string[];
  readonly #known: KnownColumns;
  readonly #source: TemplateSource;
  readonly #parts: readonly PartAnatomy[];
  readonly #found: Finding[] = [];

  constructor(text: string, partials: Partials, known: KnownColumns) {
    this.#lines = linesOf(text);
    this.#known = known;
    this.#source = readSource(text, (problem) => this.#add('error', problem));
    const { headers, body } = this.#source;
    const parts = headers.map(({ name, value, line }): PartAnatomy => {
      return {
        header: name,
        ...dissect(value, { line, column: this.#columnOfValue(line), isOneLine: true, partials }),
      };
    });
    this.#parts = body
      ? [...parts, { header: undefined, ...dissect(body.text, { line: body.line, partials }) }]
      : parts;
  }

  findings(): Finding[] {
    for (const { problems } of this.#parts) for (const problem of problems) this.#add('error', problem);
    if (this.#source.event !== '') this.#checkRules();
    this.#checkXml();
    this.#checkNames();
    const inOrder = (one: Finding, other: Finding): number =>
      (one.partial ?? '').localeCompare(other.partial ?? '') || one.line - other.line || one.column - other.column;
    return this.#found.sort(inOrder);
  }

  #add(severity: Severity, { slip, ...problem }: TemplateProblem): void {
    const [near] = slip ? this.#known.near(slip.word, slip.of) : [];
    this.#found.push({ ...problem, severity, hint: near === undefined ? problem.hint : `did you mean ${near}?` });
  }

  /** What the event needs, and what it does not read. */
  #checkRules(): void {
    const { event, headers } = this.#source;
    const isOpen = (name: string): boolean =>
      headers.some((header) => {
        // What is wrong as a header has been told as that.
        const isSettled = !header.value.includes('{{') && headerFault(header.name, header.value) === undefined;
        return header.name.toLowerCase() === name.toLowerCase() && !isSettled;
      });
    const payload: Payload = { event, headers: headers.map(({ name, value }) => [name, value]), body: '' };
    for (const { header, missing, problem } of findFaults(payload, isOpen)) {
      if (header !== undefined) this.#add('error', { ...this.#placeOf(header), problem });
      else if (missing) this.#add('error', { line: 1, column: 1, problem, hint: this.#hintFor(missing) });
      else this.#add('error', { ...this.#eventPlace, problem, slip: { word: eventName(event), of: EVENT_NAMES } });
    }
    this.#checkIgnored();
  }

  get #eventPlace(): Place {
    return { line: 1, column: (this.#lines[0]?.lastIndexOf(this.#source.event) ?? 0) + 1 };
  }

  /** How headers that are missing come into the template. */
  #hintFor(missing: readonly string[]): string {
    const { event, body } = this.#source;
    for (const header of missing) {
      const at =
        body?.text.split('\n').findIndex((line) => line.toLowerCase().startsWith(`${header.toLowerCase()}:`)) ?? -1;
      if (body && at >= 0) {
        return `line ${body.line + at} has ${header}, but below an empty line, where the body begins: take that out`;
      }
    }
    const lines = missing.flatMap((header) => usualLine(event, header) ?? []);
    if (lines.length === 0) return `a line for ${missing[0]}`;
    return `add ${lines.map((line) => `"${line}"`).join(' and ')}`;
  }

  #checkIgnored(): void {
    const { event, headers, body } = this.#source;
    const rule = ruleFor(event);
    if (!rule) return;
    for (const { name, line, value } of headers) {
      const lower = name.toLowerCase();
      const isRead = rule.reads.some((read) => {
        const known = read.toLowerCase();
        return known.endsWith('-') ? lower.startsWith(known) : lower === known;
      });
      const isTold = headerFault(name, value) !== undefined && !value.includes('{{');
      if (isRead || isTold || FORBIDDEN_HEADERS.has(lower)) continue;
      const problem = `FreeSWITCH reads no header ${name} of ${rule.event}; it is ignored`;
      this.#add('warning', {
        line,
        column: 1,
        problem,
        hint: 'take this line out',
        slip: { word: name, of: rule.reads },
      });
    }
    const isEmpty = body?.text.replace(/\{\{!--[\s\S]*?--\}\}|\{\{![\s\S]*?\}\}/g, '').trim() === '';
    if (body && !isEmpty && !rule.hasBody) {
      const hint = rule.event === 'MESSAGE_WAITING' ? 'each header MWI-… is a line of what phones get' : 'take it out';
      this.#add('warning', { line: body.line, column: 1, problem: `${rule.event} has no body; it is ignored`, hint });
    }
  }

  /** Values that would break the XML that they are put into. */
  #checkXml(): void {
    const type = this.#source.headers.find(({ name }) => name.toLowerCase() === 'content-type')?.value ?? '';
    if (!/^[\w.+-]+\/(?:[\w.-]+\+)?\w*xml\b/i.test(type)) return;
    for (const { header, printed } of this.#parts) {
      if (header !== undefined) continue;
      for (const use of printed) if (isProne(use)) this.#add('warning', proneInXml(use));
    }
  }

  #checkNames(): void {
    const { columns } = this.#known;
    const uses = this.#parts.flatMap(({ names }) => names);
    const known: ReadonlySet<string> = new Set([...ALWAYS, ...columns]);
    const strict = new Set(uses.filter(({ isLenient }) => !isLenient).map(({ name }) => name));
    const told = new Set<string>();
    for (const { name, isLenient, ...place } of uses) {
      if (told.has(name)) continue;
      if (known.has(name)) {
        const source = isLenient ? undefined : this.#known.source?.(name);
        if (source === undefined) continue;
        this.#add('note', {
          ...place,
          problem: `${name} ${source}`,
          hint: `{{default ${name} "?"}} if there may be none`,
        });
        told.add(name);
        continue;
      }
      const among = [...known, ...strict].filter((other) => other !== name);
      const [near] = this.#known.near(name, among);
      if (!isLenient) {
        const problem = `${name} has to be a column of the inventory, or --set ${name}=…`;
        this.#add('note', { ...place, problem, hint: near && `did you mean ${near}?` });
      } else if (near !== undefined && !strict.has(name)) {
        const problem = `there may be no ${name}, and nothing is said then`;
        this.#add('warning', { ...place, problem, hint: `did you mean ${near}?` });
      } else continue;
      told.add(name);
    }
  }

  /** Where the value of a header is. */
  #placeOf(header: string): Place {
    const line = this.#source.headers.find(({ name }) => name.toLowerCase() === header.toLowerCase())?.line ?? 1;
    return { line, column: this.#columnOfValue(line) };
  }

  #columnOfValue(line: number): number {
    const text = this.#lines[line - 1] ?? '';
    const [before = ''] = /^[^:]*:\s*/.exec(text) ?? [];
    return before.length + 1;
  }
}

/** Whether `&` or `<` may come out of it. What names a phone has none. */
function isProne({ helper, names, call }: PrintedUse): boolean {
  if (SAFE_IN_XML.has(helper)) return false;
  return names.some((name) => !ALWAYS.includes(name)) || call === 'this' || call === '.';
}

function proneInXml({ call, helper, names: _names, ...place }: PrintedUse): TemplateProblem {
  const written = helper === undefined ? call : `(${call})`;
  return { ...place, problem: `a & or < that comes out of {{${call}}} breaks the XML`, hint: `{{xml ${written}}}` };
}
