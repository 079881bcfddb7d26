import { LOG_LEVELS, type LogLevel } from '../../esl/index.js';
import { type ConnectionFlags, connectorFor } from '../connector.js';
import { usageError } from '../failure.js';
import { LogPrinter } from '../output/log.js';
import type { Terminal } from '../terminal.js';
import { type FollowFlags, follow } from './follow.js';

export interface LogFlags extends ConnectionFlags, FollowFlags {
  readonly grep?: string | undefined;
  readonly output: 'text' | 'jsonl';
}

/** Prints the log while it is written. @throws Failure, EslError */
export async function followLog(word: string, flags: LogFlags, terminal: Terminal): Promise<void> {
  const level = toLevel(word);
  const printer = new LogPrinter(flags.output, flags.grep === undefined ? undefined : toPattern(flags.grep), terminal);
  await follow({
    connector: await connectorFor(flags),
    terminal,
    flags,
    what: 'log lines',
    setUp: (socket) => socket.log(level),
    print: (message) => printer.print(message),
  });
}

/** What people say, and other programs. */
const SAID: Readonly<Record<string, LogLevel>> = { warn: 'warning', error: 'err', critical: 'crit' };

/** A level as people say it. FreeSWITCH takes any word, and logs at some level then. @throws Failure */
export function toLevel(word: string): LogLevel {
  const level = SAID[word.toLowerCase()] ?? word.toLowerCase();
  const found = LOG_LEVELS.find((name, number) => name === level || String(number) === level);
  if (found !== undefined) return found;
  throw usageError(`${word} is not a log level`, LOG_LEVELS.join(', '));
}

function toPattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw usageError(`--grep ${text}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
