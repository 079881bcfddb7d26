import { type Connection, decodeEvent, type EslEvent, type Headers, isEvent, type Message } from '../esl/index.js';
import { NotAllowedError, QuestionError } from './errors.js';

/** One kind of news that CUSTOM events bring: REGISTER_EVENTS, DELIVERY_REPORTS. */
export interface NewsKind<T> {
  readonly subclasses: readonly string[];
  /**
   * `plain` if a header that is there several times counts each time: a JSON reader keeps the last one only. Else `json`: in a
   * plain event percent-encoded values can't be told from those that had a `%` before (`fs_path=sip%3A…` in a contact).
   */
  readonly format: 'json' | 'plain';
  /** What an event of this kind says; undefined if it lacks what each of them has. */
  readonly read: (headers: Headers, subclass: string) => T | undefined;
}

/** Brings one kind of news of one connection. Give `onMessage` to the connection, then `subscribe`. */
export class EventFeed<T> {
  readonly #kind: NewsKind<T>;
  readonly #listener: (news: T) => void;
  #unreadable = 0;

  constructor(kind: NewsKind<T>, listener: (news: T) => void) {
    this.#kind = kind;
    this.#listener = listener;
  }

  /** Events that could not be decoded, or lacked what each of their kind has. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /** Takes every message of the connection; those that are no events of this kind are passed over. */
  readonly onMessage = (message: Message): void => {
    if (!isEvent(message)) return;
    let event: EslEvent;
    try {
      event = decodeEvent(message);
    } catch {
      this.#unreadable++;
      return;
    }
    const { subclass } = event;
    if (subclass === undefined || !this.#kind.subclasses.includes(subclass)) return;
    const news = this.#kind.read(event.headers, subclass);
    if (news === undefined) this.#unreadable++;
    else this.#listener(news);
  };

  /**
   * Asks the server for the events. They come from then on.
   * @throws NotAllowedError for a login whose `esl-allowed-events` lacks one of them, QuestionError, EslError
   */
  async subscribe(connection: Connection): Promise<void> {
    const { format, subclasses } = this.#kind;
    const line = `event ${format} CUSTOM ${subclasses.join(' ')}`;
    const { ok, text } = await connection.send({ line });
    if (ok) return;
    const refused = `the server refused ${line}: ${connection.toShow(text)}`;
    if (!/permission denied/i.test(text)) throw new QuestionError(refused, line);
    throw new NotAllowedError(refused, line, { hint: "add these events to the user's esl-allowed-events" });
  }
}
