import type { Header } from '../../esl/headers.js';

/**
 * The variables of a channel (`switch_channel_set_variable`, switch_channel.c): found without regard to case; one that is
 * set anew moves to the end.
 */
export class ChannelVariables {
  readonly #values = new Map<string, Header>();

  get(name: string): string | undefined {
    return this.#values.get(name.toLowerCase())?.[1];
  }

  /** Sets a variable; no value, or an empty one, removes it. */
  set(name: string, value?: string): void {
    const key = name.toLowerCase();
    this.#values.delete(key);
    if (value) this.#values.set(key, [name, value]);
  }

  /** In the order in which they were last set. */
  entries(): Iterable<Header> {
    return this.#values.values();
  }
}
