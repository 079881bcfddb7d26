import { sameText } from '../wire/c-text.js';
import { EVENT_NAMES, type EventName, nameEvent } from '../wire/event-names.js';
import type { EventFormat } from '../wire/event-text.js';
import type { WireEvent } from '../wire/wire-event.js';

/** The events that a user who logged in with `userauth` may listen to (`esl-allowed-events`). */
export interface AllowedEvents {
  readonly names: ReadonlySet<EventName>;
  /** Subclasses of CUSTOM. */
  readonly custom: ReadonlySet<string>;
}

/** `esl-allowed-events`: names, and after CUSTOM subclasses, between blanks or, without any blank, commas. */
export function parseAllowedEvents(list: string): AllowedEvents {
  const names = new Set<EventName>();
  const custom = new Set<string>();
  for (const word of splitList(list)) {
    const name = names.has('CUSTOM') ? undefined : nameEvent(word);
    if (name) names.add(name);
    else if (names.has('CUSTOM')) custom.add(word);
  }
  return { names, custom };
}

/** A list between blanks or, without any blank, commas. */
export function splitList(list: string): string[] {
  return list.split(list.includes(' ') ? ' ' : ',');
}

/** What `myevents` brings. */
const OF_ONE_CALL: readonly EventName[] = [
  'CHANNEL_ANSWER',
  'CHANNEL_APPLICATION',
  'CHANNEL_BRIDGE',
  'CHANNEL_CREATE',
  'CHANNEL_DATA',
  'CHANNEL_DESTROY',
  'CHANNEL_EXECUTE',
  'CHANNEL_EXECUTE_COMPLETE',
  'CHANNEL_HANGUP',
  'CHANNEL_HANGUP_COMPLETE',
  'CHANNEL_ORIGINATE',
  'CHANNEL_UUID',
  'CHANNEL_OUTGOING',
  'CHANNEL_PARK',
  'CHANNEL_PROGRESS',
  'CHANNEL_PROGRESS_MEDIA',
  'CHANNEL_STATE',
  'CHANNEL_UNBRIDGE',
  'CHANNEL_UNPARK',
  'DETECTED_SPEECH',
  'DTMF',
  'NOTALK',
  'TALK',
];

const DENIED = '-ERR permission denied';
const ANY_CALL = 'any';
const NO_KEYWORDS = '-ERR no keywords supplied';

/** What one connection listens to: `event`, `nixevent`, `noevents`, `myevents`, `filter` (`parse_command`). */
export class EventSelection {
  format: EventFormat = 'plain';
  enabled = false;
  readonly names = new Set<EventName>();
  readonly custom = new Set<string>();
  filters: (readonly [header: string, value: string])[] = [];
  allowed: AllowedEvents | undefined;
  /** `myevents`: the call of which alone events get through, or any, if there was none of the uuid given. */
  #call: string | undefined;

  /** `event …`; the words begin after the first blank. */
  listen(words: readonly string[]): string {
    let keywords = 0;
    let custom = false;
    for (const [index, word] of words.entries()) {
      const format = index === 0 ? formatOf(word) : undefined;
      const name = nameEvent(word);
      if (format) {
        this.format = format;
      } else if (custom) {
        if (this.allowed && !this.allowed.custom.has(word)) return DENIED;
        this.custom.add(word);
      } else if (name) {
        if (this.allowed && !this.allowed.names.has(name) && !this.allowed.names.has('ALL')) return DENIED;
        keywords++;
        if (name === 'ALL') for (const each of EVENT_NAMES) this.names.add(each);
        this.names.add(name);
        custom = name === 'CUSTOM';
      }
    }
    if (keywords === 0) return NO_KEYWORDS;
    this.enabled = true;
    return `+OK event listener enabled ${this.format}`;
  }

  /** `nixevent …` */
  ignore(words: readonly string[]): string {
    let keywords = 0;
    let custom = false;
    for (const word of words) {
      const name = nameEvent(word);
      if (custom) {
        this.custom.delete(word);
      } else if (name) {
        keywords++;
        if (name === 'CUSTOM') custom = true;
        else if (name === 'ALL') this.names.clear();
        else this.#ignoreOne(name);
      }
    }
    if (keywords === 0) return NO_KEYWORDS;
    this.enabled = true;
    return '+OK events nixed';
  }

  /** `noevents` */
  stop(): string {
    if (!this.enabled) return '-ERR not listening for events';
    this.enabled = false;
    this.names.clear();
    this.custom.clear();
    return '+OK no longer listening for events';
  }

  /** Whether `myevents` was asked already. */
  get ofOneCall(): boolean {
    return this.#call !== undefined;
  }

  /** `myevents …`, of the call of this uuid; of any call if the one that was asked for does not exist. */
  listenToCall(uuid: string | undefined, command: string): string {
    this.#call = uuid ?? ANY_CALL;
    for (const name of OF_ONE_CALL) this.names.add(name);
    this.enabled = true;
    if (/xml|XML/.test(command)) this.format = 'xml';
    if (/json|JSON/.test(command)) this.format = 'json';
    return '+OK Events Enabled';
  }

  /** `filter …`; the text after `filter `. */
  filter(text: string): string {
    let [name, value] = splitOnce(text.replace(/^ +/, ''));
    if (value === undefined) return '-ERR invalid syntax';
    if (sameText(name, 'delete')) {
      [name, value] = splitOnce(value);
      const all = sameText(name, 'all');
      this.filters = this.filters.filter(
        ([header, wanted]) => !all && !(sameText(header, name) && (!value || value === wanted)),
      );
      return `+OK filter deleted. [${name}][${value ?? ''}]`;
    }
    if (sameText(name, 'add')) [name, value] = splitOnce(value);
    if (value !== undefined) this.filters.push([name, value]);
    return `+OK filter added. [${name}]=[${value ?? '(null)'}]`;
  }

  /** Whether events of this kind are wanted, filters aside (`event_handler`, mod_event_socket.c). */
  wants(name: EventName, subclass: string | undefined): boolean {
    if (!this.enabled) return false;
    if (this.names.has('ALL')) return true;
    return this.names.has(name) && (name !== 'CUSTOM' || subclass === undefined || this.custom.has(subclass));
  }

  /** Whether an event gets through the filters: any of them must fit, and none that begins with `-`. */
  passes(event: WireEvent): boolean {
    if (!this.#isOfCall(event)) return false;
    if (this.filters.length === 0) return true;
    let passes = false;
    for (const [header, wanted] of this.filters) {
      const value = event.get(header);
      const [, signs = '', pattern = ''] = /^([+\- ]*)(.*)$/s.exec(wanted) ?? [];
      const positive = signs.lastIndexOf('-') <= signs.lastIndexOf('+');
      if (value === undefined || (passes && positive) || !fits(value, pattern)) continue;
      if (!positive) return false;
      passes = true;
    }
    return passes;
  }

  #isOfCall(event: WireEvent): boolean {
    if (this.#call === undefined) return true;
    const uuid = event.get('unique-id');
    if (this.#call === ANY_CALL) return uuid !== undefined;
    return uuid === this.#call || event.get('job-owner-uuid') === this.#call;
  }

  #ignoreOne(name: EventName): void {
    this.names.delete('ALL');
    this.names.delete(name);
  }
}

/** A filter's value is a text, whatever its case, or `/a regular expression/`. */
function fits(value: string, pattern: string): boolean {
  if (!pattern.startsWith('/')) return sameText(value, pattern);
  const [, expression = '', flags = ''] = /^\/(.*)\/([a-z]*)$/s.exec(pattern) ?? [];
  try {
    return expression !== '' && new RegExp(expression, flags.replace(/[^ims]/g, '')).test(value);
  } catch {
    return false;
  }
}

function formatOf(word: string): EventFormat | undefined {
  const format = word.toLowerCase();
  return format === 'plain' || format === 'json' || format === 'xml' ? format : undefined;
}

function splitOnce(text: string): [name: string, value: string | undefined] {
  const blank = text.indexOf(' ');
  return blank < 0 ? [text, undefined] : [text.slice(0, blank), text.slice(blank + 1)];
}
