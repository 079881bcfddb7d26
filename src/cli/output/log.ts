import { LOG_LEVELS, type Message, toLogLine } from '../../esl/index.js';
import { type Color, printableLines, type Terminal } from '../terminal.js';
import { toLine } from './json.js';
import type { Wait } from './reporter.js';

const LF = 10;

/** As fs_cli and the console have them, by level (mod_console.c). */
const COLORS: readonly (Color | undefined)[] = [undefined, 'red', 'red', 'red', 'magenta', 'cyan', 'green', 'yellow'];

/** Prints log lines as the log file has them, or as JSON. */
export class LogPrinter {
  readonly #terminal: Terminal;
  readonly #output: 'text' | 'jsonl';
  readonly #pattern: RegExp | undefined;

  /** @param pattern only entries that it fits */
  constructor(output: 'text' | 'jsonl', pattern: RegExp | undefined, terminal: Terminal) {
    this.#output = output;
    this.#pattern = pattern;
    this.#terminal = terminal;
  }

  /** Prints what is a log line; false for anything else. */
  print(message: Message): Wait | false {
    if (message.contentType !== 'log/data') return false;
    const { level, text, userData, ...where } = toLogLine(message);
    if (this.#pattern && !this.#pattern.test(text)) return false;
    if (this.#output === 'jsonl') {
      const name = LOG_LEVELS[level] ?? (level < 0 ? 'unknown' : `debug${level - LOG_LEVELS.length + 1}`);
      return this.#terminal.write(`${toLine({ level: name, ...where, userData, text })}\n`);
    }
    const { isWatched, hasColor } = this.#terminal;
    // Into a file or a pipe it goes as it came, which may not even be text.
    if (!isWatched && !hasColor) {
      return this.#terminal.writeBytes(message.body, message.body.at(-1) === LF ? '' : '\n');
    }
    const shown = isWatched ? printableLines(text) : text;
    const color = COLORS[level] ?? (level > 0 ? 'yellow' : undefined);
    return this.#terminal.write(`${color ? this.#terminal.paint(color, shown) : shown}\n`);
  }
}
