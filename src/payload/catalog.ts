import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, delimiter, join } from 'node:path';
import { TemplateError } from './errors.js';
import { plainPart } from './part.js';
import { reason } from './reason.js';
import { parseSource } from './source.js';
import { assemble, type Template } from './template.js';

/** Where a template is kept. */
export interface TemplateFile {
  readonly name: string;
  readonly path: string;
  /** Whether it came with phonectl. */
  readonly shipped: boolean;
}

/** How the file of a template ends. */
export const TEMPLATE_SUFFIX = '.hbs';

/** So many names are shown of templates that there are, where none is near the one that there is not. */
const FEW = 8;

/** What is in the file of a template. */
export interface TemplateText {
  readonly text: string;
  readonly path: string;
}

/** The names of `among` that `word` is probably a slip of, the nearest first. */
export type Near = (word: string, among: readonly string[]) => readonly string[];

/** The folders of a list as in PATH. */
export function foldersOf(list: string): string[] {
  return list.split(delimiter).filter((folder) => folder !== '');
}

/** Whether a template is given by the path of its file, and not by its name. */
export function isTemplatePath(name: string): boolean {
  return name.includes('/') || name.endsWith(TEMPLATE_SUFFIX);
}

/** The templates at hand: those of the user's own folders, the first of them first, then those that came with phonectl. */
export class Catalog {
  readonly #shippedDir: string;
  readonly #ownDirs: readonly string[];
  readonly #near: Near;
  readonly #loaded = new Map<string, Promise<Template>>();
  readonly #texts = new Map<string, Promise<TemplateText>>();

  /** @param ownDirs one folder, or several, separated as in PATH */
  constructor(shippedDir: string, ownDirs = '', near: Near = () => []) {
    this.#shippedDir = shippedDir;
    this.#ownDirs = foldersOf(ownDirs);
    this.#near = near;
  }

  /** All templates by name; one of the user's hides a shipped one of the same name, and one in a folder that comes later. */
  async list(): Promise<TemplateFile[]> {
    const shipped = await this.#filesIn(this.#shippedDir, true);
    const own = await Promise.all(this.#ownDirs.map((folder) => this.#filesIn(folder, false)));
    const byName = new Map([...shipped, ...own.reverse().flat()].map((file) => [file.name, file]));
    return [...byName.values()].sort((a, b) => a.name.localeCompare(b.name));
  }

  /**
   * Where a template of this name, or at this path, is.
   * @throws TemplateError, with the names near it
   */
  async find(name: string): Promise<TemplateFile> {
    if (isTemplatePath(name)) return { name, path: name, shipped: false };
    const files = await this.list();
    const file = files.find((candidate) => candidate.name === name);
    if (file) return file;
    throw new TemplateError(name, undefined, 'there is no such template', await this.#hintFor(name, files));
  }

  /** What may have been meant by the name of no template. */
  async #hintFor(name: string, files: readonly TemplateFile[]): Promise<string> {
    const path = `./${name}${TEMPLATE_SUFFIX}`;
    // A file in the folder that one is in is named by its path, so that none is taken for a shipped one.
    const isFile = await stat(path).then(
      (found) => found.isFile(),
      () => false,
    );
    if (isFile && name !== '') return `did you mean ${path}?`;
    const names = files.map((candidate) => candidate.name);
    const near = this.#near(name, names);
    if (near.length > 0) return `did you mean ${near.join(' or ')}?`;
    const related = names.filter((other) => other.includes(name) || name.includes(other));
    const shown = related.length > 0 ? related : names;
    return shown.length > FEW ? 'template list has those that there are' : `there are: ${shown.join(', ')}`;
  }

  /**
   * The compiled template; compiled once.
   * @throws TemplateError
   */
  load(name: string): Promise<Template> {
    const loaded = this.#loaded.get(name) ?? this.#compile(name);
    this.#loaded.set(name, loaded);
    return loaded;
  }

  /** The templates that have been loaded so far, by name. */
  async inUse(): Promise<ReadonlyMap<string, Template>> {
    const entries = [...this.#loaded].map(async ([name, template]) => [name, await template] as const);
    return new Map(await Promise.all(entries));
  }

  async #compile(name: string): Promise<Template> {
    const { text, path } = await this.read(name);
    const template = assemble(name, parseSource(name, text), plainPart);
    if (template) return template;
    // Handlebars is most of what a short command would load, and most shipped templates do without.
    const [{ compileTemplate }, { Partials }] = await Promise.all([import('./compile.js'), import('./partials.js')]);
    return compileTemplate(name, text, new Partials(path));
  }

  /**
   * The text of a template of this name, or at this path. Read once: what comes through a pipe is gone then, and what a
   * template was made of is still to be had when its file has changed.
   * @throws TemplateError
   */
  read(name: string): Promise<TemplateText> {
    const text = this.#texts.get(name) ?? this.#read(name);
    this.#texts.set(name, text);
    return text;
  }

  async #read(name: string): Promise<TemplateText> {
    // A shipped template of this name is the usual case, and then the folders need no listing.
    if (this.#ownDirs.length === 0 && /^[a-z0-9-]+$/.test(name)) {
      const path = join(this.#shippedDir, name + TEMPLATE_SUFFIX);
      const text = await read(name, path).catch(() => undefined);
      if (text !== undefined) return { text, path };
    }
    const { path } = await this.find(name);
    return { text: await read(name, path), path };
  }

  async #filesIn(folder: string, shipped: boolean): Promise<TemplateFile[]> {
    const names = await readdir(folder).catch((cause: NodeJS.ErrnoException) => {
      throw new TemplateError(folder, undefined, `the folder can't be read: ${reason(cause)}`);
    });
    return names
      .filter((file) => file.endsWith(TEMPLATE_SUFFIX))
      .map((file) => ({ name: basename(file, TEMPLATE_SUFFIX), path: join(folder, file), shipped }));
  }
}

/** No payload fits into a datagram that is a hundredth of this, bytes. */
const MAX_BYTES = 4 * 1024 * 1024;

async function read(name: string, path: string): Promise<string> {
  const unreadable = (cause: NodeJS.ErrnoException): never => {
    throw new TemplateError(name, undefined, `${path} can't be read: ${reason(cause)}`);
  };
  const file = await stat(path).catch(unreadable);
  // A pipe may be what somebody's shell made of <(…), and named; one that lies in a folder would be waited for for ever.
  if (file.isFIFO() && path !== name) throw new TemplateError(name, undefined, `${path} is no file, but a pipe`);
  if (file.isCharacterDevice() || file.size > MAX_BYTES) {
    throw new TemplateError(name, undefined, `${path} is no template: it is too large`);
  }
  const bytes = await readFile(path).catch(unreadable);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new TemplateError(name, undefined, `${path} is not UTF-8`, 'save it as UTF-8');
  }
}
