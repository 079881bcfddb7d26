import type { FlagEntry, Manifest } from '../manifest.js';
import type { Candidate, Completion, Surroundings, Words } from './candidate.js';
import { findPlace, type Place, type Typed } from './place.js';
import * as sources from './sources.js';

const FILES: Completion = { kind: 'files' };
const NOTHING: Completion = { kind: 'words', candidates: [] };

/** How the word `current` can go on after these words; only candidates that begin with what has been typed. */
export async function completionOf(
  words: readonly string[],
  current: string,
  { manifest, ...around }: Surroundings,
): Promise<Completion> {
  const place = findPlace(manifest, words, current);
  const completion = await atPlace(place, current, { manifest, ...around });
  if (completion.kind !== 'words') return completion;
  // A line of our answer is a candidate, and a terminal shows them: what would break either is left out.
  const whole = completion.candidates.filter(({ value }) => !/\p{Cc}/u.test(value));
  const begin = whole.filter(({ value }) => value.startsWith(current));
  const alike = whole.filter(({ value }) => value.toLowerCase().startsWith(current.toLowerCase()));
  return { ...completion, candidates: begin.length > 0 ? begin : alike };
}

async function atPlace(place: Place, current: string, around: Surroundings): Promise<Completion> {
  switch (place.kind) {
    case 'command':
      return toWords(commandWords(around.manifest, place.path));
    case 'flag':
      // One of a single letter is whole as it is.
      return /^-\w$/.test(current) ? toWords(letterWords(place.typed)) : toWords(flagWords(place.typed));
    case 'value': {
      const found = await valuesOf(place.flag, current.slice(place.before.length), place.typed, around);
      if (found.kind !== 'words' || place.before === '') return found;
      return { ...found, candidates: found.candidates.map((one) => ({ ...one, value: place.before + one.value })) };
    }
    case 'argument': {
      const found = (await argumentsOf(place, current, around)) ?? NOTHING;
      // Where nothing can be said of the argument, its flags are what can.
      const isSilent = found.kind === 'words' && found.candidates.length === 0;
      return isSilent && current === '' ? toWords(flagWords(place.typed)) : found;
    }
    case 'nothing':
      return NOTHING;
  }
}

function toWords(candidates: readonly Candidate[]): Words {
  return { kind: 'words', candidates };
}

/** The next words of commands and topics after some. */
function commandWords({ commands, topics }: Manifest, path: readonly string[]): Candidate[] {
  const found = new Map<string, Candidate>();
  for (const { id, summary, hidden } of Object.values(commands)) {
    const parts = id.split(':');
    const value = parts[path.length];
    if (hidden || value === undefined || !path.every((word, at) => parts[at] === word)) continue;
    const isWhole = parts.length === path.length + 1;
    if (!found.has(value)) {
      found.set(value, {
        value,
        about: isWhole ? summary : topics[parts.slice(0, path.length + 1).join(':')]?.description,
      });
    }
  }
  return [...found.values()].sort((a, b) => a.value.localeCompare(b.value));
}

/** The flags that can still be given. */
function flagWords({ command, flags }: Typed): Candidate[] {
  const shutOut = [...flags.keys()].flatMap((name) => command.flags[name]?.exclusive ?? []);
  const isLeft = ({ name, hidden, multiple, exclusive }: FlagEntry): boolean => {
    const isOver = flags.has(name) && !multiple;
    return !hidden && !isOver && !shutOut.includes(name) && !exclusive?.some((other) => flags.has(other));
  };
  const left = Object.values(command.flags).filter(isLeft);
  const off = left.filter(({ allowNo }) => allowNo);
  return [
    ...left.map(({ name, summary }) => ({ value: `--${name}`, about: summary })),
    ...off.map(({ name, summary }) => ({ value: `--no-${name}`, about: `not: ${summary}` })),
    { value: '--help', about: 'show help for this command' },
  ];
}

function letterWords({ command }: Typed): Candidate[] {
  return Object.values(command.flags).flatMap(({ char, summary }) =>
    char ? [{ value: `-${char}`, about: summary }] : [],
  );
}

async function valuesOf(
  { name, options, helpValue }: FlagEntry,
  current: string,
  typed: Typed,
  around: Surroundings,
): Promise<Completion> {
  if (options) return toWords(options.map((value) => ({ value })));
  if (helpValue === 'FILE' || name.endsWith('-file')) return FILES;
  if (helpValue === 'FOLDER') return { kind: 'folders' };
  switch (name) {
    case 'where':
      return where(current, typed, around);
    case 'map':
      return map(current, typed, around);
    case 'set':
      return { ...toWords(await sources.templateKeys(typed, around)), open: true };
    case 'default-vendor':
      return toWords(await sources.vendors());
    case 'failed-from':
      return runs(current, around);
    case 'server':
      return toWords(await sources.serverNames());
    case 'except':
      return toWords(await sources.events());
    case 'cause':
      return toWords(await sources.hangupCauses());
    case 'delimiter':
      return toWords(['comma', 'semicolon', 'tab', 'pipe'].map((value) => ({ value })));
    default:
      return NOTHING;
  }
}

/** A column, and of the vendor column its values. */
async function where(current: string, typed: Typed, around: Surroundings): Promise<Completion> {
  const [, before = '', column = ''] = /^((.*?)!?=)/s.exec(current) ?? [];
  if (before !== '') {
    const { canonicalColumn } = await import('../../inventory/columns.js');
    if (canonicalColumn(column) !== 'vendor') return NOTHING;
    return toWords((await sources.vendors()).map((vendor) => ({ ...vendor, value: before + vendor.value })));
  }
  const columns = await sources.columns(typed, around);
  return { ...toWords(columns.map(({ value, about }) => ({ value: `${value}=`, about }))), open: true };
}

/** A column with a meaning, then a header of the file. */
async function map(current: string, typed: Typed, around: Surroundings): Promise<Completion> {
  const [before] = /^.*?=/s.exec(current) ?? [];
  if (before === undefined) {
    const columns = await sources.canonicalColumns();
    return { ...toWords(columns.map(({ value, about }) => ({ value: `${value}=`, about }))), open: true };
  }
  return toWords((await sources.headers(typed, around)).map((header) => ({ value: before + header })));
}

async function argumentsOf(
  { arg, typed }: Place & { kind: 'argument' },
  current: string,
  around: Surroundings,
): Promise<Completion | undefined> {
  if (!arg) return undefined;
  if (arg.options) return toWords(arg.options.map((value) => ({ value })));
  switch (arg.name) {
    case 'file':
      return FILES;
    case 'template':
      return isPath(current) ? FILES : toWords(await sources.templates(typed, around));
    case 'run':
      return runs(current, around);
    case 'vendor':
      return toWords(await sources.vendors());
    default:
      return ofCommand(typed, around);
  }
}

/** Arguments that mean something to one command only. */
async function ofCommand({ command, args }: Typed, { manifest }: Surroundings): Promise<Completion | undefined> {
  switch (command.id) {
    case 'esl:events':
      return toWords(await sources.events());
    case 'esl:sendevent':
      return args.length === 0 ? toWords(await sources.events()) : undefined;
    case 'esl:log':
      return toWords(await sources.logLevels());
    case 'esl:sendmsg':
      if (args.length === 1) return toWords(['execute', 'hangup', 'unicast', 'nomedia'].map((value) => ({ value })));
      return args.length === 2 && args[1] === 'hangup' ? toWords(await sources.hangupCauses()) : undefined;
    case 'feature:forward':
      return args.length === 1 ? toWords([{ value: 'off' }]) : undefined;
    case 'help':
      return toWords([...commandWords(manifest, args), ...(args.length === 0 ? await sources.helpTopics() : [])]);
    default:
      return undefined;
  }
}

async function runs(current: string, around: Surroundings): Promise<Completion> {
  return isPath(current) ? FILES : toWords(await sources.runs(current, around));
}

/** A template or a journal that lies anywhere. */
function isPath(text: string): boolean {
  return /[/~]|^\./.test(text);
}
