import { open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeProblem } from '../journal/errors.js';
import { ensureFolder } from '../journal/store.js';
import type { Feature, State } from './actions.js';

/**
 * Remembers what is on, as neither phones nor FreeSWITCH tell: a small JSON file, whole at any time. One process writes it.
 */
export class Switches {
  readonly #path: string;
  readonly #on: Set<string>;
  #writing: Promise<void> = Promise.resolve();

  private constructor(path: string, on: Set<string>) {
    this.#path = path;
    this.#on = on;
  }

  /** @throws JournalError if the folder can't be made. A file that can't be read is begun anew: all is off then. */
  static async open(path: string): Promise<Switches> {
    await ensureFolder(dirname(path));
    return new Switches(path, await read(path));
  }

  isOn(feature: Feature, aor: string): boolean {
    return this.#on.has(`${feature} ${aor}`);
  }

  /** @throws JournalError if it can't be written; until the next start it is remembered all the same */
  set(feature: Feature, aor: string, state: State): Promise<void> {
    if (state === 'on') this.#on.add(`${feature} ${aor}`);
    else this.#on.delete(`${feature} ${aor}`);
    const written = this.#writing.then(() => this.#write());
    this.#writing = written.catch(() => {});
    return written;
  }

  async #write(): Promise<void> {
    const draft = `${this.#path}.new`;
    try {
      const file = await open(draft, 'w', 0o600);
      try {
        await file.writeFile(`${JSON.stringify({ on: [...this.#on] })}\n`);
        await file.datasync();
      } finally {
        await file.close();
      }
      await rename(draft, this.#path);
    } catch (error) {
      throw writeProblem(this.#path, error);
    }
  }
}

async function read(path: string): Promise<Set<string>> {
  const text = await readFile(path, 'utf8').catch(() => '{}');
  try {
    const { on } = JSON.parse(text) as { on?: unknown };
    return new Set(Array.isArray(on) ? on.filter((key) => typeof key === 'string') : []);
  } catch {
    return new Set();
  }
}
