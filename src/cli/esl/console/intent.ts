import { editDistance } from '../../../vendor/edit-distance.js';
import { type Failure, usageError } from '../../failure.js';
import type { EventOutput } from '../../output/events.js';
import { refuseHarm } from '../api-command.js';
import { toSelection } from '../event-names.js';
import { toLevel } from '../log.js';
import type { Wish } from './wishes.js';
import { SLASH_WORDS } from './words.js';

/** What a line of the console asks for. */
export type Intent =
  | { readonly kind: 'nothing' | 'help' | 'quit' }
  | { readonly kind: 'api' | 'bgapi'; readonly command: string }
  /** The first line of an event, or of an order to a call. */
  | { readonly kind: 'begin'; readonly line: string }
  /** `output` is how events are shown from now on. */
  | { readonly kind: 'wish'; readonly wish: Wish; readonly output?: EventOutput };

/** FreeSWITCH's console and fs_cli take several commands in one line (`switch_console_execute`). */
const BETWEEN = ';;';

/**
 * Reads a line as fs_cli does: what begins with a slash is for the console itself, and so is `...`, which as an API command
 * would shut FreeSWITCH down; anything else is an API command.
 * @throws Failure that says what there is instead
 */
export function parseLine(text: string): Intent {
  const line = text.trim();
  if (line === '') return { kind: 'nothing' };
  if (line.startsWith('...')) {
    if (line !== '...') throw unknown(line);
    return { kind: 'quit' };
  }
  const [word = '', ...words] = line.split(/\s+/);
  if (word.startsWith('/')) return parseSlash(word.toLowerCase(), words, line.slice(word.length).trim());
  const first = word.toLowerCase();
  if (first === 'sendevent' || first === 'sendmsg') return begin(first, words);
  return { kind: 'api', command: checked(line) };
}

function parseSlash(word: string, words: readonly string[], rest: string): Intent {
  switch (word) {
    case '/help':
      return { kind: 'help' };
    case '/quit':
    case '/exit':
    case '/bye':
    case '/...':
      return { kind: 'quit' };
    case '/bgapi':
      if (rest === '') throw usageError('there is no command', '/bgapi status');
      return { kind: 'bgapi', command: checked(rest) };
    case '/event':
      return toEvents(words);
    case '/nixevent':
      if (words.length === 0) throw usageError('no more of which events?', '/nixevent HEARTBEAT; or /noevents');
      return { kind: 'wish', wish: { kind: 'nixevent', selection: toSelection(words) } };
    case '/noevents':
      return { kind: 'wish', wish: { kind: 'noevents' } };
    case '/filter':
      return { kind: 'wish', wish: toFilter(words, rest) };
    case '/log':
      if (words.length > 1) throw usageError(`/log takes one level, not "${rest}"`, '/log warning');
      return { kind: 'wish', wish: { kind: 'log', level: toLevel(words[0] ?? 'debug') } };
    case '/nolog':
      return { kind: 'wish', wish: { kind: 'nolog' } };
    default:
      throw unknown(word);
  }
}

function begin(command: 'sendevent' | 'sendmsg', words: readonly string[]): Intent {
  const [what, ...more] = words;
  if (what === undefined || more.length > 0) {
    const hint = command === 'sendevent' ? 'sendevent NAME, and its headers in the lines below' : 'sendmsg UUID';
    throw usageError(what === undefined ? `${command} what?` : `${command}: ${more[0]} is too much`, hint);
  }
  return { kind: 'begin', line: `${command} ${what}` };
}

function toEvents(words: readonly string[]): Intent {
  const format = (['plain', 'json', 'xml'] as const).find((name) => name === words[0]?.toLowerCase());
  const selection = toSelection(format === undefined ? words : words.slice(1));
  const wish: Wish = { kind: 'event', format: format ?? 'plain', selection };
  return { kind: 'wish', wish, output: format ?? 'text' };
}

function toFilter(words: readonly string[], rest: string): Wish {
  const [first = '', ...more] = words;
  const verb = /^(?:add|delete)$/i.test(first) ? first.toLowerCase() : '';
  const [header, ...values] = verb === '' ? words : more;
  if (header === undefined) throw usageError('filter what?', '/filter Unique-ID UUID');
  // As it was typed: blanks in it count.
  const value = values.length === 0 ? undefined : afterWords(rest, verb === '' ? 1 : 2);
  if (verb === 'delete' && header.toLowerCase() === 'all' && value === undefined) return { kind: 'unfilter' };
  if (verb === 'delete') return { kind: 'unfilter', header, ...(value !== undefined && { value }) };
  if (value === undefined) throw usageError(`/filter ${header}: there is no value`, `/filter ${header} VALUE`);
  return { kind: 'filter', header, value };
}

function afterWords(text: string, count: number): string {
  return text.replace(new RegExp(`^(?:\\S+\\s+){${count}}`), '');
}

function checked(command: string): string {
  for (const part of command.split(BETWEEN)) refuseHarm(part.trim(), 'phonectl esl api --yes if you mean it');
  return command;
}

function unknown(word: string): Failure {
  const near = SLASH_WORDS.find((known) => editDistance(known, word.slice(0, 20)) <= 2);
  const others = SLASH_WORDS.join(' ');
  return usageError(`there is no ${word.slice(0, 60)}`, near === undefined ? others : `${near}; there are ${others}`);
}
