import type { Expectation } from './expectation.js';

/** Expectations that are not settled, by the keys under which news of them come. */
export class OpenExpectations {
  readonly #keys = new Map<Expectation, ReadonlySet<string>>();
  readonly #byKey = new Map<string, Set<Expectation>>();

  get all(): Iterable<Expectation> {
    return this.#keys.keys();
  }

  of(key: string): Iterable<Expectation> {
    return this.#byKey.get(key) ?? [];
  }

  add(expectation: Expectation, keys: ReadonlySet<string>): void {
    this.#keys.set(expectation, keys);
    for (const key of keys) {
      const others = this.#byKey.get(key);
      if (others) others.add(expectation);
      else this.#byKey.set(key, new Set([expectation]));
    }
  }

  remove(expectation: Expectation): void {
    for (const key of this.#keys.get(expectation) ?? []) {
      const others = this.#byKey.get(key);
      others?.delete(expectation);
      if (others?.size === 0) this.#byKey.delete(key);
    }
    this.#keys.delete(expectation);
  }
}
