import { Buffer } from 'node:buffer';
import { fstatSync } from 'node:fs';
import { withoutSecrets } from './secrets.js';

const LINE_FEED = 10;

/** Nobody sees this delay, and it saves most of the system calls of a fast run. */
const GATHER_MS = 10;

/** From so much on it is written out at once, bytes or characters. */
const GATHERED = 32 * 1024;

/** The streams of the process, and what can be done with them. All output goes through here. */
export class Terminal {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly #env: NodeJS.ProcessEnv;
  /** Whether a JSON document is on stdout already, so that an error must not add another one. */
  hasDocument = false;
  #buffer = '';
  /** What has been gathered before the text in `#buffer`, where some of it is bytes. */
  #pieces: Uint8Array[] = [];
  #pieceBytes = 0;
  #scheduled = false;
  /** Whether what was written to stdout last ended within a line. */
  #isWithinLine = false;
  /** Whether stdout and stderr are one file or pipe (`2>&1`); undefined until it is asked. */
  #isOneFile: boolean | undefined;
  #broken = false;
  #failure: Error | undefined;
  #onBroken: () => void = () => {};
  /** Resolves once the reader has caught up. */
  #drained: Promise<void> | undefined;
  #release: () => void = () => {};
  /** Removes what stands on the terminal's last line (the progress, a prompt) before other text is written. */
  #clearLine: () => void = () => {};
  /** Writes it again behind that text. */
  #drawLine: () => void = () => {};

  constructor(stdout = process.stdout, stderr = process.stderr, env = process.env) {
    this.stdout = stdout;
    this.stderr = stderr;
    this.#env = env;
    // oclif listens as well, and throws: a disk that is full would end a run without a word about its phones.
    stdout.removeAllListeners('error');
    stdout.on('drain', () => this.#release()).on('error', (error) => this.#lose(error));
    // There is nobody left to tell.
    stderr.on('error', () => {});
  }

  /** Whether nobody reads stdout any more (`… | head`); what is written after that is dropped. */
  get broken(): boolean {
    return this.#broken;
  }

  /** Why stdout can't be written any more, where its reader has not merely gone. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Calls back once stdout can't be written any more. */
  onBroken(callback: () => void): void {
    this.#onBroken = callback;
  }

  set clearLine(clear: () => void) {
    this.#clearLine = clear;
  }

  set drawLine(draw: () => void) {
    this.#drawLine = draw;
  }

  /** Writes to stdout, gathered into large pieces. A promise means: wait, the reader is slower than we are. */
  write(text: string): Promise<void> | undefined {
    if (this.#broken) return undefined;
    this.#buffer += text;
    return this.#flushSoon();
  }

  /**
   * Writes bytes to stdout as they are, for what is not ours and may not even be text. They are kept until then.
   * @param end what follows them
   */
  writeBytes(bytes: Uint8Array, end = ''): Promise<void> | undefined {
    if (this.#broken) return undefined;
    this.#gather(bytes);
    this.#buffer += end;
    return this.#flushSoon();
  }

  /** Writes out what has been gathered. */
  flush(): Promise<void> | undefined {
    this.#scheduled = false;
    const gathered = this.#takeGathered();
    if (gathered.length === 0 || this.#broken) return this.#drained;
    this.#isWithinLine = gathered.at(-1) !== '\n' && gathered.at(-1) !== LINE_FEED;
    this.#clearLine();
    const isTaken = this.stdout.write(gathered);
    // Files tell at once, and their event comes when all may be over.
    if (this.stdout.errored) this.#lose(this.stdout.errored);
    this.#drawLine();
    if (isTaken || this.#broken) return this.#drained;
    this.#drained ??= new Promise((resolve) => {
      this.#release = () => {
        this.#drained = undefined;
        resolve();
      };
    });
    return this.#drained;
  }

  #flushSoon(): Promise<void> | undefined {
    if (this.#buffer.length + this.#pieceBytes > GATHERED) return this.flush();
    if (!this.#scheduled) {
      this.#scheduled = true;
      setTimeout(() => void this.flush(), GATHER_MS);
    }
    return undefined;
  }

  #gather(bytes: Uint8Array): void {
    if (this.#buffer !== '') {
      const text = Buffer.from(this.#buffer);
      this.#buffer = '';
      this.#gather(text);
    }
    this.#pieces.push(bytes);
    this.#pieceBytes += bytes.length;
  }

  #takeGathered(): string | Uint8Array {
    const text = this.#buffer;
    const pieces = this.#pieces;
    this.#buffer = '';
    if (pieces.length === 0) return text;
    this.#pieces = [];
    this.#pieceBytes = 0;
    return Buffer.concat([...pieces, Buffer.from(text)]);
  }

  #lose(error: NodeJS.ErrnoException): void {
    if (this.#broken) return;
    this.#broken = true;
    if (error.code !== 'EPIPE') this.#failure = error;
    this.#release();
    this.#onBroken();
  }

  /** A message for the person, on stderr, behind all that was written to stdout before. */
  say(text: string): void {
    void this.flush();
    this.#clearLine();
    this.stderr.write(`${this.#endOfLine()}${withoutSecrets(text)}\n`);
    this.#drawLine();
  }

  /** What ends a line of stdout that is not at its end, where both go into one log; what is on stdout alone stays as it is. */
  #endOfLine(): string {
    if (!this.#isWithinLine || this.stdout.isTTY) return '';
    this.#isOneFile ??= isOneFile(this.stdout, this.stderr);
    if (!this.#isOneFile) return '';
    this.#isWithinLine = false;
    return '\n';
  }

  /** Whether somebody is there to be asked. */
  get mayAsk(): boolean {
    return process.stdin.isTTY === true && this.stderr.isTTY === true;
  }

  get showsProgress(): boolean {
    return this.stderr.isTTY === true && this.#env.TERM !== 'dumb';
  }

  /** Whether a person looks at stdout, so that control characters of others must not get there. */
  get isWatched(): boolean {
    return this.stdout.isTTY === true;
  }

  /** Whether stdout is a terminal that wants colour (no-color.org). */
  get hasColor(): boolean {
    const wanted = this.#env.FORCE_COLOR !== undefined && this.#env.FORCE_COLOR !== '0';
    const refused = this.#env.NO_COLOR !== undefined && this.#env.NO_COLOR !== '';
    return !refused && (wanted || (this.stdout.isTTY === true && this.#env.TERM !== 'dumb'));
  }

  /** Paints text for stdout, if it has colour. */
  paint(color: Color, text: string): string {
    return this.hasColor ? `\u001b[${COLORS[color]}m${text}\u001b[39m` : text;
  }
}

/** Whether two streams lead to the same file or pipe. */
function isOneFile(...streams: readonly NodeJS.WriteStream[]): boolean {
  try {
    const [one, other] = streams.map((stream) => ('fd' in stream ? fstatSync(Number(stream.fd)) : undefined));
    return one !== undefined && other !== undefined && one.dev === other.dev && one.ino === other.ino;
  } catch {
    return false;
  }
}

const COLORS = { red: 31, green: 32, yellow: 33, magenta: 35, cyan: 36, grey: 90 } as const;

export type Color = keyof typeof COLORS;

/** Text as it may be shown: nothing in it can move the cursor, start a line or pretend to be something else. */
export function printable(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g,
    (character) => {
      const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\0': '\\0' }[character];
      return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
    },
  );
}

/** The same for text of several lines: line ends and tabs are meant. */
export function printableLines(text: string): string {
  return text.replace(/[^\n\t]+/g, (run) => printable(run.endsWith('\r') ? run.slice(0, -1) : run));
}
