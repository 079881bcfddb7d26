/** What can be typed, for `/help`, for completion, and for whoever types something else. */
export interface ConsoleWord {
  /** With its slash, if it has one. */
  readonly names: readonly string[];
  readonly usage: string;
  readonly about: string;
}

export const WORDS: readonly ConsoleWord[] = [
  { names: [], usage: 'COMMAND...', about: 'have an API command carried out: status, show calls; help lists them all' },
  {
    names: ['sendevent'],
    usage: 'sendevent NAME',
    about: 'begin an event: lines of "name: value", an empty line, the body, and a line with a single . for its end',
  },
  { names: ['sendmsg'], usage: 'sendmsg UUID', about: 'the same for an order to a call' },
  {
    names: ['/event'],
    usage: '/event [plain|json|xml] [NAME...]',
    about: 'show events as they come, all if none is named: a line each, or as FreeSWITCH writes them',
  },
  { names: ['/nixevent'], usage: '/nixevent NAME...', about: 'no more of these events' },
  { names: ['/noevents'], usage: '/noevents', about: 'no more events' },
  {
    names: ['/filter'],
    usage: '/filter HEADER VALUE',
    about: 'only events that a filter fits; take it back: /filter delete HEADER [VALUE], /filter delete all',
  },
  { names: ['/log'], usage: '/log [LEVEL]', about: 'show the log up to a level, debug if none is given' },
  { names: ['/nolog'], usage: '/nolog', about: 'no more of the log' },
  { names: ['/bgapi'], usage: '/bgapi COMMAND...', about: 'the same as COMMAND in the background' },
  { names: ['/help'], usage: '/help', about: 'this' },
  { names: ['/quit', '/exit', '/bye', '...'], usage: '/quit, /exit, /bye, ...', about: 'leave, as Ctrl-D does' },
];

/** The words with a slash. */
export const SLASH_WORDS: readonly string[] = WORDS.flatMap(({ names }) => names).filter((name) =>
  name.startsWith('/'),
);

/** What `/help` says. */
export function helpText(): string {
  const width = Math.max(...WORDS.map(({ usage }) => usage.length)) + 2;
  return WORDS.map(({ usage, about }) => `${usage.padEnd(width)}${about}\n`).join('');
}

/** What was probably meant by a command that FreeSWITCH does not have, if it is one of the console or of the event socket. */
export function meantBy(command: string): string | undefined {
  const [word = '', ...rest] = command.split(' ');
  if (/^api$/i.test(word)) return rest.join(' ') || undefined;
  const slash = `/${word.toLowerCase()}`;
  return SLASH_WORDS.includes(slash) ? [slash, ...rest].join(' ') : undefined;
}
