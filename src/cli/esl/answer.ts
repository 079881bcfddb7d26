import { Buffer } from 'node:buffer';
import { type StreamedReply, withoutLineEnds } from '../../esl/index.js';
import { harmless, toLine } from '../output/json.js';
import type { Wait } from '../output/reporter.js';
import { SCHEMA } from '../output/schema.js';
import { printableLines, type Terminal } from '../terminal.js';

const LF = 10;
/** How FreeSWITCH's API commands say that they failed; anything else may be an answer. */
const REFUSAL = /^-(?:ERR|USAGE)\b/;
/** So much of its beginning is kept, to tell what it says, bytes. */
const BEGIN_BYTES = 200;

/** Writes an answer while it comes: byte for byte, harmless where a person looks at it, and with a line end at its end. */
export class AnswerWriter {
  readonly #terminal: Terminal;
  readonly #decoder = new TextDecoder();
  #begin: Buffer = Buffer.alloc(0);
  #last = LF;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Whether it says that the command failed. */
  get isRefusal(): boolean {
    return isRefusal(this.begin);
  }

  /** Its beginning. */
  get begin(): string {
    return this.#begin.toString();
  }

  write(piece: Buffer): Wait {
    if (this.#begin.length < BEGIN_BYTES) {
      this.#begin = Buffer.concat([this.#begin, piece.subarray(0, BEGIN_BYTES - this.#begin.length)]);
    }
    this.#last = piece.at(-1) ?? this.#last;
    if (!this.#terminal.isWatched) return this.#terminal.writeBytes(piece);
    return this.#terminal.write(printableLines(this.#decoder.decode(piece, { stream: true })));
  }

  end(): Wait {
    const rest = this.#decoder.decode();
    return this.#terminal.write(this.#last === LF ? rest : `${rest}\n`);
  }
}

/** Writes an answer while it comes, to its end, or until nobody reads it any more. @throws EslError */
export async function writeStreamed({ head, body }: StreamedReply, terminal: Terminal): Promise<AnswerWriter> {
  // Who may not use a command is told so in the head.
  const text = head.headers.get('reply-text');
  if (text !== undefined) return writeWhole(text, terminal);
  const writer = new AnswerWriter(terminal);
  for await (const piece of body) {
    if (terminal.broken) break;
    await writer.write(piece);
  }
  await writer.end();
  return writer;
}

/** Writes an answer that is there. */
export async function writeWhole(answer: string, terminal: Terminal): Promise<AnswerWriter> {
  const writer = new AnswerWriter(terminal);
  await writer.write(Buffer.from(answer));
  await writer.end();
  return writer;
}

/** Whether an answer says that the command failed. */
export function isRefusal(answer: string): boolean {
  return REFUSAL.test(answer);
}

/** What to try after an answer that says so. */
export function hintFor(answer: string): string | undefined {
  if (/Command not found/i.test(answer))
    return 'is the module loaded that has it? phonectl esl api show modules; phonectl esl api help lists what there is';
  if (/^-ERR no reply/.test(answer)) return "that is FreeSWITCH's word for an answer that is empty";
  return undefined;
}

/** A document about one answer, which stands in it as the JSON that it is, to the digit, else as text. */
export function answerDocument(head: object, answer: string): string {
  const text = answer.trim();
  const document = toLine({ schema: SCHEMA, ...head });
  return `${document.slice(0, -1)},"answer":${isJson(text) ? harmless(text) : toLine(withoutLineEnds(answer))}}\n`;
}

function isJson(text: string): boolean {
  if (!/^[[{]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
