/** One header as it stands on the wire: its name in the sender's spelling, and its value. */
export type Header = readonly [name: string, value: string];

/**
 * Headers in the order of the wire. Names are looked up without regard to case, as FreeSWITCH does it
 * (`switch_event_get_header_ptr`, switch_event.c).
 */
export class Headers {
  readonly #entries: readonly Header[];
  readonly #block: string | undefined;

  constructor(entries: readonly Header[] = [], block?: string) {
    this.#entries = entries;
    this.#block = block;
  }

  /** The lines as they came, if they came as a block of lines. */
  get block(): string | undefined {
    return this.#block;
  }

  /** The value of the first header of this name, or undefined. */
  get(name: string): string | undefined {
    const wanted = name.toLowerCase();
    for (const [key, value] of this.#entries) {
      if (key.length === wanted.length && key.toLowerCase() === wanted) return value;
    }
    return undefined;
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Every header, duplicates too, in the order of the wire. */
  entries(): readonly Header[] {
    return this.#entries;
  }

  /** The headers as an object with the sender's spelling; of duplicates the first one counts. */
  toObject(): Record<string, string> {
    const first = new Map<string, string>();
    for (const [name, value] of this.#entries) if (!first.has(name)) first.set(name, value);
    return Object.fromEntries(first);
  }
}
