import * as Flags from '@oclif/core/flags';
import { parseSpan } from '../flag-values.js';

const DEFAULT_WAIT = '60s';

/** How long an answer may take. */
export const waitFlag = {
  wait: Flags.string({
    helpValue: 'TIME',
    summary: 'how long the answer may take, 0 for ever',
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

/** When a follower ends by itself, and what becomes of a lost connection. */
export const followFlags = {
  count: Flags.integer({ helpValue: 'N', summary: 'end after so many', min: 1 }),
  for: Flags.string({ helpValue: 'TIME', summary: 'end after so long' }),
  'retry-for': Flags.string({
    helpValue: 'TIME',
    summary: 'how long a server that was lost is tried again, 0 for not at all [default: for ever]',
    env: 'PHONECTL_RETRY_FOR',
    helpGroup: 'SERVER',
  }),
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

/** Milliseconds; Infinity for 0. @throws Failure */
export function parseWait(flag: string, text: string): number {
  const ms = parseSpan(flag, text);
  // Node's timers take no more, and nobody waits for 24 days.
  return ms === 0 || ms >= 2 ** 31 ? Number.POSITIVE_INFINITY : ms;
}
