import { Buffer } from 'node:buffer';
import { EXIT } from '../../exit-codes.js';
import { explain } from '../../explain.js';
import { Failure, toFailure } from '../../failure.js';
import type { Terminal } from '../../terminal.js';
import { parseLine } from './intent.js';
import type { Link } from './link.js';
import { WrittenLines } from './written-lines.js';

export interface ScriptOptions {
  readonly terminal: Terminal;
  readonly link: Link;
  readonly input: AsyncIterable<Uint8Array> & { destroy(): unknown };
}

/** FreeSWITCH takes no longer body, bytes. */
const LONGEST_LINE = 16 * 1024 * 1024;

/** Carries out the lines of stdin, one after the other; a line that fails is said, and the next one is carried out. */
export class Script {
  readonly #options: ScriptOptions;
  /** What is under way. */
  #work: Promise<unknown> | undefined;
  /** The event that is being read. */
  #written: WrittenLines | undefined;
  #number = 0;
  #hasFailed = false;
  #isOver = false;
  /** What ended all, if it was not the last line; of several the first, which says most. */
  #fault: unknown;

  constructor(options: ScriptOptions) {
    this.#options = options;
  }

  /**
   * Runs to the last line, or until the signal is given.
   * @returns whether all went well
   * @throws Failure, EslError if the connection is lost, or stdin can't be read
   */
  async run(signal: AbortSignal): Promise<boolean> {
    const { terminal, link, input } = this.#options;
    const stop = (): void => this.#stop();
    signal.addEventListener('abort', stop, { once: true });
    terminal.onBroken(stop);
    const following = link
      .follow(() => this.#work?.then(noMore, noMore))
      .catch((error: unknown) => {
        this.#fault ??= error;
        stop();
      });
    try {
      for await (const line of linesOf(input)) {
        this.#number++;
        await this.#take(line);
        if (this.#isOver) break;
      }
      // Then the body ends where stdin does.
      if (this.#written && !this.#isOver) await this.#finish(this.#written);
    } catch (error) {
      // Stdin that was given up says so, too.
      if (!this.#isOver) this.#fault = error;
    }
    await link.leave(false);
    await following;
    if (this.#fault !== undefined && !signal.aborted && !terminal.broken) throw this.#fault;
    return !this.#hasFailed;
  }

  #stop(): void {
    this.#isOver = true;
    this.#options.input.destroy();
    // Also where an answer is awaited.
    void this.#options.link.leave(true);
  }

  async #take(line: string): Promise<void> {
    if (this.#written) {
      if (this.#written.add(line) === 'complete') await this.#finish(this.#written);
      return;
    }
    await this.#carryOut(() => {
      const intent = parseLine(line);
      if (intent.kind === 'quit') this.#isOver = true;
      else if (intent.kind === 'begin') this.#written = new WrittenLines(intent.line);
      else if (intent.kind !== 'nothing') return this.#options.link.operator.carryOut(intent);
      return undefined;
    });
  }

  async #finish({ text }: WrittenLines): Promise<void> {
    this.#written = undefined;
    await this.#carryOut(() => this.#options.link.operator.sendWritten(text));
  }

  async #carryOut(task: () => Promise<Failure | undefined> | undefined): Promise<void> {
    const { link, terminal } = this.#options;
    try {
      const work = task();
      this.#work = work;
      const failure = await work;
      if (failure) throw failure;
    } catch (error) {
      this.#hasFailed = true;
      const { message, exitCode, hint, details } = toFailure(error);
      const failure = new Failure(`line ${this.#number}: ${message}`, exitCode, { hint, details });
      if (link.isUp) {
        // Behind the answer that it is about.
        await terminal.flush();
        explain(failure, terminal);
      } else {
        this.#fault ??= failure;
        this.#isOver = true;
      }
    } finally {
      this.#work = undefined;
    }
  }
}

function noMore(): void {}

/** Lines without their line feeds; a carriage return before one may belong to a body, and stays. */
async function* linesOf(input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of input) {
    let start = 0;
    for (let end = piece.indexOf(10); end >= 0; end = piece.indexOf(10, start)) {
      yield toText([...pieces, piece.subarray(start, end)]);
      pieces = [];
      length = 0;
      start = end + 1;
    }
    pieces.push(piece.subarray(start));
    length += piece.length - start;
    if (length > LONGEST_LINE) throw new Failure(`stdin: a line is longer than ${LONGEST_LINE} bytes`, EXIT.input);
  }
  if (length > 0) yield toText(pieces);
}

function toText(pieces: readonly Uint8Array[]): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(pieces));
  } catch {
    throw new Failure('stdin: it is not UTF-8', EXIT.input);
  }
}
