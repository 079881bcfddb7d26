import { Buffer } from 'node:buffer';
import { EVENT_NAMES, type EventSocket, LOG_LEVELS } from '../../../esl/index.js';
import { printable } from '../../terminal.js';
import { SLASH_WORDS } from './words.js';

/** How the last word of a line may go on: whole words, and what of the line they stand for. */
export type Completions = readonly [words: readonly string[], begun: string];

/** Who presses Tab does not wait any longer, milliseconds. */
const PATIENCE_MS = 2000;

/** FreeSWITCH looks no further than ten words (`switch_console_complete`), and nobody completes so long a line, characters. */
const MOST_WORDS = 9;
const LONGEST = 500;

const EVENTS = [...EVENT_NAMES, 'ALL'];

/** What may follow the console's own words; a function of the words between. */
const OWN: Readonly<Record<string, (before: readonly string[]) => readonly string[]>> = {
  '/event': (before) => (before.length === 0 ? ['plain', 'json', 'xml', ...EVENTS] : EVENTS),
  '/nixevent': () => EVENTS,
  '/log': (before) => (before.length === 0 ? LOG_LEVELS : []),
  '/filter': (before) => (before.length === 0 ? ['delete'] : []),
  sendevent: (before) => (before.length === 0 ? EVENT_NAMES : []),
};

/** Completes a line up to the cursor. FreeSWITCH's own commands it asks of the server, which may be gone. */
export async function complete(line: string, server: () => EventSocket | undefined): Promise<Completions> {
  const begun = lastWord(line);
  const [word = '', ...words] = line.trimStart().split(/\s+/);
  if (words.length === 0 && word.startsWith('/')) return [startingWith(SLASH_WORDS, begun, ' '), begun];
  const own = OWN[word.toLowerCase()];
  if (own && words.length > 0) return [startingWith(own(words.slice(0, -1)), begun, ' '), begun];
  const isBackground = word.toLowerCase() === '/bgapi' && words.length > 0;
  if (word.startsWith('/') && !isBackground) return [[], begun];
  const command = isBackground ? line.trimStart().slice(word.length).trimStart() : line.trimStart();
  const socket = server();
  if (!socket || command.length > LONGEST || words.length > MOST_WORDS) return [[], begun];
  return [await ask(socket, command), begun];
}

/**
 * How FreeSWITCH would complete a command, in fs_cli's way. The length in front is not only for its cursor: if there were none,
 * FreeSWITCH would take a `c=99999;` out of the line for one, and write a NUL that far behind it (`console_complete_function`).
 */
async function ask(socket: EventSocket, command: string): Promise<readonly string[]> {
  const line = `api console_complete c=${Buffer.byteLength(command)};${command}`;
  // What can't be sent can't be completed; and a connection that is lost tells so itself.
  const answer = socket.send({ line }).then(
    ({ text }) => readMatches(text),
    () => [],
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<readonly string[]>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, []);
  });
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

/** The words of a table `[   word]` and a tab each (`comp_callback`, switch_console.c); a single one is whole. */
export function readMatches(table: string): readonly string[] {
  const found = [...table.matchAll(/\[ *([^\s\]]+)\]\t/g)].map(([, word = '']) => word);
  const words = [...new Set(found)].filter((word) => printable(word) === word);
  return words.length === 1 ? words.map((word) => `${word} `) : words;
}

function lastWord(line: string): string {
  return line.slice(Math.max(line.lastIndexOf(' '), line.lastIndexOf('\t')) + 1);
}

function startingWith(words: readonly string[], begun: string, end: string): readonly string[] {
  const found = words.filter((word) => word.toLowerCase().startsWith(begun.toLowerCase()));
  return found.length === 1 ? found.map((word) => `${word}${end}`) : found;
}
