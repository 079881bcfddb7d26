import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from 'node:readline';
import { Writable } from 'node:stream';
import type { Terminal } from '../../terminal.js';
import type { Completions } from './completion.js';
import { MOST_LINES } from './history.js';

export interface LineEditorOptions {
  readonly terminal: Terminal;
  /** Lines from before, oldest first. */
  readonly history: readonly string[];
  /** Whether the line that was just entered may be remembered. */
  readonly mayKeep: (line: string) => boolean;
  readonly complete: (line: string) => Promise<Completions>;
  /** A line was entered. `isShown` is false if nobody has seen it yet, as it was typed while there was no prompt. */
  readonly onLine: (line: string, isShown: boolean) => void;
  /** Ctrl-C, and what it was pressed on; undefined while there is no prompt. */
  readonly onInterrupt: (line: string | undefined) => void;
  /** Ctrl-D on an empty line, or the terminal is gone. */
  readonly onEnd: () => void;
}

/**
 * The line that somebody types on a terminal: Node's readline, which goes out of the way of what else is written. While there is
 * no prompt, what is typed is not shown, so that it does not stand amidst an answer; it is there when the prompt is back.
 */
export class LineEditor {
  readonly #options: LineEditorOptions;
  readonly #screen: Screen;
  #readline: Interface;
  /** Whether the line stands on the screen. */
  #isDrawn = false;
  #isPaused = false;
  #isClosing = false;
  readonly #onInput = (): void => {
    if (this.#isDrawn && !this.#isPaused) this.#locate();
  };

  constructor(options: LineEditorOptions) {
    const { terminal } = options;
    this.#options = options;
    this.#screen = new Screen(terminal.stdout);
    this.#readline = this.#open([...options.history].reverse());
    // Behind readline's own listener.
    process.stdin.on('data', this.#onInput);
    terminal.clearLine = () => this.#clear();
    terminal.drawLine = () => this.#draw();
  }

  /** Whether there is a prompt. */
  get isAsking(): boolean {
    return !this.#screen.isMuted;
  }

  /** Shows a prompt, and what has been typed already. */
  ask(prompt: string): void {
    if (prompt !== this.#readline.getPrompt()) this.#clear();
    this.#readline.setPrompt(prompt);
    this.#screen.isMuted = false;
    this.#draw();
  }

  /** Takes the prompt away, until `ask`. */
  rest(): void {
    this.#clear();
    this.#screen.isMuted = true;
  }

  /** Shows a line that was typed while there was no prompt. */
  echo(prompt: string, line: string): void {
    this.#options.terminal.stdout.write(`${prompt}${line}\n`);
  }

  /** Throws away what is typed, and leaves it on the screen with a mark behind it, as shells do. */
  discard(): void {
    this.#readline.write(null, { ctrl: true, name: 'e' });
    if (this.isAsking) this.#options.terminal.stdout.write('^C\n');
    this.#isDrawn = false;
    const wasMuted = this.#screen.isMuted;
    this.#screen.isMuted = true;
    this.#readline.write(null, { ctrl: true, name: 'u' });
    this.#screen.isMuted = wasMuted;
  }

  /** Goes on after a Ctrl-D. */
  reopen(): void {
    const { history } = this.#readline as Interface & { readonly history: readonly string[] };
    this.#readline = this.#open(history);
  }

  /** Gives the terminal back as it was. */
  close(): void {
    this.#isClosing = true;
    this.#clear();
    this.#screen.isMuted = true;
    this.#readline.close();
    process.stdin.off('data', this.#onInput);
    this.#options.terminal.clearLine = () => {};
    this.#options.terminal.drawLine = () => {};
  }

  #open(history: readonly string[]): Interface {
    const { mayKeep, complete, onLine, onInterrupt, onEnd } = this.#options;
    const readline = createInterface({
      input: process.stdin,
      output: this.#screen,
      terminal: true,
      history: [...history],
      historySize: MOST_LINES,
      removeHistoryDuplicates: true,
      // A terminal sends one of them, a paste may hold both.
      crlfDelay: Number.POSITIVE_INFINITY,
      completer: (line: string, done: (error: null, result: [string[], string]) => void) => {
        const nothing: Completions = [[], line];
        const found = this.isAsking ? complete(line) : Promise.resolve(nothing);
        void found.catch(() => nothing).then(([words, begun]) => done(null, [[...words], begun]));
      },
    });
    insertsWhatIsPasted(readline);
    return readline
      .on('pause', () => {
        this.#isPaused = true;
      })
      .on('resume', () => {
        this.#isPaused = false;
      })
      .on('history', (lines: string[]) => {
        const [last] = lines;
        if (last !== undefined && !mayKeep(last)) lines.shift();
      })
      .on('line', (line) => {
        const isShown = this.isAsking;
        this.#isDrawn = false;
        onLine(line, isShown);
      })
      .on('SIGINT', () => onInterrupt(this.isAsking ? readline.line : undefined))
      .on('close', () => {
        if (this.#isClosing) return;
        if (this.#isDrawn) this.#options.terminal.stdout.write('\n');
        this.#isDrawn = false;
        onEnd();
      });
  }

  /** Takes the line off the screen, with the cursor where it began. */
  #clear(): void {
    if (!this.#isDrawn) return;
    this.#isDrawn = false;
    const { stdout } = this.#options.terminal;
    moveCursor(stdout, 0, -this.#readline.getCursorPos().rows);
    cursorTo(stdout, 0);
    clearScreenDown(stdout);
  }

  #draw(): void {
    if (this.#isDrawn || !this.isAsking || this.#isClosing) return;
    this.#isDrawn = true;
    this.#locate();
    // From where the cursor would be, readline goes back to where its line begins.
    this.#options.terminal.stdout.write('\n'.repeat(this.#readline.getCursorPos().rows));
    this.#readline.prompt(true);
  }

  /** Has readline find out on which row of its line the cursor is: it loses count of what is pasted. */
  #locate(): void {
    this.#screen.isMuted = true;
    this.#readline.prompt(true);
    this.#screen.isMuted = false;
  }
}

/**
 * Readline puts several characters that come at once behind the line, wherever the cursor is: it does so while completion is off,
 * as it is during a paste, lest a tab in it completes something. So within a line completion stays on.
 */
function insertsWhatIsPasted(readline: Interface): void {
  let isEnabled = true;
  Object.defineProperty(readline, 'isCompletionEnabled', {
    get: () => isEnabled || readline.cursor < readline.line.length,
    set: (value: boolean) => {
      isEnabled = value;
    },
  });
}

/** The terminal as readline sees it. */
class Screen extends Writable {
  readonly #stdout: NodeJS.WriteStream;
  /** What is written meanwhile is nowhere to be seen. */
  isMuted = true;

  constructor(stdout: NodeJS.WriteStream) {
    super({ decodeStrings: false });
    this.#stdout = stdout;
    stdout.on('resize', () => this.emit('resize'));
  }

  get columns(): number {
    return this.#stdout.columns;
  }

  override _write(text: string | Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    if (!this.isMuted) this.#stdout.write(text);
    done();
  }
}
