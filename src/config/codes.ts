import type { Buffer } from 'node:buffer';
import { type Setting, YamlFile, type YamlKind } from './yaml.js';

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
const KIND: YamlKind = {
  what: 'codes',
  example: 'the README shows what it looks like',
  hints: { UNEXPECTED_TOKEN: 'codes are quoted: "*71": resync' },
};
const SETTINGS = ['codes', 'identity', 'limit', 'confirm', 'deny'];

/**
 * Reads a file of feature codes, YAML.
 * @throws ConfigError that names file, line and key
 */
export async function readCodes<Action extends string, Identity extends string>(
  path: string,
  words: CodesWords<Action, Identity>,
): Promise<CodesFile<Action, Identity>> {
  return new Reader(await YamlFile.read(path, KIND), words).read();
}

class Reader<Action extends string, Identity extends string> {
  readonly #file: YamlFile;
  readonly #words: CodesWords<Action, Identity>;

  constructor(file: YamlFile, words: CodesWords<Action, Identity>) {
    this.#file = file;
    this.#words = words;
  }

  read(): CodesFile<Action, Identity> {
    const entries = new Map(this.#file.settings().map((entry) => [entry.key, entry]));
    for (const { key, at } of entries.values()) {
      if (!SETTINGS.includes(key)) this.#refuse(at, `there is no setting "${key}"`, `one of ${SETTINGS.join(', ')}`);
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
      bytes: this.#file.bytes,
    };
  }

  #codes(setting: Setting | undefined): Map<string, Action> {
    const entries = setting ? this.#file.below(setting) : [];
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
    const text = this.#file.text(setting);
    const [, calls, count = '1', unit = ''] = /^(\d{1,6})\/(\d{1,6})?([smh])$/.exec(text) ?? [];
    if (calls === undefined || Number(calls) * Number(count) === 0)
      return this.#refuse(setting.at, `limit: "${text}" is not a limit`, '5/1m: five calls a minute');
    return { calls: Number(calls), perMs: Number(count) * (UNITS_MS[unit] ?? 0) };
  }

  /** It goes into a command, where a line end can't stand. */
  #sound(setting: Setting | undefined, standard: string): string {
    if (!setting) return standard;
    const text = this.#file.text(setting);
    if (/[\u0000-\u001f]/.test(text))
      this.#refuse(setting.at, `${setting.key}: it holds a control character`, 'one line');
    return text;
  }

  #word<Word extends string>(setting: Setting, words: readonly Word[]): Word {
    const text = this.#file.text(setting).toLowerCase().replace(/\s+/g, ' ');
    const word = words.find((one) => one === text);
    return word ?? this.#refuse(setting.at, `${setting.key}: "${text}" is not known`, `one of ${words.join(', ')}`);
  }

  #refuse(at: number, problem: string, hint: string): never {
    return this.#file.refuse(at, problem, hint);
  }
}
