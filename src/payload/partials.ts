import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { reason } from './reason.js';

/** The folder of partials, beside the templates that use them; in a folder of its own, for they are no templates. */
const FOLDER = 'partials';
const SUFFIX = '.hbs';
/** Not a path: no `/`, no `..`. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*$/;
/** No payload may be longer, bytes. */
const MAX_BYTES = 64 * 1024;
const MAX_LISTED = 20;

/** Whether it can be the name of a partial. */
export function isPartialName(name: string): boolean {
  return NAME.test(name);
}

/** A partial that can't be used: what is wrong, and what to try. */
export class PartialError extends Error {
  readonly hint: string | undefined;
  /** Those that there are, where the one that was asked for is not. */
  readonly among: readonly string[] | undefined;

  constructor(problem: string, hint?: string, among?: readonly string[]) {
    super(problem);
    this.hint = hint;
    this.among = among;
  }
}

/** The partials that the templates of a folder can use: `partials/footer.hbs` is `{{> footer}}`. */
export class Partials {
  readonly #folder: string;
  readonly #texts = new Map<string, string>();

  /** @param template the path of a template's file */
  constructor(template: string) {
    this.#folder = join(dirname(template), FOLDER);
  }

  /** Those that were asked for, as they were read. */
  get used(): ReadonlyMap<string, string> {
    return this.#texts;
  }

  pathOf(name: string): string {
    return join(this.#folder, name + SUFFIX);
  }

  /** All that there are, by name. */
  names(): string[] {
    try {
      return readdirSync(this.#folder)
        .filter((file) => file.endsWith(SUFFIX))
        .map((file) => basename(file, SUFFIX))
        .sort();
    } catch {
      return [];
    }
  }

  /**
   * The text of one, without the line end that closes its file. Read once.
   * @throws PartialError
   */
  text(name: string): string {
    const known = this.#texts.get(name);
    if (known !== undefined) return known;
    if (!isPartialName(name)) {
      throw new PartialError(
        `"${name.slice(0, 60)}" is no name of a partial`,
        `letters, digits, - and _: ${this.pathOf('footer')} is {{> footer}}`,
      );
    }
    const text = this.#read(name);
    this.#texts.set(name, text);
    return text;
  }

  #read(name: string): string {
    const path = this.pathOf(name);
    let bytes: Uint8Array;
    try {
      bytes = readSmall(path);
    } catch (error) {
      if (error instanceof PartialError) throw error;
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        throw new PartialError(`${path} can't be read: ${reason(error)}`);
      const names = this.names();
      const hint = names.length > 0 ? `there are: ${names.slice(0, MAX_LISTED).join(', ')}` : `it would be ${path}`;
      throw new PartialError(`there is no partial "${name}"`, hint, names);
    }
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
      return text.replace(/\r\n?/g, '\n').replace(/\n$/, '');
    } catch {
      throw new PartialError(`${path} is not UTF-8`, 'save it as UTF-8');
    }
  }
}

/** A file that is one: what is a pipe or a device is not waited for. */
function readSmall(path: string): Uint8Array {
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(file);
    if (stat.isDirectory()) throw new PartialError(`${path} can't be read: it is a folder`);
    if (!stat.isFile()) throw new PartialError(`${path} is no file, but a pipe or a device`);
    const bytes = new Uint8Array(MAX_BYTES + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < bytes.length; length += read) {
      read = readSync(file, bytes, length, bytes.length - length, null);
    }
    if (length > MAX_BYTES) throw new PartialError(`${path} is longer than ${MAX_BYTES} bytes`);
    return bytes.subarray(0, length);
  } finally {
    closeSync(file);
  }
}
