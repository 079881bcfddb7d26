import type { Header } from '../../esl/headers.js';
import { atoi, sameText } from './c-text.js';

interface Entry {
  readonly name: string;
  value: string;
  items?: string[];
}

const MAX_INDEX = 4000;
const ARRAY_MARK = 'ARRAY::';
const ARRAY_SEPARATOR = '|:';

/**
 * An event as FreeSWITCH holds it, with the special meanings its `switch_event_add_header_string` (switch_event.c) gives
 * to some headers: an empty value deletes the headers of that name, `name[3]` fills a slot of an array, a value that
 * begins `ARRAY::` becomes an array, and `_body` sets the body. Names are looked up without regard to case.
 *
 * Strings may hold bytes that are not UTF-8 (see {@link decodeBytes}).
 */
export class WireEvent {
  /** The inner body, or undefined. */
  body: string | undefined;
  #entries: Entry[] = [];
  #arrays = false;

  /** The value of the first header of this name. */
  get(name: string): string | undefined {
    return this.#find(name)?.value;
  }

  has(name: string): boolean {
    return this.#find(name) !== undefined;
  }

  /** Every header in order, an array as one value `ARRAY::a|:b`. */
  entries(): Header[] {
    return this.#entries.map(({ name, value }) => [name, value] as const);
  }

  /** The same, with the items of each array. */
  fields(): readonly { readonly name: string; readonly value: string; readonly items?: readonly string[] }[] {
    return this.#entries;
  }

  /** Adds a header the way the server does it, special meanings included. */
  add(name: string, value: string): void {
    if (name === '_body') this.body = value;
    const bracket = name.indexOf('[');
    if (bracket >= 0) this.#setSlot(name.slice(0, bracket), atoi(name.slice(bracket + 1)), value);
    else this.#append(name, value);
  }

  /** Gives the first header of this name another value. */
  replace(name: string, value: string): void {
    const entry = this.#find(name);
    if (entry) entry.value = value;
  }

  /** Removes every header of this name. */
  delete(name: string): void {
    this.#entries = this.#entries.filter((entry) => !sameText(entry.name, name));
  }

  /**
   * The event as those see it who get a copy (`switch_event_dup`): modules through their queues, and listeners. It differs
   * only where there are arrays: their empty leading slots are gone.
   */
  delivered(): WireEvent {
    if (!this.#arrays) return this;
    const copy = new WireEvent();
    for (const { name, value, items } of this.#entries) {
      if (items) for (const item of items) copy.#push(name, item);
      else copy.add(name, value);
    }
    copy.body = this.body;
    return copy;
  }

  /** A copy with this header at its beginning, instead of any other of this very name. */
  headedBy(name: string, value: string): WireEvent {
    const copy = new WireEvent();
    copy.#entries = [{ name, value }, ...this.#entries.filter((entry) => entry.name !== name)];
    copy.#arrays = this.#arrays;
    copy.body = this.body;
    return copy;
  }

  #find(name: string): Entry | undefined {
    for (const entry of this.#entries) if (sameText(entry.name, name)) return entry;
    return undefined;
  }

  #append(name: string, value: string): void {
    if (value === '') this.delete(name);
    else if (value.startsWith(ARRAY_MARK)) this.#addArray(name, value);
    else this.#entries.push({ name, value });
  }

  #addArray(name: string, value: string): void {
    if (value.length === ARRAY_MARK.length) return;
    for (const item of value.slice(ARRAY_MARK.length).split(ARRAY_SEPARATOR)) this.#push(name, item);
  }

  #push(name: string, value: string): void {
    const entry = this.#find(name);
    if (entry) {
      entry.items ??= [entry.value];
      entry.items.push(value);
      this.#redraw(entry);
    } else if (value === '') {
      return;
    } else if (value.startsWith(ARRAY_MARK)) {
      this.#addArray(name, value);
    } else {
      this.#entries.push({ name, value, items: [value] });
      this.#arrays = true;
    }
  }

  #setSlot(name: string, index: number, value: string): void {
    if (index < 0 || index > MAX_INDEX) return;
    const found = this.#find(name);
    const entry: Entry = found ?? { name, value: '' };
    const items = entry.items ?? [];
    const known = index < items.length;
    while (items.length < index) items.push('');
    items[index] = value;
    entry.items = items;
    this.#arrays = true;
    if (!found) this.#entries.push(entry);
    // A slot that was there already is replaced without drawing the joined value again; the copy shows it.
    if (!known) this.#redraw(entry);
  }

  #redraw(entry: Entry): void {
    const items = entry.items ?? [];
    entry.value = (items.length > 1 ? ARRAY_MARK : '') + items.join(ARRAY_SEPARATOR);
    this.#arrays = true;
  }
}
