import type { ApiContext } from './context.js';

/** How the words of API commands go on, as modules announce it (`switch_console_set_complete`), for what the sandbox has. */
const WAYS: readonly (readonly string[])[] = [
  'show bridged_calls',
  'show calls',
  'show channels',
  'show channels count',
  'show detailed_bridged_calls',
  'show detailed_calls',
  'show modules',
  'show registrations',
  'sofia ::[help:status',
  'sofia global ::[siptrace::standby::capture::watchdog ::[on:off',
  'sofia profile ::sofia::list_profiles ::[start:rescan:restart:check_sync',
  'sofia profile ::sofia::list_profiles ::[siptrace:capture:watchdog ::[on:off',
  'sofia status profile ::sofia::list_profiles ::[reg:user:pres',
  'sofia xmlstatus profile ::sofia::list_profiles reg',
  ...['microseconds', 'milliseconds', 'seconds', 'minutes', 'hours', 'days'].map((unit) => `uptime ${unit}`),
  'uuid_exists ::console::list_uuid',
  'uuid_getvar ::console::list_uuid',
  'uuid_kill ::console::list_uuid',
  'uuid_setvar ::console::list_uuid',
].map((way) => way.split(' '));

/** What the functions that ways name by `::` list. */
type Lists = Readonly<Record<string, () => readonly string[]>>;

/**
 * `console_complete` (mod_commands.c, `switch_console_complete` in switch_console.c): how a line may go on, as a table for people and,
 * where it helps, what to write for so many of its last bytes.
 * @param names of all API commands
 */
export function consoleComplete(
  argument: string,
  names: Iterable<string>,
  { calls, registry }: Pick<ApiContext, 'calls' | 'registry'>,
): string {
  const lists: Lists = {
    '::console::list_uuid': () =>
      calls
        .list()
        .map(({ uuid }) => uuid)
        .sort(),
    '::sofia::list_profiles': () =>
      registry
        .profiles()
        .map(({ name }) => name)
        .sort(),
  };
  const typed = upToCursor(argument)
    .replace(/[\r\n].*$/s, '')
    .replace(/^ +/, '')
    .replace(/ +$/, ' ');
  const blanks = [...typed.matchAll(/ +/g)];
  const last = typed.slice((blanks.at(-1)?.index ?? -1) + 1);
  const found =
    blanks.length === 0
      ? [...names].filter((name) => name.startsWith(typed.toLowerCase())).sort()
      : followers(typed, blanks.length, last.trimStart(), lists);
  return table(found) + written(found, Buffer.byteLength(last));
}

/** `c=POSITION;LINE`, or the line alone. */
function upToCursor(argument: string): string {
  const [, position, line] = /c=\s*(\d*)[^;]*;(.*)$/s.exec(argument) ?? [];
  if (line === undefined) return argument;
  const bytes = Number(position);
  return bytes > 0 ? Buffer.from(line).toString('utf8', 0, bytes) : line;
}

/** The words that may stand behind those before, which count by their beginnings as long as the last one is not begun. */
function followers(typed: string, index: number, begun: string, lists: Lists): string[] {
  const words = typed.split(/ +/).filter(Boolean);
  const isBegun = words.length > index;
  const fits = (way: readonly string[]): boolean =>
    words.every((word, at) => {
      const part = way[at] ?? '';
      if (part === '' || part.startsWith('::')) return true;
      return isBegun ? part.toLowerCase().startsWith(word.toLowerCase()) : part === word;
    });
  const targets = [...new Set(WAYS.filter(fits).flatMap((way) => way[index] ?? []))].sort();
  return targets.flatMap((target) => {
    if (!target.startsWith('::')) return [target];
    const listed = target.startsWith('::[') ? target.slice(3).split(/:+/) : (lists[target]?.() ?? []);
    return listed.filter((word) => word.startsWith(begun));
  });
}

function table(words: readonly string[]): string {
  const cells = words.map((word, index) => `[${word.padStart(20)}]\t${index % 4 === 3 ? '\n' : ''}`);
  return `\n\n${cells.join('')}\n\n`;
}

function written(words: readonly string[], bytes: number): string {
  const [first] = words;
  if (first === undefined) return '';
  if (words.length === 1) return `write=${bytes}:${first} `;
  let shared = first;
  for (const word of words) {
    const end = [...shared].findIndex((character, index) => word[index] !== undefined && word[index] !== character);
    if (end >= 0) shared = shared.slice(0, end);
  }
  return shared === '' ? '' : `write=${bytes}:${shared}`;
}
