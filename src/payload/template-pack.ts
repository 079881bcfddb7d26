import { PackError } from './errors.js';
import { isPartialName } from './partials.js';

/** The version of the format. */
export const PACK_SCHEMA = 1;

/** Of names and texts together, bytes. */
export const MAX_PACK_BYTES = 1024 * 1024;
/** Templates and partials together. */
export const MAX_PACK_FILES = 1000;
/** Names of files may have 255, with what is appended. Bytes. */
const MAX_NAME_BYTES = 200;
const MAX_SHOWN = 60;

/** A template with the partials that it uses, its own and theirs. */
export interface PackedTemplate {
  readonly name: string;
  readonly text: string;
  /** Their texts, by name. */
  readonly partials: Readonly<Record<string, string>>;
}

/** A user's own templates, as JSON, for another machine. */
export interface TemplatePack {
  readonly schema: typeof PACK_SCHEMA;
  /** No two of one name. */
  readonly templates: readonly PackedTemplate[];
}

/**
 * A pack that came from elsewhere, once it is sure that it is one: of few and short texts, under names that can be those of
 * files and nothing else.
 * @throws PackError
 */
export function checkPack(value: unknown): TemplatePack {
  if (!isObject(value) || !Array.isArray(value.templates)) {
    throw new PackError('what came as templates is no pack of templates', SAME_VERSION);
  }
  if (value.schema !== PACK_SCHEMA) {
    throw new PackError(
      `a pack of templates has the format ${shown(value.schema)}, and not ${PACK_SCHEMA}`,
      SAME_VERSION,
    );
  }
  const count = new Count();
  const templates = value.templates.map((template) => checkTemplate(template, count));
  const names = new Set<string>();
  for (const { name } of templates) {
    if (names.has(name)) throw new PackError(`the pack has two templates ${shown(name)}`, 'each name once');
    names.add(name);
  }
  return { schema: PACK_SCHEMA, templates };
}

const SAME_VERSION = 'the same version of phonectl has to run on both sides';

function checkTemplate(value: unknown, count: Count): PackedTemplate {
  if (!isObject(value)) throw new PackError('a template of the pack is no object', SAME_VERSION);
  const { name, text, partials } = value;
  if (typeof name !== 'string' || !isTemplateName(name)) {
    throw new PackError(
      `${shown(name)} is no name that a template can travel by`,
      'no / or \\ in it, no dot at its beginning, no control characters, not too long',
    );
  }
  if (!isText(text)) throw new PackError(`template ${shown(name)} of the pack has no text`, SAME_VERSION);
  if (!isObject(partials)) throw new PackError(`template ${shown(name)} of the pack has no partials`, SAME_VERSION);
  count.add(name, text);
  const checked = Object.entries(partials).map(([partial, content]): [string, string] => {
    if (!isPartialName(partial) || !isShort(partial)) {
      throw new PackError(
        `${shown(partial)}, of template ${shown(name)}, is no name of a partial`,
        'letters, digits, - and _, not too long',
      );
    }
    if (!isText(content)) {
      throw new PackError(`partial ${shown(partial)} of template ${shown(name)} has no text`, SAME_VERSION);
    }
    count.add(partial, content);
    return [partial, content];
  });
  return { name, text, partials: Object.fromEntries(checked) };
}

/** Whether a template can travel by this name: what is a file's name on any machine, and none that is hidden. */
export function isTemplateName(name: string): boolean {
  return /^[^./\\\p{Cc}][^/\\\p{Cc}]*$/u.test(name) && name.isWellFormed() && !name.endsWith('.hbs') && isShort(name);
}

function isShort(name: string): boolean {
  return Buffer.byteLength(name) <= MAX_NAME_BYTES;
}

/** One that comes out of a file as it went in. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && value.isWellFormed();
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, MAX_SHOWN));
  return typeof value === 'number' ? String(value) : `of type ${typeof value}`;
}

class Count {
  #bytes = 0;
  #files = 0;

  /** @throws PackError if it is one too many */
  add(name: string, text: string): void {
    this.#files++;
    this.#bytes += Buffer.byteLength(name) + Buffer.byteLength(text);
    const hint = 'only templates that runs need belong into the folders of templates; put the others elsewhere';
    if (this.#files > MAX_PACK_FILES) {
      throw new PackError(`there are more than ${MAX_PACK_FILES} templates and partials, too many to travel`, hint);
    }
    if (this.#bytes > MAX_PACK_BYTES) {
      throw new PackError('the templates and their partials have more than 1 MiB, too much to travel', hint);
    }
  }
}
