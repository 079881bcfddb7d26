/** What a terminal shows of what was written to it: as much of one as a line editor needs. */
export class Screen {
  readonly #columns: number;
  #lines: string[][] = [[]];
  #row = 0;
  #column = 0;
  #rest = '';

  constructor(columns = 80) {
    this.#columns = columns;
  }

  /** The lines, without blanks at their ends. */
  get lines(): string[] {
    return this.#lines.map((line) =>
      Array.from(line, (cell) => cell ?? ' ')
        .join('')
        .trimEnd(),
    );
  }

  /** The line that the cursor is on, up to it. */
  get beforeCursor(): string {
    return (this.#lines[this.#row] ?? []).slice(0, this.#column).join('');
  }

  write(text: string): void {
    let left = this.#rest + text;
    this.#rest = '';
    while (left !== '') {
      const [sequence, parameter = '', action = ''] = /^\u001b\[([\d;?]*)([A-Za-z])/.exec(left) ?? [];
      if (sequence !== undefined) {
        this.#control(action, Number(parameter.split(';')[0] || Number.NaN));
        left = left.slice(sequence.length);
      } else if (/^\u001b(?:\[[\d;?]*)?$/.test(left)) {
        this.#rest = left;
        return;
      } else {
        const [character = ''] = left;
        this.#put(character);
        left = left.slice(character.length);
      }
    }
  }

  #put(character: string): void {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') this.#down();
    else if (character === '\u0007') return;
    else {
      if (this.#column >= this.#columns) {
        this.#column = 0;
        this.#down();
      }
      this.#line[this.#column++] = character;
    }
  }

  #control(action: string, number: number): void {
    const count = Number.isNaN(number) ? 1 : number;
    if (action === 'A') this.#row = Math.max(0, this.#row - count);
    else if (action === 'B') this.#row = Math.min(this.#lines.length - 1, this.#row + count);
    else if (action === 'C') this.#column = Math.min(this.#columns - 1, this.#column + count);
    else if (action === 'D') this.#column = Math.max(0, this.#column - count);
    else if (action === 'G') this.#column = count - 1;
    else if (action === 'K') this.#line.length = Math.min(this.#line.length, this.#column);
    else if (action === 'J') {
      this.#line.length = Math.min(this.#line.length, this.#column);
      this.#lines.length = this.#row + 1;
    } else if (action !== 'm') throw new Error(`a terminal sequence that this one does not know: ${action}`);
  }

  #down(): void {
    this.#row++;
    this.#lines[this.#row] ??= [];
  }

  get #line(): string[] {
    const line = this.#lines[this.#row] ?? [];
    this.#lines[this.#row] = line;
    return line;
  }
}
