import * as Flags from '@oclif/core/flags';
import { usageError } from '../failure.js';
import { parseSpan } from '../flag-values.js';

const DEFAULT_WAIT = '60s';

/** How long an answer may take. */
export const waitFlag = {
  wait: Flags.string({
    helpValue: 'TIME',
    summary: 'how long the answer may take, or forever',
    default: DEFAULT_WAIT,
  }),
};

/** Headers of the user's own. */
export const headerFlag = {
  header: Flags.string({
    helpValue: 'NAME=VALUE',
    summary: 'a header; repeatable',
    multiple: true,
    multipleNonGreedy: true,
  }),
};

export const dryRunFlag = {
  'dry-run': Flags.boolean({ char: 'n', default: false, summary: 'show the exact bytes and send nothing' }),
};

/** What becomes of a lost connection. */
export const retryForFlag = {
  'retry-for': Flags.string({
    helpValue: 'TIME',
    summary: 'how long a server that was lost is tried again, 0 for not at all [default: forever]',
    env: 'PHONECTL_RETRY_FOR',
    helpGroup: 'SERVER',
  }),
};

/** When a follower ends by itself, and what becomes of a lost connection. */
export const followFlags = {
  count: Flags.integer({ helpValue: 'N', summary: 'end after so many', min: 1 }),
  for: Flags.string({ helpValue: 'TIME', summary: 'end after so long' }),
  ...retryForFlag,
};

/** Where FreeSWITCH hands calls over. */
export const listenFlags = (defaultPort: number) => ({
  bind: Flags.string({
    helpValue: 'ADDRESS',
    summary: 'address to listen on; there is no password, so who reaches it can pretend to be FreeSWITCH',
    default: '127.0.0.1',
  }),
  port: Flags.integer({
    helpValue: 'PORT',
    summary: 'port to listen on; 0 for a free one',
    default: defaultPort,
    min: 0,
    max: 65_535,
  }),
});

/** What a follower prints. */
export const followOutputFlag = {
  output: Flags.option({
    char: 'o',
    options: ['text', 'jsonl'] as const,
    summary: 'a line for people, or one JSON object a line',
    default: 'text' as const,
  })(),
};

/** Milliseconds; Infinity for `forever`. @throws Failure, for 0 as well: it would be no time at all */
export function parseWait(flag: string, text: string): number {
  if (text === 'forever') return Number.POSITIVE_INFINITY;
  const ms = parseSpan(flag, text);
  if (ms === 0) throw usageError(`--${flag} ${text}: that is no time to wait`, `--${flag} forever, or for example 2m`);
  // Node's timers take no more, and nobody waits for 24 days.
  return ms >= 2 ** 31 ? Number.POSITIVE_INFINITY : ms;
}

/** How long a server that was lost is tried again, milliseconds: for ever, if nothing else is said. @throws Failure */
export function parseRetryFor(text = 'forever'): number {
  return text === 'forever' ? Number.POSITIVE_INFINITY : parseSpan('retry-for', text);
}
