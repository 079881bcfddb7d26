import type { EventFormat, EventSelection, EventSocket, LogLevel } from '../../../esl/index.js';
import { oneByOne } from '../one-by-one.js';

/** What a connection is asked to tell, or to tell no more. */
export type Wish =
  | { readonly kind: 'event'; readonly format: EventFormat; readonly selection: Required<EventSelection> }
  | { readonly kind: 'nixevent'; readonly selection: Required<EventSelection> }
  | { readonly kind: 'filter'; readonly header: string; readonly value: string }
  /** Without a value all filters of the header, without a header all. */
  | { readonly kind: 'unfilter'; readonly header?: string; readonly value?: string }
  | { readonly kind: 'log'; readonly level: LogLevel }
  | { readonly kind: 'noevents' | 'nolog' };

/** Asks a connection for it. @throws Failure, EslError */
export async function grant(socket: EventSocket, wish: Wish): Promise<void> {
  switch (wish.kind) {
    case 'event':
      return oneByOne(socket, wish.selection, (part) => socket.subscribe(part, wish.format));
    case 'nixevent':
      return oneByOne(socket, wish.selection, (part) => socket.unsubscribe(part));
    case 'filter':
      return socket.filter(wish.header, wish.value);
    case 'unfilter':
      return socket.deleteFilter(wish.header, wish.value);
    case 'log':
      return socket.log(wish.level);
    case 'noevents':
      return socket.unsubscribeAll();
    case 'nolog':
      return socket.noLog();
  }
}

/** The wishes that were granted, for the next connection. */
export class Wishes {
  #events: readonly Wish[] = [];
  #filters: readonly Extract<Wish, { kind: 'filter' }>[] = [];
  #log: Wish | undefined;

  /** One more was granted. */
  add(wish: Wish): void {
    switch (wish.kind) {
      case 'event':
      case 'nixevent':
        this.#events = [...this.#events, wish];
        break;
      case 'noevents':
        this.#events = [];
        break;
      case 'filter':
        this.#filters = [...this.#filters, wish];
        break;
      case 'unfilter':
        this.#filters = this.#filters.filter(({ header, value }) => {
          const isOther = wish.header !== undefined && wish.header.toLowerCase() !== header.toLowerCase();
          return isOther || (wish.value !== undefined && wish.value !== value);
        });
        break;
      case 'log':
        this.#log = wish;
        break;
      case 'nolog':
        this.#log = undefined;
    }
  }

  /** In the order in which a new connection is asked: filters first, so that nothing gets through before them. */
  get all(): readonly Wish[] {
    return [...this.#filters, ...this.#events, ...(this.#log ? [this.#log] : [])];
  }

  /** Whether events of this name are wanted. */
  wants(name: string): boolean {
    let isWanted = false;
    for (const wish of this.#events) {
      if (wish.kind !== 'event' && wish.kind !== 'nixevent') continue;
      const { names } = wish.selection;
      if (names.includes('ALL') || names.includes(name)) isWanted = wish.kind === 'event';
    }
    return isWanted;
  }
}
