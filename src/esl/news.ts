import { Backlog } from './backlog.js';
import { type EslError, EslEventError } from './errors.js';
import { decodeEvent, type EslEvent, isEvent } from './event.js';
import type { AnyEventName } from './event-names.js';
import { type LogLine, toLogLine } from './log-line.js';
import type { Message } from './message.js';
import { tell } from './tell.js';

/** What a connection brings that is no reply, by kind. */
export interface NewsKinds {
  /** Every message: events, log lines, notices, and content types that nobody knew. */
  message: Message;
  /** Every event that can be read. */
  event: EslEvent;
  /** An event that can't be read; the next one can. */
  unreadable: EslEventError;
  log: LogLine;
}

/** The source of news, which can be held back. */
export interface NewsSource {
  holdNews(): void;
  releaseNews(): void;
}

/** How long news are read. */
export interface ReadOptions {
  /** Aborted, the iteration ends, as if there were no more. */
  readonly signal?: AbortSignal;
}

/** Which events are read. */
export interface EventsOptions<Name extends AnyEventName = AnyEventName> extends ReadOptions {
  /** All of them, if none is given. */
  readonly names?: readonly Name[];
}

/** The two ways to say which events: by their names, or with more to say. */
export type WhichEvents<Name extends AnyEventName> = readonly Name[] | readonly [EventsOptions<Name>];

/** So many items may wait for a reader before the source is held back. */
const HELD_ITEMS = 1000;

type Listener<T> = (item: T) => void;

/**
 * Hands out the news of a connection, to listeners at once and to readers as fast as they read: the slowest one sets the
 * pace. What nobody wants is not decoded. `Mark` is what readers find between items beside them, if anything.
 */
export class News<Mark = never> {
  readonly #listeners = new Map<keyof NewsKinds, Set<Listener<never>>>();
  readonly #readers = new Set<{ mark(mark: Mark): void; end(error: EslError | undefined): void }>();
  #source: NewsSource | undefined;
  #end: { readonly error: EslError | undefined } | undefined;

  /** Where it comes from. A connection needs its news before it is one, so this comes second, and before the first reader. */
  comesFrom(source: NewsSource): void {
    this.#source = source;
  }

  /** Calls the listener with all news of this kind, until the function that it gives back is called. */
  on<Kind extends keyof NewsKinds>(kind: Kind, listener: Listener<NewsKinds[Kind]>): () => void {
    const listeners = this.#listeners.get(kind) ?? new Set();
    this.#listeners.set(kind, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** Every message from now on. */
  messages(options?: ReadOptions): AsyncIterable<Message | Mark> {
    return this.#read('message', (_message): _message is Message => true, options);
  }

  /** Events from now on; only those of these names, if any are given. */
  events<Name extends AnyEventName>(which: WhichEvents<Name>): AsyncIterable<EslEvent<Name> | Mark> {
    const { names = [], signal } = toOptions(which);
    const wanted = new Set<string>(names);
    const isWanted = (event: EslEvent): event is EslEvent<Name> => wanted.size === 0 || wanted.has(event.name);
    return this.#read('event', isWanted, signal && { signal });
  }

  /** Log lines from now on. */
  logs(options?: ReadOptions): AsyncIterable<LogLine | Mark> {
    return this.#read('log', (_line): _line is LogLine => true, options);
  }

  /** The connection's side: a message that is no reply. */
  receive(message: Message): void {
    this.#tell('message', message);
    if (isEvent(message)) this.#receiveEvent(message);
    else if (message.contentType === 'log/data' && this.#wants('log')) this.#tell('log', toLogLine(message));
  }

  /** The connection's side: something that readers have to know at this place. */
  mark(mark: Mark): void {
    for (const reader of this.#readers) reader.mark(mark);
  }

  /** The connection's side: no more comes. */
  end(error?: EslError): void {
    this.#end ??= { error };
    for (const reader of this.#readers) reader.end(error);
    this.#readers.clear();
  }

  #receiveEvent(message: Message): void {
    if (!this.#wants('event') && !this.#wants('unreadable')) return;
    let event: EslEvent;
    try {
      event = decodeEvent(message);
    } catch (error) {
      if (error instanceof EslEventError) this.#tell('unreadable', error);
      return;
    }
    this.#tell('event', event);
  }

  #wants(kind: keyof NewsKinds): boolean {
    return (this.#listeners.get(kind)?.size ?? 0) > 0;
  }

  #tell<Kind extends keyof NewsKinds>(kind: Kind, item: NewsKinds[Kind]): void {
    const listeners = this.#listeners.get(kind) as Set<Listener<NewsKinds[Kind]>> | undefined;
    if (!listeners) return;
    for (const listener of listeners) tell(listener, item);
  }

  #read<Kind extends keyof NewsKinds, Item extends NewsKinds[Kind]>(
    kind: Kind,
    isWanted: (item: NewsKinds[Kind]) => item is Item,
    { signal }: ReadOptions = {},
  ): AsyncIterable<Item | Mark> {
    let holds = false;
    const flow = (): void => {
      if (backlog.full === holds) return;
      holds = backlog.full;
      if (holds) this.#source?.holdNews();
      else this.#source?.releaseNews();
    };
    const backlog = new Backlog<Item | Mark>({
      capacity: HELD_ITEMS,
      onTaken: () => {
        flow();
        if (backlog.discarded) leave();
      },
    });
    const push = (item: Item | Mark): void => {
      backlog.push(item);
      flow();
    };
    const unlisten = this.on(kind, (item) => {
      if (isWanted(item)) push(item);
    });
    const reader = { mark: push, end: (error: EslError | undefined) => backlog.end(error) };
    const onAbort = (): void => backlog.discard();
    const leave = (): void => {
      unlisten();
      signal?.removeEventListener('abort', onAbort);
      this.#readers.delete(reader);
    };
    this.#readers.add(reader);
    if (this.#end) backlog.end(this.#end.error);
    if (signal?.aborted) backlog.discard();
    else signal?.addEventListener('abort', onAbort, { once: true });
    return backlog;
  }
}

function toOptions<Name extends AnyEventName>(which: WhichEvents<Name>): EventsOptions<Name> {
  const [first] = which;
  return typeof first === 'object' ? first : { names: which as readonly Name[] };
}
