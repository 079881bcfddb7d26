import type { EventFormat } from './commands.js';

const SUBSCRIBE = /^event (?:(plain|json|xml) )?(.*)$/i;

/** What a connection has subscribed to so far, as its commands that went well tell. */
export class Subscriptions {
  /** How events come. */
  format: EventFormat = 'plain';
  readonly #names = new Set<string>();
  readonly #filters = new Set<string>();
  #allButSome = false;

  /** Whether any filter is set, so that an event comes only if one fits. */
  get filtered(): boolean {
    return this.#filters.size > 0;
  }

  /** Whether events of this name come. */
  has(name: string): boolean {
    return this.#names.has(name) || (this.#names.has('ALL') && !this.#allButSome);
  }

  /** Takes note of a command that FreeSWITCH has carried out. */
  note(line: string): void {
    const [, format, list] = SUBSCRIBE.exec(line) ?? [];
    if (format) this.format = format.toLowerCase() as EventFormat;
    if (list !== undefined) this.#subscribe(list.toUpperCase().split(' '));
    else if (/^nixevent /i.test(line)) this.#unsubscribe(line.toUpperCase().split(' ').slice(1));
    else if (/^noevents/i.test(line)) this.#names.clear();
    else if (/^myevents/i.test(line)) this.#myEvents(line);
    else if (/^filter delete /i.test(line)) this.#deleteFilter(line.slice('filter delete '.length));
    else if (/^filter /i.test(line)) this.#filters.add(line.slice('filter '.length).replace(/^add /i, ''));
  }

  #subscribe(names: readonly string[]): void {
    if (names.includes('ALL')) this.#allButSome = false;
    for (const name of names) this.#names.add(name);
  }

  #unsubscribe(names: readonly string[]): void {
    if (this.#names.has('ALL')) this.#allButSome = true;
    for (const name of names) this.#names.delete(name);
  }

  #myEvents(line: string): void {
    const [format] = /(?<=^myevents )(?:json|xml)$/i.exec(line) ?? [];
    if (format) this.format = format.toLowerCase() as EventFormat;
    this.#names.add('CHANNEL_EXECUTE_COMPLETE');
  }

  #deleteFilter(text: string): void {
    if (/^all$/i.test(text)) this.#filters.clear();
    for (const one of this.#filters) if (one === text || one.startsWith(`${text} `)) this.#filters.delete(one);
  }
}
