import type { ArgEntry, CommandEntry, FlagEntry, Manifest } from '../manifest.js';

/** What has been typed of a command before the cursor. */
export interface Typed {
  readonly command: CommandEntry;
  /** Values of its flags by their long names; an empty text for one without a value. */
  readonly flags: ReadonlyMap<string, readonly string[]>;
  readonly args: readonly string[];
}

/** What the word at the cursor is. */
export type Place =
  /** A word of a command's name, after these. */
  | { readonly kind: 'command'; readonly path: readonly string[] }
  /** `before` is what stands before the value in the same word: `--inventory=`. */
  | { readonly kind: 'value'; readonly flag: FlagEntry; readonly before: string; readonly typed: Typed }
  | { readonly kind: 'flag'; readonly typed: Typed }
  /** Undefined where the command takes no more arguments. */
  | { readonly kind: 'argument'; readonly arg: ArgEntry | undefined; readonly typed: Typed }
  | { readonly kind: 'nothing' };

/** Finds out what is being typed. @param words those before the cursor's, without `phonectl`; @param current the cursor's */
export function findPlace({ commands }: Manifest, words: readonly string[], current: string): Place {
  const { command, length } = commandOf(commands, words);
  // `esl` is a command, and the beginning of others.
  const isBegun = length === words.length && Object.keys(commands).some((id) => id.startsWith(`${words.join(':')}:`));
  if (!command || (isBegun && !current.startsWith('-'))) {
    return length === words.length ? { kind: 'command', path: words } : { kind: 'nothing' };
  }
  const reading = readArguments(command, words.slice(length));
  const typed: Typed = { command, flags: reading.flags, args: reading.args };
  if (reading.awaits) return { kind: 'value', flag: reading.awaits, before: '', typed };
  if (!reading.ended && current.startsWith('-')) {
    const [, before = '', name = ''] = /^(--([^=]+)=)/.exec(current) ?? [];
    const flag = command.flags[name];
    if (flag?.type === 'option') return { kind: 'value', flag, before, typed };
    return before === '' ? { kind: 'flag', typed } : { kind: 'nothing' };
  }
  const args = Object.values(command.args);
  const last = args.at(-1);
  return { kind: 'argument', arg: args[typed.args.length] ?? (last?.multiple ? last : undefined), typed };
}

/** The command that the first words name, the longest of several, or how many of them begin the name of one. */
function commandOf(
  commands: Manifest['commands'],
  words: readonly string[],
): { command: CommandEntry | undefined; length: number } {
  const ids = Object.keys(commands);
  let found: { command: CommandEntry | undefined; length: number } = { command: undefined, length: words.length };
  for (let length = 0; length <= words.length; length++) {
    const id = words.slice(0, length).join(':');
    if (Object.hasOwn(commands, id)) found = { command: commands[id], length };
    else if (length > 0 && !ids.some((other) => other.startsWith(`${id}:`))) {
      return found.command ? found : { command: undefined, length: -1 };
    }
  }
  return found;
}

interface Reading {
  readonly flags: ReadonlyMap<string, string[]>;
  readonly args: readonly string[];
  /** The flag whose value comes next. */
  readonly awaits: FlagEntry | undefined;
  /** Whether `--` stood there. */
  readonly ended: boolean;
}

function readArguments(command: CommandEntry, words: readonly string[]): Reading {
  const flags = new Map<string, string[]>();
  const args: string[] = [];
  let awaits: FlagEntry | undefined;
  let ended = false;
  const add = (flag: FlagEntry, value: string): void => {
    flags.set(flag.name, [...(flags.get(flag.name) ?? []), value]);
  };
  for (const word of words) {
    if (awaits) {
      add(awaits, word);
      awaits = undefined;
    } else if (ended || !/^-./.test(word)) args.push(word);
    else if (word === '--') ended = true;
    else awaits = readFlags(command, word, add);
  }
  return { flags, args, awaits, ended };
}

/** Reads `--flag`, `--flag=value`, `-f`, `-fvalue` and `-nq`; returns the flag whose value is missing. */
function readFlags(
  { flags }: CommandEntry,
  word: string,
  add: (flag: FlagEntry, value: string) => void,
): FlagEntry | undefined {
  const [, name = '', value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
  if (name !== '') {
    const flag = Object.hasOwn(flags, name) ? flags[name] : flags[name.replace(/^no-/, '')];
    if (flag?.type === 'option' && value === undefined) return flag;
    if (flag) add(flag, value ?? '');
    return undefined;
  }
  for (let at = 1; at < word.length; at++) {
    const flag = Object.values(flags).find(({ char }) => char === word[at]);
    const rest = word.slice(at + 1);
    if (flag?.type === 'option' && rest === '') return flag;
    if (flag) add(flag, flag.type === 'option' ? rest : '');
    if (flag?.type !== 'boolean') return undefined;
  }
  return undefined;
}
