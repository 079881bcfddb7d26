import type { Buffer } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
  type YAMLParseError,
} from 'yaml';
import { ConfigError, systemReason } from './errors.js';

/** A setting: its name, what it is set to, and where in the text it stands. */
export interface Setting {
  readonly key: string;
  readonly value: ParsedNode | null;
  readonly at: number;
}

/** What a file is for, for its errors. */
export interface YamlKind {
  /** What is in it: `codes`. */
  readonly what: string;
  /** Where it is shown how such a file is written. */
  readonly example: string;
  /** What to try after an error of the parser, by its code. */
  readonly hints?: Readonly<Record<string, string>>;
}

/** More than any file of settings has, bytes. */
const MAX_BYTES = 1 << 16;

/** A YAML file that people write; each error names the line. */
export class YamlFile {
  readonly path: string;
  /** What it was read from. */
  readonly bytes: Buffer;
  readonly #lines = new LineCounter();
  readonly #root: ParsedNode | null;

  /** @throws ConfigError if it is no YAML */
  private constructor(path: string, bytes: Buffer, { example, hints }: YamlKind) {
    this.path = path;
    this.bytes = bytes;
    const document = parseDocument(textOf(bytes, path), { lineCounter: this.#lines });
    const [error] = document.errors;
    if (error) this.refuse(error.pos[0], problemOf(error), hints?.[error.code] ?? HINTS[error.code] ?? example);
    this.#root = document.contents;
  }

  /** @throws ConfigError */
  static async read(path: string, kind: YamlKind): Promise<YamlFile> {
    return new YamlFile(path, await readSmall(path, kind), kind);
  }

  /** Whether there is nothing in it but comments. */
  get isEmpty(): boolean {
    return this.#root === null || (isScalar(this.#root) && this.#root.value === null);
  }

  /** The settings of the file itself. @throws ConfigError */
  settings(): Setting[] {
    return this.#entries(this.#root, 'the file');
  }

  /** The settings that stand below one. @throws ConfigError */
  below({ key, value, at }: Setting): Setting[] {
    if (!isMap(value))
      this.refuse(value?.range[0] ?? at, `"${key}" is not a list of settings`, 'lines like name: value');
    return this.#entries(value, `"${key}"`);
  }

  /** Whether settings stand below one. */
  isMap({ value }: Setting): boolean {
    return isMap(value);
  }

  /** The one value of a setting, as it stands there: `0771` stays that. @throws ConfigError */
  text({ key, value, at }: Setting): string {
    if (isAlias(value))
      return this.refuse(at, `${key}: *${value.source} refers to something else`, `quote it: "*${value.source}"`);
    if (value === null || (isScalar(value) && value.value === null)) return '';
    if (!isScalar(value)) return this.refuse(at, `${key}: one value is wanted`, `${key}: …`);
    return value.source ?? String(value.value);
  }

  /** The values of a setting that may have several: `[one, two]`, or one. @throws ConfigError */
  texts(setting: Setting): string[] {
    const { key, value, at } = setting;
    if (!isSeq(value)) return [this.text(setting)];
    return value.items.map((item) => this.text({ key, value: item as ParsedNode, at: item.range?.[0] ?? at }));
  }

  /** Where something stands: `path:line`. */
  place(at: number): string {
    return `${this.path}:${this.#lines.linePos(at).line || 1}`;
  }

  /** @throws ConfigError, always */
  refuse(at: number, problem: string, hint?: string): never {
    throw new ConfigError(`${this.place(at)}: ${problem}`, hint);
  }

  #entries(node: ParsedNode | null, what: string): Setting[] {
    if (!isMap(node))
      return this.refuse(node?.range[0] ?? 0, `${what} is not a list of settings`, 'lines like name: value');
    const seen = new Set<string>();
    return node.items.map(({ key, value }) => {
      const at = key.range?.[0] ?? 0;
      if (isAlias(key)) this.refuse(at, `*${key.source} is not quoted`, `"*${key.source}": …`);
      // As it stands there: 0771 is a code, not a number.
      if (!isScalar(key)) return this.refuse(at, 'a name is wanted', 'lines like name: value');
      const name = key.source ?? String(key.value);
      // 71 and "71" are two names in YAML, and one here.
      if (seen.has(name)) this.refuse(at, 'the same name again', 'take one of them away');
      seen.add(name);
      return { key: name, value: value as ParsedNode | null, at };
    });
  }
}

const HINTS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'take one of them away',
  TAB_AS_INDENT: 'indent with blanks',
};

async function readSmall(path: string, { what, example }: YamlKind): Promise<Buffer> {
  try {
    const found = await stat(path);
    // A pipe that nobody writes to is waited for for ever, and can't be given up.
    if (!found.isFile()) throw new ConfigError(`${path} is no file`, `name the file with the ${what}`);
    if (found.size > MAX_BYTES) throw new ConfigError(`${path} is no file of ${what}: it is too large`, example);
    return await readFile(path);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`${path} can't be read: ${systemReason(error as NodeJS.ErrnoException)}`, example);
  }
}

function textOf(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ConfigError(`${path} is not UTF-8`, 'save it as UTF-8');
  }
}

function problemOf({ code, message }: YAMLParseError): string {
  if (code === 'DUPLICATE_KEY') return 'the same name again';
  if (code === 'MULTIPLE_DOCS') return 'a second document begins here, and one is read';
  if (code === 'RESOURCE_EXHAUSTION') return 'it is nested too deeply';
  return message.split('\n', 1)[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? message;
}
