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
    const text = `${this.#separator}\n${JSON.stringify(toJson(preview))}`;
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
    return this.#terminal.write(`${JSON.stringify(toJson(preview))}\n`);
  }

  end(): undefined {}
}

/** A phone of a dry run has the command as well, as the text that would be sent. */
function toJson({ outcome, bytes }: Preview): object {
  return bytes ? { ...outcome, command: bytes.toString() } : outcome;
}
