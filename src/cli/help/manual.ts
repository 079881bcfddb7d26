import type { ArgEntry, CommandEntry, FlagEntry, Manifest } from '../manifest.js';
import { byPlace, COMMAND_GROUPS, FLAG_GROUPS } from './order.js';
import { bold, escaped, example, italic, item, prose, section, subsection } from './roff.js';
import { HELP_TOPICS, type HelpTopic } from './topics.js';

export interface ManualOptions {
  readonly manifest: Manifest;
  /** One paragraph, from package.json. */
  readonly description: string;
  /** `2026-11-25`. */
  readonly date: string;
}

const DESCRIPTION = [
  'It does so through the event socket of FreeSWITCH, as `fs_cli` does: 127.0.0.1:8021 with the stock password if nothing else is said; `--host`, `--port` and `--password-file` say otherwise.',
  'Phones are named as user@domain, come from a CSV file (`--inventory`), or are those that are registered (`--registered`). phonectl looks first who is there, and afterwards, as far as `--evidence` says, what each phone answered and whether it came back. FreeSWITCH says +OK also to an order that reaches nobody.',
  'Nothing is sent with `--dry-run`: it shows the exact bytes. To practise without a FreeSWITCH, run `phonectl demo`, or `phonectl sandbox` in another window.',
];

/** What is not the environment's way to say a flag. */
const ENVIRONMENT: readonly (readonly [name: string, about: string])[] = [
  [
    'PHONECTL_PASSWORD',
    'The password of the event socket, if `--password-file` names none. There is no flag for it: everybody on the machine can read those.',
  ],
  [
    'PHONECTL_QUEUE',
    'The queue, if `--queue` names none: redis://USER:PASSWORD@HOST:PORT/DB, of which all but HOST may be left out, or rediss:// for TLS.',
  ],
  ['PHONECTL_QUEUE_PASSWORD', 'The password of that queue, or of the one in the settings.'],
  ['PHONECTL_DEBUG', 'If it is set, an error shows where in phonectl it came up.'],
  ['NO_COLOR, FORCE_COLOR', 'No colours, or colours also where no terminal is.'],
  ['XDG_STATE_HOME', 'Where the folder phonectl with journals and locks is, else ~/.local/state.'],
  ['STATE_DIRECTORY', 'That folder itself, as systemd sets it for a unit with StateDirectory=.'],
];

const FILES: readonly (readonly [path: string, about: string])[] = [
  [
    '~/.local/state/phonectl/runs/RUN.jsonl',
    'The journal of a run, JSON lines, readable by its owner only. It holds no password.',
  ],
  ['~/.local/state/phonectl/runs/RUN.csv', 'The phones of a run that came by a pipe or from `--registered`.'],
  ['~/.local/state/phonectl/locks', 'Which phones are being told by a run that is under way.'],
];

/** Commands whose first example shows a newcomer the most. */
const SHOWN = [
  'demo',
  'doctor',
  'resync',
  'reboot',
  'mwi:on',
  'message',
  'inventory:export',
  'run:resume',
  'esl:events',
];

/** What fits behind the margin of a page of 80 columns, with a backslash at its end. */
const EXAMPLE_WIDTH = 70;

/** The page phonectl(1), in man(7): all that `help` says of all commands, flags and topics, from the same text. */
export function manualPage({ manifest, description, date }: ManualOptions): string {
  const commands = Object.values(manifest.commands)
    .filter(({ hidden }) => !hidden)
    .sort((a, b) => a.id.localeCompare(b.id))
    .sort(
      byPlace(
        COMMAND_GROUPS.flatMap(([, words]) => words),
        ({ id }) => id.split(':')[0] ?? '',
      ),
    );
  const shared = sharedFlags(commands);
  const { 'exit-codes': exitCodes, ...topics } = HELP_TOPICS;
  const [summary = '', ...more] = description.split(/(?<=[.:]) /);
  const parts = [
    `.TH PHONECTL 1 ${date} "phonectl ${escaped(manifest.version)}" "User Commands"`,
    // Words are to be found and copied as they are.
    '.nh\n.ad l',
    section('NAME'),
    `phonectl \\- ${escaped(summary.replace(/[.:]$/, '').replace(/^./, (first) => first.toLowerCase()))}`,
    section('SYNOPSIS'),
    `${bold('phonectl')} ${italic('COMMAND')} [${italic('ARGUMENT')}...] [${italic('FLAG')}...]\n.br\n${bold('phonectl help')} [${italic('COMMAND')}|${italic('TOPIC')}]`,
    section('DESCRIPTION'),
    paragraphs([[summary, ...more].join(' '), ...DESCRIPTION]),
    section('COMMANDS'),
    ...commands.map((command) => commandPart(command, shared)),
    section('FLAGS OF SEVERAL COMMANDS'),
    ...[...shared].flatMap(([group, flags]) => [subsection(group), ...flags.map(flagItem)]),
    ...Object.entries(topics).flatMap(([name, topic]) => [section(name.toUpperCase()), topicPart(topic)]),
    section('EXIT STATUS'),
    exitCodes ? topicPart(exitCodes) : '',
    section('ENVIRONMENT'),
    ...environment(commands),
    section('FILES'),
    ...FILES.map(([path, about]) => item(italic(path), prose(about))),
    section('EXAMPLES'),
    SHOWN.flatMap((id) => exampleOf(manifest.commands[id])).join('\n.PP\n'),
    section('SEE ALSO'),
    `${bold('fs_cli')}(1)`,
  ];
  return `${parts.filter((part) => part !== '').join('\n')}\n`;
}

function paragraphs(texts: readonly string[]): string {
  return texts.map(prose).join('\n.PP\n');
}

/** Flags of a group that mean the same to several commands, by their groups. */
type Shared = ReadonlyMap<string, readonly FlagEntry[]>;

function sharedFlags(commands: readonly CommandEntry[]): Shared {
  const users = new Map<string, { readonly flag: FlagEntry; count: number }>();
  for (const flag of commands.flatMap(flagsOf)) {
    const known = users.get(meaning(flag));
    if (known) known.count++;
    else users.set(meaning(flag), { flag, count: 1 });
  }
  const common = new Map<string, FlagEntry>();
  for (const { flag, count } of [...users.values()].sort((a, b) => b.count - a.count)) {
    // Of a flag that means two things, the one that is met more often.
    if (flag.helpGroup && count > 1 && !common.has(flag.name)) common.set(flag.name, flag);
  }
  const groupOf = ({ helpGroup = '' }: FlagEntry): string => helpGroup;
  const order = commands.flatMap(flagsOf).map(({ name }) => name);
  const flags = [...common.values()].sort(byPlace(order, ({ name }) => name));
  const groups = [...new Set(flags.map(groupOf))].sort(byPlace(FLAG_GROUPS, (group) => group));
  return new Map(groups.map((group) => [group, flags.filter((flag) => groupOf(flag) === group)]));
}

function flagsOf({ flags }: CommandEntry): FlagEntry[] {
  return Object.values(flags).filter(({ hidden }) => !hidden);
}

function meaning({ name, char, summary, helpValue, helpGroup, options, env, default: preset }: FlagEntry): string {
  return JSON.stringify([name, char, summary, helpValue, helpGroup, options, env, preset]);
}

function commandPart(command: CommandEntry, shared: Shared): string {
  const { id, usage, summary = '', description, args, examples } = command;
  const names = new Map([...shared.values()].flat().map((flag) => [meaning(flag), flag]));
  const own = flagsOf(command).filter((flag) => !names.has(meaning(flag)));
  return [
    subsection(`phonectl ${usage ?? id.replaceAll(':', ' ')}`),
    prose(`${summary}.`),
    ...(description ? description.split('\n\n').flatMap((paragraph) => ['.PP', prose(paragraph)]) : []),
    ...Object.values(args)
      .filter(({ description: about }) => about)
      .map(argItem),
    ...own.map(flagItem),
    ...alsoTakes(command, shared),
    ...(examples?.length ? ['.PP', example(examples.flatMap(plainExample))] : []),
  ].join('\n');
}

/** Which of the flags that are explained once a command takes: whole groups by their names. */
function alsoTakes(command: CommandEntry, shared: Shared): string[] {
  const own = new Set(flagsOf(command).map(meaning));
  const groups = [...shared].flatMap(([group, flags]) => {
    const taken = flags.filter((flag) => own.has(meaning(flag)));
    if (taken.length === 0) return [];
    if (taken.length === flags.length) return [group];
    const left = flags.filter((flag) => !taken.includes(flag));
    const names = (some: readonly FlagEntry[]): string => some.map(({ name }) => `\`--${name}\``).join(', ');
    return [`${group} (${left.length < taken.length ? `not ${names(left)}` : names(taken)})`];
  });
  return groups.length === 0 ? [] : ['.PP', prose(`Takes also, see below: ${groups.join(', ')}.`)];
}

function argItem({ name, description = '', multiple, options }: ArgEntry): string {
  const term = options ? options.map(bold).join('|') : italic(`${name.toUpperCase()}${multiple ? '...' : ''}`);
  return item(term, prose(description));
}

function flagItem({
  name,
  char,
  type,
  allowNo,
  helpValue,
  options,
  summary = '',
  default: preset,
  env,
  required,
}: FlagEntry): string {
  const value = type === 'option' ? ` ${italic(helpValue ?? options?.join('|') ?? 'VALUE')}` : '';
  const term = `${char ? `${bold(`-${char}`)}, ` : ''}${bold(`--${allowNo ? '[no-]' : ''}${name}`)}${value}`;
  const notes = [
    ...(required ? ['required'] : []),
    ...(preset === undefined || typeof preset === 'boolean' ? [] : [`default: ${preset}`]),
    ...(env ? [`env: ${env}`] : []),
  ];
  return item(term, prose(`${summary}${notes.length > 0 ? ` [${notes.join(', ')}]` : ''}`));
}

function topicPart({ rows, text }: HelpTopic): string {
  return [
    ...rows.map(([name, about]) => item(bold(name), about === '' ? '\\&' : prose(about))),
    '.PP',
    paragraphs(text),
  ].join('\n');
}

function environment(commands: readonly CommandEntry[]): string[] {
  const flags = new Map(commands.flatMap(flagsOf).flatMap(({ env, name }) => (env ? [[env, name] as const] : [])));
  return [
    ...[...flags].sort().map(([env, name]) => item(bold(env), prose(`The same as \`--${name}\`, which wins.`))),
    ...ENVIRONMENT.map(([name, about]) => item(bold(name), prose(about))),
  ];
}

function exampleOf(command: CommandEntry | undefined): string[] {
  const [line] = command?.examples ?? [];
  return command && line ? [prose(`${command.summary}:`), example(plainExample(line))] : [];
}

/** An example as a shell takes it, on more lines if it is long. */
function plainExample(text: string): string[] {
  const line = text.replaceAll('<%= config.bin %>', 'phonectl');
  const lines: string[] = [];
  for (const part of line.split(/ (?=--\w)/)) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + part.length < EXAMPLE_WIDTH) lines[lines.length - 1] = `${last} ${part}`;
    else lines.push(last === undefined ? part : `    ${part}`);
  }
  return lines.map((one, index) => (index < lines.length - 1 ? `${one} \\` : one));
}
