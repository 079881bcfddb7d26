import type { Buffer } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { isAlias, isMap, isScalar, LineCounter, type ParsedNode, parseDocument, type YAMLParseError } from 'yaml';
import { ConfigError } from './server.js';

/** A file of feature codes. */
export interface CodesFile<Action extends string, Identity extends string> {
  /** What each number does. */
  readonly codes: ReadonlyMap<string, Action>;
  /** How it is known who calls. */
  readonly identity: Identity;
  /** Calls of one caller in a time. */
  readonly limit: { readonly calls: number; readonly perMs: number };
  /** What the caller hears: what FreeSWITCH's `playback` takes; empty for silence. */
  readonly sounds: { readonly confirm: string; readonly deny: string };
  /** What it was read from. */
  readonly bytes: Buffer;
}

/** The words that a file may use, the default first. */
export interface CodesWords<Action extends string, Identity extends string> {
  readonly actions: readonly Action[];
  readonly identities: readonly [Identity, ...Identity[]];
}

/** Two short high tones; two long low ones. */
const SOUNDS = {
  confirm: 'tone_stream://%(150,100,800);%(150,0,1200)',
  deny: 'tone_stream://%(400,200,480);%(400,0,480)',
};
const LIMIT = { calls: 5, perMs: 60_000 };
const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };
const CODE = /^[\w*#+.-]{1,40}$/;
const MAX_BYTES = 1 << 16;
const EXAMPLE = 'the README shows what it looks like';
const SYNTAX_HINTS: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'take one of them away',
  UNEXPECTED_TOKEN: 'codes are quoted: "*71": resync',
};

/**
 * Reads a file of feature codes, YAML.
 * @throws ConfigError that names file, line and key
 */
export async function readCodes<Action extends string, Identity extends string>(
  path: string,
  words: CodesWords<Action, Identity>,
): Promise<CodesFile<Action, Identity>> {
  const bytes = await readSmall(path);
  return { ...new Reader(path, textOf(bytes, path), words).read(), bytes };
}

async function readSmall(path: string): Promise<Buffer> {
  try {
    const found = await stat(path);
    // A pipe that nobody writes to is waited for for ever, and can't be given up.
    if (!found.isFile()) throw new ConfigError(`${path} is no file`, 'name the file with the codes');
    if (found.size > MAX_BYTES) throw new ConfigError(`${path} is no file of codes: it is too large`, EXAMPLE);
    return await readFile(path);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ConfigError(`${path} can't be read: ${code === 'ENOENT' ? 'there is no such file' : message}`, EXAMPLE);
  }
}

function textOf(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ConfigError(`${path} is not UTF-8`, 'save it as UTF-8');
  }
}

class Reader<Action extends string, Identity extends string> {
  readonly #path: string;
  readonly #lines = new LineCounter();
  readonly #text: string;
  readonly #words: CodesWords<Action, Identity>;

  constructor(path: string, text: string, words: CodesWords<Action, Identity>) {
    this.#path = path;
    this.#text = text;
    this.#words = words;
  }

  read(): Omit<CodesFile<Action, Identity>, 'bytes'> {
    const document = parseDocument(this.#text, { lineCounter: this.#lines });
    const [error] = document.errors;
    if (error) this.#refuse(error.pos[0], problemOf(error), SYNTAX_HINTS[error.code] ?? EXAMPLE);
    const entries = new Map(this.#entries(document.contents, 'the file').map((entry) => [entry.key, entry]));
    const known = ['codes', 'identity', 'limit', 'confirm', 'deny'];
    for (const { key, at } of entries.values()) {
      if (!known.includes(key)) this.#refuse(at, `there is no setting "${key}"`, `one of ${known.join(', ')}`);
    }
    const [standard] = this.#words.identities;
    const identity = entries.get('identity');
    const limit = entries.get('limit');
    return {
      codes: this.#codes(entries.get('codes')),
      identity: identity ? this.#word(identity, this.#words.identities) : standard,
      limit: limit ? this.#limit(limit) : LIMIT,
      sounds: {
        confirm: this.#sound(entries.get('confirm'), SOUNDS.confirm),
        deny: this.#sound(entries.get('deny'), SOUNDS.deny),
      },
    };
  }

  #codes(setting: Setting | undefined): Map<string, Action> {
    const entries = setting ? this.#entries(setting.value, '"codes"') : [];
    if (entries.length === 0)
      this.#refuse(setting?.at ?? 0, 'there are no codes', 'codes: then a line like "*71": resync');
    return new Map(
      entries.map((entry) => {
        const { key, at } = entry;
        if (!CODE.test(key)) this.#refuse(at, `"${key}" is not a number that can be dialled`, 'like "*71"');
        return [key, this.#word(entry, this.#words.actions)];
      }),
    );
  }

  #limit(setting: Setting): { calls: number; perMs: number } {
    const text = this.#textOf(setting);
    const [, calls, count = '1', unit = ''] = /^(\d{1,6})\/(\d{1,6})?([smh])$/.exec(text) ?? [];
    if (calls === undefined || Number(calls) * Number(count) === 0)
      return this.#refuse(setting.at, `limit: "${text}" is not a limit`, '5/1m: five calls a minute');
    return { calls: Number(calls), perMs: Number(count) * (UNITS_MS[unit] ?? 0) };
  }

  /** It goes into a command, where a line end can't stand. */
  #sound(setting: Setting | undefined, standard: string): string {
    if (!setting) return standard;
    const text = this.#textOf(setting);
    if (/[\u0000-\u001f]/.test(text))
      this.#refuse(setting.at, `${setting.key}: it holds a control character`, 'one line');
    return text;
  }

  #word<Word extends string>(setting: Setting, words: readonly Word[]): Word {
    const text = this.#textOf(setting).toLowerCase().replace(/\s+/g, ' ');
    const word = words.find((one) => one === text);
    return word ?? this.#refuse(setting.at, `${setting.key}: "${text}" is not known`, `one of ${words.join(', ')}`);
  }

  #textOf({ key, value, at }: Setting): string {
    if (isAlias(value))
      return this.#refuse(at, `${key}: *${value.source} refers to something else`, `quote it: "*${value.source}"`);
    if (isScalar(value) && value.value === null) return '';
    if (!isScalar(value)) return this.#refuse(at, `${key}: one value is wanted`, `${key}: …`);
    return value.source ?? String(value.value);
  }

  #entries(node: ParsedNode | null, what: string): Setting[] {
    if (!isMap(node))
      return this.#refuse(node?.range[0] ?? 0, `${what} is not a list of settings`, 'lines like name: value');
    const seen = new Set<string>();
    return node.items.map(({ key, value }) => {
      if (isAlias(key)) this.#refuse(key.range?.[0] ?? 0, `*${key.source} is not quoted`, `"*${key.source}": resync`);
      const at = key.range?.[0] ?? 0;
      // As it stands there: 0771 is a code, not a number.
      if (!isScalar(key)) return this.#refuse(at, 'a name is wanted', 'lines like name: value');
      const name = key.source ?? String(key.value);
      // 71 and "71" are two names in YAML, and one here.
      if (seen.has(name)) this.#refuse(at, 'the same name again', 'take one of them away');
      seen.add(name);
      return { key: name, value: value as ParsedNode | null, at };
    });
  }

  #refuse(at: number, problem: string, hint: string): never {
    throw new ConfigError(`${this.#path}:${this.#lines.linePos(at).line || 1}: ${problem}`, hint);
  }
}

interface Setting {
  readonly key: string;
  readonly value: ParsedNode | null;
  readonly at: number;
}

function problemOf({ code, message }: YAMLParseError): string {
  if (code === 'DUPLICATE_KEY') return 'the same name again';
  if (code === 'RESOURCE_EXHAUSTION') return 'it is nested too deeply';
  return message.split('\n', 1)[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? message;
}
