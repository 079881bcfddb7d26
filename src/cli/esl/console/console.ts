import { EXIT } from '../../exit-codes.js';
import { explain } from '../../explain.js';
import { type Failure, toFailure } from '../../failure.js';
import { printable, type Terminal } from '../../terminal.js';
import { complete } from './completion.js';
import { type History, mayKeep } from './history.js';
import { parseLine } from './intent.js';
import { LineEditor } from './line-editor.js';
import type { Link } from './link.js';
import { END, WrittenLines } from './written-lines.js';

export interface ConsoleOptions {
  readonly terminal: Terminal;
  readonly link: Link;
  readonly history: History;
  /** How the prompt names the server. */
  readonly name: string;
}

/** A line that was entered, or Ctrl-D. */
interface Typed {
  readonly line: string | undefined;
  /** Whether it has been seen on the screen. */
  readonly isShown: boolean;
}

const HOW_TO_LEAVE = 'to leave: /quit, or Ctrl-D';
const HOW_TO_WRITE = `note: headers, an empty line, the body; a line with ${END} ends it, Ctrl-C drops it`;

/** The console as somebody at a terminal sees it: one line after the other, with what the server tells above it. */
export class Console {
  readonly #options: ConsoleOptions;
  readonly #editor: LineEditor;
  readonly #typed: Typed[] = [];
  /** What is under way. */
  #work: Promise<void> | undefined;
  /** The event that is being written. */
  #written: WrittenLines | undefined;
  #isTaught = false;
  #isWarned = false;
  #hasLeft = false;
  #end: (exitCode: number | undefined) => void = () => {};

  /** @param lines from before, oldest first */
  constructor(options: ConsoleOptions, lines: readonly string[]) {
    this.#options = options;
    const { terminal, link } = options;
    this.#editor = new LineEditor({
      terminal,
      history: lines,
      mayKeep: (line) => this.#written?.part !== 'body' && mayKeep(line),
      complete: async (line) => (this.#written ? [[], line] : complete(line, () => link.current)),
      onLine: (line, isShown) => this.#enter({ line, isShown }),
      onInterrupt: (line) => this.#interrupt(line),
      onEnd: () => this.#endOfInput(),
    });
  }

  /**
   * Runs until somebody leaves.
   * @returns the exit code, if it is not that of success
   * @throws EslError, Failure if the connection is lost for good
   */
  async run(signal: AbortSignal): Promise<number | undefined> {
    const { terminal, link, history } = this.#options;
    const left = new Promise<number | undefined>((resolve) => {
      this.#end = resolve;
    });
    const leave = (): void => this.#end(undefined);
    signal.addEventListener('abort', leave, { once: true });
    terminal.onBroken(leave);
    this.#next();
    try {
      // It ends only by itself with an error.
      return await Promise.race([left, link.follow(() => this.#work).then(() => left)]);
    } finally {
      this.#hasLeft = true;
      this.#editor.close();
      await Promise.all([link.leave(this.#work !== undefined), history.written()]);
    }
  }

  #enter(typed: Typed): void {
    this.#typed.push(typed);
    this.#next();
  }

  /** Takes what was entered, as long as nothing is under way. */
  #next(): void {
    while (this.#work === undefined) {
      const typed = this.#typed.shift();
      if (typed === undefined) {
        this.#editor.ask(this.#prompt);
        return;
      }
      if (typed.line !== undefined && !typed.isShown) this.#editor.echo(this.#prompt, typed.line);
      this.#take(typed.line);
    }
  }

  get #prompt(): string {
    return this.#written
      ? `${this.#written.part === 'body' ? 'body' : 'header'}> `
      : `freeswitch@${this.#options.name}> `;
  }

  #take(line: string | undefined): void {
    if (this.#written) {
      if (line !== undefined) this.#remember(line);
      this.#addTo(this.#written, line);
    } else if (line === undefined) {
      this.#end(undefined);
    } else {
      this.#remember(line);
      this.#obey(line);
    }
  }

  #remember(line: string): void {
    if (this.#written?.part !== 'body' && mayKeep(line)) this.#options.history.add(line);
  }

  #obey(line: string): void {
    const { terminal, link } = this.#options;
    try {
      const intent = parseLine(line);
      switch (intent.kind) {
        case 'nothing':
          break;
        case 'quit':
          this.#end(undefined);
          break;
        case 'begin':
          this.#written = new WrittenLines(intent.line);
          if (!this.#isTaught) terminal.say(HOW_TO_WRITE);
          this.#isTaught = true;
          break;
        case 'bgapi':
          void this.#tell(link.operator.carryOut(intent));
          break;
        default:
          this.#workOn(link.operator.carryOut(intent));
      }
    } catch (error) {
      explain(toFailure(error), terminal);
    }
  }

  /** One more line of an event; its end for Ctrl-D. */
  #addTo(written: WrittenLines, line: string | undefined): void {
    const { length } = written;
    const state = line === undefined ? 'complete' : written.add(line);
    if (state === 'too-long') {
      this.#options.terminal.say(
        `warning: content-length ${length} is too short for this body, which ends at a line with a single ${END}`,
      );
    } else if (state === 'complete') {
      this.#written = undefined;
      this.#workOn(this.#options.link.operator.sendWritten(written.text));
    }
  }

  #workOn(work: Promise<Failure | undefined>): void {
    this.#editor.rest();
    this.#work = this.#tell(work).then(() => {
      this.#work = undefined;
      this.#isWarned = false;
      this.#next();
    });
  }

  /** Says what came of it, beside the answer that stands there already. */
  async #tell(work: Promise<Failure | undefined>): Promise<void> {
    const { terminal } = this.#options;
    try {
      const failure = await work;
      // Behind the answer that it is about.
      await terminal.flush();
      if (failure?.hint !== undefined) terminal.say(`  try: ${printable(failure.hint)}`);
    } catch (error) {
      await terminal.flush();
      if (!this.#hasLeft) explain(toFailure(error), terminal);
    }
  }

  #interrupt(line: string | undefined): void {
    const { terminal } = this.#options;
    this.#typed.length = 0;
    this.#editor.discard();
    if (this.#work !== undefined) {
      if (this.#isWarned) this.#end(EXIT.interrupted);
      else terminal.say('the answer is still awaited; Ctrl-C once more leaves without it');
      this.#isWarned = true;
      return;
    }
    if (this.#written) terminal.say('thrown away; nothing was sent');
    else if (line === '') terminal.say(HOW_TO_LEAVE);
    this.#written = undefined;
    this.#editor.ask(this.#prompt);
  }

  #endOfInput(): void {
    if (process.stdin.readableEnded || process.stdin.destroyed) {
      this.#end(undefined);
      return;
    }
    this.#editor.reopen();
    this.#enter({ line: undefined, isShown: true });
  }
}
