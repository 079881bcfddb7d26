import { OrderSpecError } from './order-spec-error.js';

/** A text of somebody else's is shown no longer than this. */
const MAX_SHOWN = 60;

const OTHER_VERSION =
  'the same version of phonectl has to run here and where the order comes from: phonectl --version tells it';

/** The fields of an object that came from another process. Each is asked for by name and type; none is left over. */
export class SpecFields {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #where: string;
  readonly #asked = new Set<string>();

  /**
   * @param where how sentences name it
   * @throws OrderSpecError if it is no object
   */
  constructor(value: unknown, where: string) {
    if (!isObject(value))
      throw new OrderSpecError(`${where} is ${SpecFields.show(value)}, and no object`, OTHER_VERSION);
    this.#fields = value;
    this.#where = where;
  }

  /** A value as an error shows it: on one line, cut where it is long. */
  static show(value: unknown): string {
    if (value === undefined) return 'missing';
    if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
    const text = JSON.stringify(typeof value === 'string' ? value.slice(0, MAX_SHOWN) : value) ?? typeof value;
    return typeof value === 'string' && value.length > MAX_SHOWN ? `${text}…` : text;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#fields, name) && this.#fields[name] !== undefined;
  }

  /** @throws OrderSpecError */
  oneOf<Word extends string>(name: string, words: readonly Word[]): Word {
    const value = this.#get(name);
    const word = words.find((one) => one === value);
    if (word === undefined) throw this.wrong(name, words.join(' or '));
    return word;
  }

  /** One that is not empty. @throws OrderSpecError */
  text(name: string): string {
    const value = this.#get(name);
    if (typeof value !== 'string' || value === '') throw this.wrong(name, 'a text');
    return value;
  }

  /** @throws OrderSpecError */
  flag(name: string): boolean {
    const value = this.#get(name);
    if (typeof value !== 'boolean') throw this.wrong(name, 'true or false');
    return value;
  }

  /**
   * @param isRight only asked of numbers that are finite
   * @throws OrderSpecError
   */
  number(name: string, isRight: (value: number) => boolean, what: string): number {
    const value = this.#get(name);
    if (typeof value !== 'number' || !Number.isFinite(value) || !isRight(value)) throw this.wrong(name, what);
    return value;
  }

  /** Texts by name, which may be empty. @throws OrderSpecError */
  texts(name: string): Record<string, string> {
    const value = this.#get(name);
    if (!isObject(value)) throw this.wrong(name, 'an object');
    const entries = Object.entries(value).map(([key, text]): [string, string] => {
      if (typeof text !== 'string') throw this.wrong(name, `texts, and ${SpecFields.show(key)} is none`);
      return [key, text];
    });
    // Defines each, so that `__proto__` is a name like any other.
    return Object.fromEntries(entries);
  }

  /** @throws OrderSpecError */
  inner(name: string): SpecFields {
    return new SpecFields(this.#get(name), `${name} of ${this.#where}`);
  }

  /**
   * What is not known here may decide about the order.
   * @throws OrderSpecError
   */
  refuseOthers(): void {
    const other = Object.keys(this.#fields).find((name) => !this.#asked.has(name) && this.has(name));
    if (other === undefined) return;
    throw new OrderSpecError(`${this.#where} has a field that is not known: ${SpecFields.show(other)}`, OTHER_VERSION);
  }

  /** The error for a field that is not what it has to be. */
  wrong(name: string, what: string): OrderSpecError {
    const value = SpecFields.show(this.has(name) ? this.#fields[name] : undefined);
    return new OrderSpecError(`${name} of ${this.#where} is ${value}; it has to be ${what}`, OTHER_VERSION);
  }

  #get(name: string): unknown {
    this.#asked.add(name);
    return this.has(name) ? this.#fields[name] : undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
