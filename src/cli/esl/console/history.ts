import { appendFile, chmod, open, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeFolder } from '../../../run/make-folder.js';
import { withoutSecrets } from '../../secrets.js';

/** So many lines are kept. */
export const MOST_LINES = 500;

/** For its owner only: numbers, and what was said to phones. */
const MODE = 0o600;

/** A login, as the event socket has it, in whatever form somebody tries it. */
const LOGIN = /^\s*\/?\s*(?:(?:bg)?api\s+)*(?:user)?auth\b/i;

/** Whether a line may be remembered: no empty one, and none with a password. */
export function mayKeep(line: string): boolean {
  return line.trim() !== '' && !LOGIN.test(line) && withoutSecrets(line) === line;
}

/** What was typed in consoles before, in a file with a line each. Several consoles may add to it at a time. */
export class History {
  readonly #path: string;
  readonly #warn: (text: string) => void;
  #count = 0;
  #isLost = false;
  /** One after the other. */
  #writing: Promise<void> = Promise.resolve();

  /** @param warn hears, once, why it can't be kept */
  constructor(path: string, warn: (text: string) => void) {
    this.#path = path;
    this.#warn = warn;
  }

  /** The lines that are kept, oldest first. */
  async read(): Promise<readonly string[]> {
    try {
      await makeFolder(dirname(this.#path));
      await (await open(this.#path, 'a', MODE)).close();
      // It may have been made by somebody else, or copied.
      await chmod(this.#path, MODE);
      const lines = await this.#lines();
      this.#count = lines.length;
      return lines.slice(-MOST_LINES);
    } catch (error) {
      this.#lose(error);
      return [];
    }
  }

  /** Keeps one more. */
  add(line: string): void {
    this.#writing = this.#writing.then(() => this.#append(line)).catch((error: unknown) => this.#lose(error));
  }

  /** Resolves once all that was added is kept. */
  written(): Promise<void> {
    return this.#writing;
  }

  async #append(line: string): Promise<void> {
    if (this.#isLost) return;
    await appendFile(this.#path, `${line}\n`, { mode: MODE });
    if (++this.#count <= MOST_LINES) return;
    const lines = (await this.#lines()).slice(-MOST_LINES);
    const next = `${this.#path}.${process.pid}`;
    await writeFile(next, `${lines.join('\n')}\n`, { mode: MODE });
    await rename(next, this.#path);
    this.#count = lines.length;
  }

  async #lines(): Promise<string[]> {
    return (await readFile(this.#path, 'utf8')).split('\n').filter((line) => line !== '');
  }

  #lose(error: unknown): void {
    if (!this.#isLost) this.#warn(`note: what is typed is not remembered: ${(error as Error).message}`);
    this.#isLost = true;
  }
}
