import { setTimeout as wait } from 'node:timers/promises';
import type { ConnectOptions } from './connect.js';
import { EslClosedError, EslError, EslProtocolError } from './errors.js';
import type { EslEvent } from './event.js';
import type { AnyEventName } from './event-names.js';
import type { EventSocket } from './event-socket.js';
import type { LogLine } from './log-line.js';
import type { Message } from './message.js';
import { type EventsOptions, News, type NewsKinds, type ReadOptions, type WhichEvents } from './news.js';
import { openSocket } from './open-socket.js';
import { isTurnedAway, pauseBeforeTry } from './retry.js';

/** A connection that has stood for so long is a good one, milliseconds. */
const LONG_MS = 15_000;

/** So many messages may come while it is opened before the connection is held back. */
const MOST_EARLY = 1000;

/** A time without connection: what FreeSWITCH had to tell meanwhile did not come, and will not. */
export class Gap {
  readonly from: Date;
  readonly to: Date;
  /** Why the connection was lost. */
  readonly error: EslError;

  constructor(from: Date, to: Date, error: EslError) {
    this.from = from;
    this.to = to;
    this.error = error;
  }
}

export interface LastingSocketOptions extends Omit<ConnectOptions, 'onMessage' | 'signal'> {
  /** Aborted, a connection that does not stand is not tried any more; one that stands does not come back. */
  readonly signal?: AbortSignal;
  /** Subscribes, filters, and whatever else a new connection needs, before anybody else uses it. */
  readonly setUp?: (socket: EventSocket) => Promise<void>;
  /** How long a server that was lost is tried again, milliseconds; Infinity is for ever. @default Infinity */
  readonly retryMs?: number;
  /** Hears that the connection is lost and will be tried again. */
  readonly onLost?: (error: EslError) => void;
  /** Hears that it is back. Readers find the gap at its place between the events. */
  readonly onBack?: (gap: Gap) => void;
}

/**
 * An inbound event socket that comes back when it is lost, with pauses that grow; but not after a server has said that it
 * does not want us, has refused what `setUp` asks for, or has sent replies that match no command. Commands that were under way reject and are not sent again: whoever gave them knows whether they may be. What
 * events were missed nobody knows, so each reader finds a `Gap` among them.
 */
export class LastingSocket {
  /** Resolves when it has ended for good, with the reason, or undefined after `close()`. Never rejects. */
  readonly closed: Promise<EslError | undefined>;
  readonly #options: LastingSocketOptions;
  readonly #news = new News<Gap>();
  readonly #ended = new AbortController();
  /** Also by the user's own signal. */
  readonly #isUnwanted: AbortSignal;
  /** The connection as it is, or comes back. */
  #socket: Promise<EventSocket>;
  /** The one that was opened last. */
  #current: EventSocket | undefined;
  #holds = 0;
  /** How often it was tried since it last stood for long: a server that takes every connection and drops it is one that is lost. */
  #tries = 0;
  /** What came while it was opened for the first time, before anybody could ask for it. */
  #early: Message[] | undefined = [];

  private constructor(options: LastingSocketOptions) {
    this.#options = options;
    const { signal } = options;
    this.#isUnwanted = signal ? AbortSignal.any([signal, this.#ended.signal]) : this.#ended.signal;
    this.#news.comesFrom({
      holdNews: () => this.#hold(1),
      releaseNews: () => this.#hold(-1),
    });
    this.#socket = this.#open();
    this.#socket.catch(() => {});
    this.closed = this.#last();
  }

  /**
   * Opens it for the first time, which is not tried again. Whoever reads or listens at once when it is open misses nothing of
   * what `setUp` has subscribed to. Throws like `openSocket` and `setUp`.
   */
  static async open(options: LastingSocketOptions): Promise<LastingSocket> {
    const lasting = new LastingSocket(options);
    await lasting.#socket;
    setImmediate(() => lasting.#begin());
    return lasting;
  }

  /** The connection, once it stands and is set up. @throws EslError if it has ended for good */
  socket(): Promise<EventSocket> {
    return this.#socket;
  }

  /** Calls the listener with all news of this kind, until the function that it gives back is called. It must be quick. */
  on<Kind extends keyof NewsKinds>(kind: Kind, listener: (item: NewsKinds[Kind]) => void): () => void {
    return this.#news.on(kind, listener);
  }

  /** Events from now on and the gaps between them, read like those of an EventSocket. */
  events<Name extends AnyEventName = AnyEventName>(...names: Name[]): AsyncIterable<EslEvent<Name> | Gap>;
  events<Name extends AnyEventName = AnyEventName>(options: EventsOptions<Name>): AsyncIterable<EslEvent<Name> | Gap>;
  events<Name extends AnyEventName>(...which: WhichEvents<Name>): AsyncIterable<EslEvent<Name> | Gap> {
    return this.#news.events(which);
  }

  /** Log lines from now on and the gaps between them. */
  logs(options?: ReadOptions): AsyncIterable<LogLine | Gap> {
    return this.#news.logs(options);
  }

  /** Everything from now on that is no reply, as it came, and the gaps between. */
  messages(options?: ReadOptions): AsyncIterable<Message | Gap> {
    return this.#news.messages(options);
  }

  /** Says `exit` once all commands are answered, and waits for the end; what still sets it up is not waited for. */
  async close(): Promise<void> {
    this.#ended.abort();
    const socket = await this.#socket.catch(() => undefined);
    await socket?.close();
    await this.closed;
  }

  /** @param onOpen called before anything comes */
  async #open(onOpen = (): void => {}): Promise<EventSocket> {
    const socket = await openSocket({ ...this.#options, signal: this.#isUnwanted });
    const leave = (): void => void socket.close();
    this.#ended.signal.addEventListener('abort', leave);
    try {
      onOpen();
      this.#current = socket;
      for (let held = 0; held < this.#holds; held++) socket.connection.holdNews();
      socket.on('message', (message) => this.#receive(message));
      // What sets it up may wait for something else than its connection.
      await Promise.race([this.#options.setUp?.(socket), lost(socket)]);
      return socket;
    } catch (error) {
      // Whatever it makes of a lost connection, it is one, and not a fault of its own.
      const loss = socket.connection.open ? undefined : await socket.closed;
      await socket.close();
      throw loss ?? error;
    } finally {
      this.#ended.signal.removeEventListener('abort', leave);
    }
  }

  async #last(): Promise<EslError | undefined> {
    try {
      for (;;) {
        const socket = await this.#socket;
        const since = performance.now();
        const error = await socket.closed;
        if (!error || this.#ended.signal.aborted) return this.#over(undefined);
        if (this.#isUnwanted.aborted || error instanceof EslProtocolError) return this.#over(error);
        if (performance.now() - since > LONG_MS) this.#tries = 0;
        this.#options.onLost?.(error);
        this.#socket = this.#comeBack(error);
        this.#socket.catch(() => {});
      }
    } catch (error) {
      const isLeft = this.#ended.signal.aborted;
      return this.#over(
        isLeft ? undefined : error instanceof EslError ? error : new EslClosedError(String(error), { cause: error }),
      );
    }
  }

  #receive(message: Message): void {
    if (!this.#early) this.#news.receive(message);
    else if (this.#early.push(message) === MOST_EARLY) this.#hold(1);
  }

  #begin(): void {
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const message of early) this.#news.receive(message);
    if (early.length >= MOST_EARLY) this.#hold(-1);
  }

  #over(error: EslError | undefined): EslError | undefined {
    this.#ended.abort();
    this.#begin();
    this.#news.end(error);
    return error;
  }

  async #comeBack(error: EslError): Promise<EventSocket> {
    const { retryMs = Number.POSITIVE_INFINITY, onBack } = this.#options;
    const from = new Date();
    for (let last = error; ; ) {
      const left = from.getTime() + retryMs - Date.now();
      if (left <= 0) throw last;
      await wait(Math.min(left, pauseBeforeTry(this.#tries++)), undefined, { signal: this.#isUnwanted }).catch(() => {
        throw last;
      });
      try {
        return await this.#open(() => {
          const gap = new Gap(from, new Date(), error);
          this.#news.mark(gap);
          onBack?.(gap);
        });
      } catch (problem) {
        if (!(problem instanceof EslError) || isTurnedAway(problem) || this.#isUnwanted.aborted) throw problem;
        last = problem;
      }
    }
  }

  #hold(by: 1 | -1): void {
    this.#holds += by;
    if (by > 0) this.#current?.connection.holdNews();
    else this.#current?.connection.releaseNews();
  }
}

/** Rejects when a connection has ended. */
async function lost(socket: EventSocket): Promise<never> {
  throw (await socket.closed) ?? new EslClosedError(`${socket.name}: the connection was closed while it was set up`);
}
