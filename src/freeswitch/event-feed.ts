import { type Connection, decodeEvent, type EslEvent, type Headers, isEvent, type Message } from '../esl/index.js';
import { NotAllowedError, QuestionError } from './errors.js';

/** One kind of news that events bring: REGISTER_EVENTS, DELIVERY_REPORTS, HANG_UPS. */
export interface NewsKind<T> {
  /** The events' names; of CUSTOM events their subclasses. */
  readonly events: readonly string[];
  readonly custom: boolean;
  /** `plain` if a header that is there several times counts each time: a JSON reader keeps the last one only. */
  readonly format: 'json' | 'plain';
  /** What an event of this kind says; undefined if it lacks what each of them has. */
  readonly read: (headers: Headers, name: string) => T | undefined;
}

/**
 * Brings the events of one connection to those who asked for their kind. Say `on` for each kind, give `onMessage` to the
 * connection, then `subscribe`.
 *
 * It asks for JSON unless a kind needs the plain format, in which percent-encoded values can't be told from those that had a
 * `%` before (`fs_path=sip%3A…` in a contact). The format is the connection's, so the latest to subscribe sets it for all.
 */
export class EventFeed {
  readonly #readers = new Map<string, (event: EslEvent, name: string) => void>();
  readonly #names: string[] = [];
  readonly #subclasses: string[] = [];
  #format: NewsKind<unknown>['format'] = 'json';
  #unreadable = 0;

  /** Events that could not be decoded, or lacked what each of their kind has. */
  get unreadable(): number {
    return this.#unreadable;
  }

  /** Who hears of a kind of news. One listener a kind; before `subscribe`. */
  on<T>(kind: NewsKind<T>, listener: (news: T) => void): this {
    if (kind.format === 'plain') this.#format = 'plain';
    (kind.custom ? this.#subclasses : this.#names).push(...kind.events);
    for (const name of kind.events) {
      this.#readers.set(name, ({ headers }) => {
        const news = kind.read(headers, name);
        if (news === undefined) this.#unreadable++;
        else listener(news);
      });
    }
    return this;
  }

  /** Takes every message of the connection; those that are no events are passed over. */
  readonly onMessage = (message: Message): void => {
    if (!isEvent(message)) return;
    let event: EslEvent;
    try {
      event = decodeEvent(message);
    } catch {
      this.#unreadable++;
      return;
    }
    const name = event.subclass ?? event.name;
    this.#readers.get(name)?.(event, name);
  };

  /**
   * Asks the server for the events. They come from then on.
   * @throws NotAllowedError for a login whose `esl-allowed-events` lacks one of them, QuestionError, EslError
   */
  async subscribe(connection: Connection): Promise<void> {
    // What follows CUSTOM is taken for a subclass (`parse_command`, mod_event_socket.c), so it comes last.
    const custom = this.#subclasses.length > 0 ? ['CUSTOM', ...this.#subclasses] : [];
    const line = [`event ${this.#format}`, ...this.#names, ...custom].join(' ');
    const { ok, text } = await connection.send({ line });
    if (ok) return;
    const refused = `the server refused ${line}: ${text}`;
    if (!/permission denied/i.test(text)) throw new QuestionError(refused, line);
    throw new NotAllowedError(refused, line, { hint: "add these events to the user's esl-allowed-events" });
  }
}
