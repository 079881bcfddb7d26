/** Lets one go after the other who have the same name, in the order in which they came. */
export class Turns {
  readonly #last = new Map<string, Promise<void>>();

  /** Does the work when all before it of this name is done, well or not. */
  async take<T>(name: string, work: () => Promise<T>): Promise<T> {
    const done = (this.#last.get(name) ?? Promise.resolve()).then(work);
    const over = done.then(
      () => {},
      () => {},
    );
    this.#last.set(name, over);
    try {
      return await done;
    } finally {
      if (this.#last.get(name) === over) this.#last.delete(name);
    }
  }
}
