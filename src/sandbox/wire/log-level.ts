import { LOG_LEVELS } from '../../esl/log-line.js';

const LEVELS: readonly string[] = ['disable', ...LOG_LEVELS];
const INVALID = 64;

/** `switch_log_str2level` (switch_log.c): the number of a log level, given by name or number; undefined if it is none. */
export function logLevel(text: string): number | undefined {
  if (/^[+-]?[\d.]*$/.test(text)) {
    const level = Number.parseInt(text, 10) || 0;
    if (level === INVALID) return undefined;
    return level > INVALID ? INVALID - 1 : Math.max(level, 0);
  }
  const index = LEVELS.indexOf(text.toLowerCase());
  return index < 0 ? undefined : index - 1;
}

/** The name of a level as log lines say it: `NOTICE`. */
export function levelName(level: number): string {
  return (LEVELS[level + 1] ?? 'debug').toUpperCase();
}
