import type { Terminal } from '../terminal.js';
import type { Preview, Reporter, RunHead, RunTail, Wait } from './reporter.js';
import { SCHEMA } from './schema.js';

/** One document: `{schema, run, phones, summary}`, written as the phones come and never held whole. */
export class JsonReporter implements Reporter {
  readonly #terminal: Terminal;
  #separator = '';

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  begin(head: RunHead): Wait {
    return this.#terminal.write(`{"schema": ${SCHEMA},\n"run": ${JSON.stringify(head)},\n"phones": [`);
  }

  phone(preview: Preview): Wait {
    const text = `${this.#separator}\n${toLine(toJson(preview))}`;
    this.#separator = ',';
    return this.#terminal.write(text);
  }

  end({ counts, ms }: RunTail): Wait {
    return this.#terminal.write(`\n],\n"summary": ${JSON.stringify(counts)},\n"ms": ${Math.round(ms)}}\n`);
  }
}

/** One object a line, as they come. */
export class JsonLinesReporter implements Reporter {
  readonly #terminal: Terminal;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  begin(): undefined {}

  phone(preview: Preview): Wait {
    return this.#terminal.write(`${toLine(toJson(preview))}\n`);
  }

  end(): undefined {}
}

/** JSON that is also harmless on a terminal: what could steer one is escaped. */
export function toLine(value: unknown): string {
  return harmless(JSON.stringify(value));
}

/** JSON, with what could steer a terminal escaped: it can stand within strings only. */
export function harmless(json: string): string {
  return json.replace(STEERING, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const STEERING = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A phone of a dry run has the command as well, as the text that would be sent. */
function toJson({ outcome, bytes }: Preview): object {
  return bytes ? { ...outcome, command: bytes.toString() } : outcome;
}
