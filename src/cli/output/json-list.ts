import { toFailure } from '../failure.js';
import type { Terminal } from '../terminal.js';
import { toLine } from './json.js';
import type { Wait } from './reporter.js';
import { SCHEMA } from './schema.js';

/**
 * A JSON document with a list in it, written as its items come and never held whole. Nothing is written before the first item,
 * so that what fails until then can be a document of its own.
 */
export class JsonList {
  readonly #terminal: Terminal;
  readonly #begin: string;
  #separator: string;

  /** @param head what stands before the list */
  constructor(terminal: Terminal, name: string, head: object = {}) {
    this.#terminal = terminal;
    this.#begin = `{${fields({ schema: SCHEMA, ...head })},\n${JSON.stringify(name)}: [`;
    this.#separator = this.#begin;
  }

  add(item: object): Wait {
    const text = `${this.#separator}\n${toLine(item)}`;
    this.#separator = ',';
    return this.#terminal.write(text);
  }

  /** @param tail what stands behind the list */
  end(tail: object): Wait {
    const begin = this.#separator === this.#begin ? this.#begin : '';
    this.#terminal.hasDocument = true;
    return this.#terminal.write(`${begin}\n],\n${fields(tail)}}\n`);
  }

  /** Ends what has begun, with the error in it. */
  fail(error: unknown): Wait {
    if (this.#separator === this.#begin) return undefined;
    const { message, exitCode } = toFailure(error);
    return this.end({ error: { message, exitCode } });
  }
}

function fields(object: object): string {
  return Object.entries(object)
    .map(([name, value]) => `${JSON.stringify(name)}: ${toLine(value)}`)
    .join(',\n');
}
