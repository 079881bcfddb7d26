import { EslClosedError, type EslError, EslUnfinishedError, EslUnsafeError } from './errors.js';
import type { EslEvent } from './event.js';
import type { News } from './news.js';

/** The events that tell how an order ended, and their header that tells which order's end it is. */
const ID_HEADERS = { BACKGROUND_JOB: 'Job-UUID', CHANNEL_EXECUTE_COMPLETE: 'Application-UUID' } as const;

/** An event that tells how an order ended. */
export type EndEvent = keyof typeof ID_HEADERS;

/** One such event that will come. */
export interface Expected<Name extends EndEvent> {
  readonly name: Name;
  readonly id: string;
  /** What it is, for errors. */
  readonly what: string;
  /** Milliseconds; may be Infinity. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** A connection that has to go on reading while somebody waits, even if some reader is behind. */
export interface AwaitedSource {
  awaitNews(): void;
  doneAwaitingNews(): void;
}

interface Waiting {
  readonly name: EndEvent;
  readonly id: string;
  readonly what: string;
  resolve(event: EslEvent): void;
  reject(error: EslError): void;
}

/** The header by which an event of this name tells what ended. */
export function idHeader(name: EndEvent): string {
  return ID_HEADERS[name];
}

/** Waits for the ends of orders, any number of them with one listener. */
export class ExpectedEvents {
  readonly #news: News;
  readonly #source: AwaitedSource;
  readonly #waiting = new Map<string, Waiting>();
  #unlisten: (() => void) | undefined;

  constructor(news: News, source: AwaitedSource) {
    this.#news = news;
    this.#source = source;
  }

  /** What is waited for. */
  get waiting(): readonly { readonly name: EndEvent; readonly id: string }[] {
    return [...this.#waiting.values()];
  }

  /**
   * Resolves with the event. Rejects with an EslUnfinishedError or an EslClosedError.
   * @throws EslUnsafeError if it is waited for already, EslUnfinishedError if it was given up before it began
   */
  next<Name extends EndEvent>(expected: Expected<Name>): Promise<EslEvent<Name>> {
    const { name, id, what, signal } = expected;
    if (this.#waiting.has(`${name} ${id}`)) throw new EslUnsafeError(`${what} is waited for already`);
    if (signal?.aborted) throw new EslUnfinishedError(`${what} is not waited for: it was given up before`);
    return this.#next(expected);
  }

  async #next<Name extends EndEvent>({ name, id, what, timeoutMs, signal }: Expected<Name>): Promise<EslEvent<Name>> {
    const key = `${name} ${id}`;
    this.#listen();
    let timer: NodeJS.Timeout | undefined;
    let onAbort = (): void => {};
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting.set(key, { name, id, what, resolve: (event) => resolve(event as EslEvent<Name>), reject });
        onAbort = () => reject(unfinished(what, 'is not waited for any more'));
        signal?.addEventListener('abort', onAbort, { once: true });
        if (timeoutMs === Number.POSITIVE_INFINITY) return;
        timer = setTimeout(
          () => reject(unfinished(what, `did not come within ${timeoutMs} ms; it may still go on`)),
          timeoutMs,
        );
      });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      this.#waiting.delete(key);
      this.#rest();
    }
  }

  /** Ends the wait for an order that was not taken. */
  abandon(name: EndEvent, id: string): void {
    const waiting = this.#waiting.get(`${name} ${id}`);
    waiting?.reject(unfinished(waiting.what, 'is not waited for any more'));
  }

  #listen(): void {
    if (this.#unlisten) return;
    this.#unlisten = this.#news.on('event', (event) => this.#receive(event));
    this.#source.awaitNews();
  }

  #rest(): void {
    if (this.#waiting.size > 0 || !this.#unlisten) return;
    this.#unlisten();
    this.#unlisten = undefined;
    this.#source.doneAwaitingNews();
  }

  /** No more events come; `error` is why, if that was no orderly end. */
  end(error: EslError | undefined): void {
    for (const { reject, what } of this.#waiting.values()) {
      if (error) reject(new EslClosedError(`${what} did not come: ${error.message}`, { cause: error, written: true }));
      else reject(unfinished(what, 'did not come before the connection ended'));
    }
  }

  #receive(event: EslEvent): void {
    const header = ID_HEADERS[event.name as EndEvent];
    const id = header && event.headers.get(header);
    if (id !== undefined) this.#waiting.get(`${event.name} ${id}`)?.resolve(event);
  }
}

function unfinished(what: string, why: string): EslUnfinishedError {
  return new EslUnfinishedError(`${what} ${why}`, { written: true });
}
