/** What an API command answers. */
export type ApiOutput = string | LongText;

/** How much of a long text is made at a time, in characters. */
const PIECE = 65_536;

/** A long answer, made in pieces when they are needed: the list of a hundred thousand phones is never there as a whole. */
export class LongText {
  readonly #parts: () => Iterable<string>;

  /** The parts of the text, however small; asked for more than once, and each time the same. */
  constructor(parts: () => Iterable<string>) {
    this.#parts = parts;
  }

  /** The text in pieces of some size. */
  *pieces(): Generator<string> {
    let piece = '';
    for (const part of this.#parts()) {
      piece += part;
      if (piece.length < PIECE) continue;
      yield piece;
      piece = '';
    }
    if (piece !== '') yield piece;
  }

  /** The whole, if it is no more than one piece. */
  short(): string | undefined {
    const pieces = this.pieces();
    const first = pieces.next();
    return first.done ? '' : pieces.next().done ? first.value : undefined;
  }

  /** The whole. */
  toString(): string {
    return [...this.#parts()].join('');
  }
}
