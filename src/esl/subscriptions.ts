import type { EventFormat } from './commands.js';
import { CALL_ENDS } from './expected-events.js';

const SUBSCRIBE = /^event (?:(plain|json|xml)(?: |$))?(.*)$/i;
/** Behind a uuid FreeSWITCH ignores a format. */
const MY_EVENTS = /^myevents(?: (json|xml)$)?/i;

/**
 * What a connection has subscribed to, as its commands tell. What is doubtful while a command is under way counts as not
 * subscribed, and as filtered: a subscription or a filter too many does no harm.
 */
export class Subscriptions {
  /** How events come. */
  format: EventFormat = 'plain';
  readonly #names = new Set<string>();
  readonly #filters = new Set<string>();
  #allButSome = false;

  /** The filters that are set, each as a `filterKey`. If there is any, an event comes only if one fits. */
  get filters(): readonly string[] {
    return [...this.#filters];
  }

  /** Whether events of this name come. */
  has(name: string): boolean {
    return this.#names.has(name) || (this.#names.has('ALL') && !this.#allButSome);
  }

  /** Takes note of a command that is about to be sent. */
  sending(line: string): void {
    // FreeSWITCH changes the format also if it then refuses the names.
    const format = SUBSCRIBE.exec(line)?.[1] ?? MY_EVENTS.exec(line)?.[1];
    if (format) this.format = format.toLowerCase() as EventFormat;
    else if (/^nixevent /i.test(line)) this.#unsubscribe(eventNames(line.slice('nixevent '.length)));
    else if (/^noevents/i.test(line)) this.#names.clear();
    else if (/^filter (?!delete )/i.test(line)) {
      const { header, value = '' } = filterParts(line.slice('filter '.length).replace(/^add /i, ''));
      this.#filters.add(filterKey(header, value));
    }
  }

  /** Takes note of a command that FreeSWITCH has carried out. */
  sent(line: string): void {
    this.sending(line);
    const list = SUBSCRIBE.exec(line)?.[2];
    if (list !== undefined) this.#subscribe(eventNames(list));
    else if (MY_EVENTS.test(line)) this.#subscribe(['CHANNEL_EXECUTE_COMPLETE', ...CALL_ENDS]);
    else if (/^filter delete /i.test(line)) this.#deleteFilter(line.slice('filter delete '.length));
  }

  #subscribe(names: readonly string[]): void {
    if (names.includes('ALL')) this.#allButSome = false;
    for (const name of names) this.#names.add(name);
  }

  #unsubscribe(names: readonly string[]): void {
    if (names.includes('ALL')) this.#names.clear();
    if (this.#names.has('ALL')) this.#allButSome = true;
    for (const name of names) this.#names.delete(name);
  }

  #deleteFilter(text: string): void {
    const { header, value } = filterParts(text);
    if (/^all$/i.test(header)) this.#filters.clear();
    else if (value) this.#filters.delete(filterKey(header, value));
    else for (const one of this.#filters) if (one.startsWith(filterKey(header, ''))) this.#filters.delete(one);
  }
}

/** One filter: FreeSWITCH compares headers without regard to case, and values as they are (`switch_event_del_header_val`). */
export function filterKey(header: string, value: string): string {
  return `${header.toLowerCase()} ${value}`;
}

function filterParts(text: string): { header: string; value: string | undefined } {
  const blank = text.indexOf(' ');
  if (blank < 0) return { header: text, value: undefined };
  return { header: text.slice(0, blank), value: text.slice(blank + 1) };
}

/** The names of a list, in which all that follows CUSTOM are subclasses. */
function eventNames(list: string): readonly string[] {
  const words = list.toUpperCase().split(' ');
  const custom = words.indexOf('CUSTOM');
  return custom < 0 ? words : words.slice(0, custom + 1);
}
