/** So many of a kind are said one by one. */
const MOST = 3;
/** What comes behind them is said together, as often as this, milliseconds. */
const EVERY_MS = 60_000;

export interface RepeatsOptions<T> {
  readonly say: (item: T) => void;
  /** Two that follow each other as one. */
  readonly merge: (one: T, next: T) => T;
}

/**
 * Says what may come again and again, such as the loss of a connection: the first ones as they come, then one sum a minute, until
 * there was none of them for a minute. Nothing is lost: `end` says what is left.
 */
export class Repeats<T> {
  readonly #options: RepeatsOptions<T>;
  #said = 0;
  #held: T | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: RepeatsOptions<T>) {
    this.#options = options;
  }

  tell(item: T): void {
    if (this.#said >= MOST) {
      this.#held = this.#held === undefined ? item : this.#options.merge(this.#held, item);
      return;
    }
    this.#said++;
    this.#options.say(item);
    clearTimeout(this.#timer);
    this.#wait();
  }

  /** Says what has not been said yet. */
  end(): void {
    clearTimeout(this.#timer);
    this.#sayHeld();
  }

  #wait(): void {
    this.#timer = setTimeout(() => {
      if (this.#sayHeld()) this.#wait();
      else this.#said = 0;
    }, EVERY_MS).unref();
  }

  #sayHeld(): boolean {
    if (this.#held === undefined) return false;
    this.#options.say(this.#held);
    this.#held = undefined;
    return true;
  }
}

/** What others may cause again and again, of which the last one is said for all. */
export function repeatedTexts(say: (text: string) => void): Repeats<RepeatedText> {
  return new Repeats({
    say: ({ times, text }) => say(times > 1 ? `${text} (and ${times - 1} more of such)` : text),
    merge: (one, { times, text }) => ({ times: one.times + times, text }),
  });
}

export interface RepeatedText {
  readonly times: number;
  readonly text: string;
}
